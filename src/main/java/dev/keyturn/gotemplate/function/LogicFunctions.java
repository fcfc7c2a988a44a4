package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;

/** Sprig's defaults, choices and questions about types. */
final class LogicFunctions {

  private LogicFunctions() {}

  static List<Function> functions() {
    List<Type> none = List.of();
    List<Type> one = List.of(Type.ANY);
    List<Type> textAny = List.of(Type.STRING, Type.ANY);
    return List.of(
        Function.of("default", one, a -> firstTrue(a.count() > 1 ? a.get(1) : Nil.NIL, a.get(0)))
            .andMore(Type.ANY),
        Function.of("empty", one, a -> Bool.of(!a.get(0).isTrue())),
        Function.of("coalesce", none, LogicFunctions::coalesce).andMore(Type.ANY),
        Function.of("all", none, a -> Bool.of(a.values().stream().allMatch(Value::isTrue)))
            .andMore(Type.ANY),
        Function.of("any", none, a -> Bool.of(a.values().stream().anyMatch(Value::isTrue)))
            .andMore(Type.ANY),
        Function.of(
            "ternary", List.of(Type.ANY, Type.ANY, Type.BOOL), a -> a.get(a.bool(2) ? 0 : 1)),
        // The message may be made of secrets, so it is not in the failure.
        Function.of("fail", List.of(Type.STRING), LogicFunctions::fail),
        Function.of("typeOf", one, a -> new Text(a.get(0).type())),
        Function.of("typeIs", textAny, a -> Bool.of(a.get(1).type().equals(a.text(0)))),
        Function.of(
            "typeIsLike",
            textAny,
            a ->
                Bool.of(
                    a.get(1).type().equals(a.text(0)) || a.get(1).type().equals("*" + a.text(0)))),
        Function.of("kindOf", one, a -> new Text(a.get(0).kind())),
        Function.of("kindIs", textAny, a -> Bool.of(a.get(1).kind().equals(a.text(0)))),
        Function.of(
            "deepEqual",
            List.of(Type.ANY, Type.ANY),
            a -> Bool.of(Equality.deep(a.get(0), a.get(1), a.budget()))));
  }

  private static Value firstTrue(Value value, Value otherwise) {
    return value.isTrue() ? value : otherwise;
  }

  private static Value coalesce(Arguments a) {
    for (Value value : a.values()) {
      if (value.isTrue()) {
        return value;
      }
    }
    return Nil.NIL;
  }

  private static Value fail(Arguments a) throws Failure {
    throw Failure.because("the template stopped itself");
  }
}
