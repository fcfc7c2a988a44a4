package dev.keyturn.gotemplate.function;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All functions by name. */
public final class Library {

  private static final Map<String, Function> BY_NAME = index();

  private Library() {}

  private static Map<String, Function> index() {
    List<List<Function>> themes =
        List.of(
            GoFunctions.functions(),
            Comparison.functions(),
            TextFunctions.functions(),
            WordFunctions.functions(),
            NumberFunctions.functions(),
            ListFunctions.functions(),
            DictFunctions.functions(),
            LogicFunctions.functions(),
            DocumentFunctions.functions(),
            EncodingFunctions.functions(),
            PathFunctions.functions(),
            PatternFunctions.functions(),
            VersionFunctions.functions(),
            UrlFunctions.functions(),
            DateFunctions.functions(),
            RandomFunctions.functions(),
            SecretFunctions.functions(),
            KeyFunctions.functions(),
            OperatorFunctions.functions());
    Map<String, Function> index = new TreeMap<>();
    for (List<Function> theme : themes) {
      for (Function function : theme) {
        if (index.put(function.name(), function) != null) {
          throw new IllegalStateException("two functions are called " + function.name());
        }
      }
    }
    return Map.copyOf(index);
  }

  public static Optional<Function> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  public static Collection<Function> all() {
    return BY_NAME.values();
  }
}
