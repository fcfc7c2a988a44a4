package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.JsonReader;
import dev.keyturn.gotemplate.value.JsonWriter;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import dev.keyturn.gotemplate.value.YamlReader;
import dev.keyturn.gotemplate.value.YamlWriter;
import java.util.List;

/** JSON and YAML to values and back. */
final class DocumentFunctions {

  private DocumentFunctions() {}

  static List<Function> functions() {
    List<Type> text = List.of(Type.STRING);
    List<Type> one = List.of(Type.ANY);
    return List.of(
        Function.of("fromJson", text, a -> fromJson(a, false)),
        Function.of("mustFromJson", text, a -> fromJson(a, true)),
        Function.of("toJson", one, a -> orEmpty(a, () -> JsonWriter.write(a.get(0), a.budget()))),
        Function.of("mustToJson", one, a -> new Text(JsonWriter.write(a.get(0), a.budget()))),
        Function.of("toPrettyJson", one, a -> orEmpty(a, () -> pretty(a))),
        Function.of("mustToPrettyJson", one, a -> new Text(pretty(a))),
        Function.of("toRawJson", one, a -> new Text(JsonWriter.writeRaw(a.get(0), a.budget()))),
        Function.of("mustToRawJson", one, a -> new Text(JsonWriter.writeRaw(a.get(0), a.budget()))),
        Function.of("toYaml", one, a -> orEmpty(a, () -> YamlWriter.write(a.get(0), a.budget()))),
        Function.of("fromYaml", text, DocumentFunctions::fromYaml));
  }

  private static Value fromJson(Arguments a, boolean must) throws Failure {
    try {
      JsonReader.Result result = a.budget().attempt(() -> JsonReader.read(a.text(0), a.budget()));
      if (must && !result.complete()) {
        throw Failure.because("a number is too large");
      }
      return result.value();
    } catch (Failure failure) {
      if (must || failure.kind() == Failure.Kind.LIMIT) {
        throw failure;
      }
      return Nil.NIL;
    }
  }

  private static String pretty(Arguments a) throws Failure {
    return JsonWriter.writeIndented(a.get(0), "  ", a.budget());
  }

  /** Sprig swallows the failure of such work. */
  private static Value orEmpty(Arguments a, Budget.Work<String> attempt) throws Failure {
    try {
      return new Text(a.budget().attempt(attempt));
    } catch (Failure failure) {
      if (failure.kind() == Failure.Kind.LIMIT) {
        throw failure;
      }
      return Text.EMPTY;
    }
  }

  /** A document that cannot be read is a map with the key {@code Error}, as in the original. */
  private static Value fromYaml(Arguments a) throws Failure {
    try {
      return a.budget().attempt(() -> YamlReader.readMap(a.text(0), a.budget()));
    } catch (Failure failure) {
      if (failure.kind() == Failure.Kind.LIMIT) {
        throw failure;
      }
      Dict dict = Dict.any();
      dict.put("Error", Text.ofUnicode(failure.reason()));
      return dict;
    }
  }
}
