package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Regex;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Sprig's regular expressions. Each has a {@code must} twin. */
final class PatternFunctions {

  private PatternFunctions() {}

  static List<Function> functions() {
    List<Type> two = List.of(Type.STRING, Type.STRING);
    List<Type> three = List.of(Type.STRING, Type.STRING, Type.STRING);
    List<Type> counted = List.of(Type.STRING, Type.STRING, Type.INT);
    Function mustMatch =
        Function.of("mustRegexMatch", two, a -> Bool.of(regex(a).matches(a.text(1))));
    List<Function> all = new ArrayList<>();
    all.add(Function.of("regexMatch", two, PatternFunctions::match));
    all.add(mustMatch);
    all.add(
        Function.of(
            "regexQuoteMeta", List.of(Type.STRING), a -> new Text(Regex.quoteMeta(a.text(0)))));
    Stream.of(
            Function.of("regexFind", two, a -> new Text(regex(a).find(a.text(1)))),
            Function.of("regexFindAll", counted, PatternFunctions::findAll),
            Function.of(
                "regexReplaceAll",
                three,
                a -> new Text(regex(a).replaceAll(a.text(1), a.text(2), false))),
            Function.of(
                "regexReplaceAllLiteral",
                three,
                a -> new Text(regex(a).replaceAll(a.text(1), a.text(2), true))),
            Function.of("regexSplit", counted, PatternFunctions::split))
        .forEach(
            function -> {
              all.add(function);
              String name = function.name();
              String upper = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
              all.add(function.named("must" + upper));
            });
    return Collections.unmodifiableList(all);
  }

  private static Regex regex(Arguments a) throws Failure {
    return Regex.compile(a.text(0), a.budget());
  }

  private static Value match(Arguments a) throws Failure {
    try {
      return Bool.of(regex(a).matches(a.text(1)));
    } catch (Failure failure) {
      if (failure.kind() == Failure.Kind.LIMIT) {
        throw failure;
      }
      return Bool.FALSE;
    }
  }

  private static Value findAll(Arguments a) throws Failure {
    List<String> found = regex(a).findAll(a.text(1), a.integer(2));
    return found.isEmpty() ? Slice.nil(Slice.Element.STRING) : Slice.ofStrings(found);
  }

  private static Value split(Arguments a) throws Failure {
    Regex regex = regex(a);
    return a.integer(2) == 0
        ? Slice.nil(Slice.Element.STRING)
        : Slice.ofStrings(regex.split(a.text(1), a.integer(2)));
  }
}
