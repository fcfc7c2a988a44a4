package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.Expression.Chain;
import dev.keyturn.gotemplate.Expression.Command;
import dev.keyturn.gotemplate.Expression.Dot;
import dev.keyturn.gotemplate.Expression.Field;
import dev.keyturn.gotemplate.Expression.Literal;
import dev.keyturn.gotemplate.Expression.Name;
import dev.keyturn.gotemplate.Expression.NilLiteral;
import dev.keyturn.gotemplate.Expression.NumberLiteral;
import dev.keyturn.gotemplate.Expression.Pipeline;
import dev.keyturn.gotemplate.Expression.Variable;
import dev.keyturn.gotemplate.function.Arguments;
import dev.keyturn.gotemplate.function.Function;
import dev.keyturn.gotemplate.function.Methods;
import dev.keyturn.gotemplate.function.Type;
import dev.keyturn.gotemplate.function.World;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Real;
import dev.keyturn.gotemplate.value.Struct;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Evaluates what stands inside actions, with the variables of one running template. */
final class Expressions {

  private final World world;
  private final IntConsumer atLine;
  private final Variables variables = new Variables();

  Expressions(World world, IntConsumer atLine) {
    this.world = world;
    this.atLine = atLine;
  }

  Variables variables() {
    return variables;
  }

  Value pipeline(Value dot, Pipeline pipeline) throws Failure {
    atLine.accept(pipeline.line());
    Optional<Value> piped = Optional.empty();
    for (Command command : pipeline.commands()) {
      piped = Optional.of(command(dot, command, piped));
    }
    Value value = piped.orElse(Nil.NIL);
    for (String name : pipeline.variables()) {
      if (pipeline.assigns()) {
        variables.assign(name, value);
      } else {
        variables.declare(name, value);
      }
    }
    return value;
  }

  private Value command(Value dot, Command command, Optional<Value> piped) throws Failure {
    world.budget().spend(1);
    Call call = new Call(dot, command.arguments(), piped);
    return switch (command.first()) {
      case Field field -> field(dot, field.names(), call);
      case Chain chain -> field(operand(dot, chain.of()), chain.names(), call);
      case Name name -> call(name.function(), call, name.line());
      case Variable variable -> variable(variable, call);
      case Pipeline pipeline -> {
        call.refuseArguments();
        yield nested(dot, pipeline);
      }
      case Dot _ -> {
        call.refuseArguments();
        yield dot;
      }
      case Literal literal -> {
        call.refuseArguments();
        yield literal.value();
      }
      case NumberLiteral number -> {
        call.refuseArguments();
        yield ideal(number);
      }
      case NilLiteral _ -> throw Failure.because("nil is not a command");
    };
  }

  private Value nested(Value dot, Pipeline pipeline) throws Failure {
    world.budget().enter();
    Value value = pipeline(dot, pipeline);
    world.budget().leave();
    return value;
  }

  /** What an operand is called with: arguments after it, and what a pipe brings. */
  private record Call(Value dot, List<Expression> arguments, Optional<Value> piped) {

    static Call without(Value dot) {
      return new Call(dot, List.of(), Optional.empty());
    }

    boolean hasArguments() {
      return !arguments.isEmpty() || piped.isPresent();
    }

    void refuseArguments() throws Failure {
      if (hasArguments()) {
        throw Failure.because("cannot give arguments to what is not a function");
      }
    }
  }

  private static Value ideal(NumberLiteral number) throws Failure {
    return number.ideal().orElseThrow(() -> Failure.because("the number overflows int"));
  }

  private Value variable(Variable variable, Call call) throws Failure {
    Value value = variables.get(variable.variable());
    if (variable.names().isEmpty()) {
      call.refuseArguments();
      return value;
    }
    return field(value, variable.names(), call);
  }

  private Value field(Value receiver, List<String> names, Call call) throws Failure {
    Value value = receiver;
    int last = names.size() - 1;
    for (int i = 0; i < last; i++) {
      value = field(value, names.get(i), Call.without(call.dot()));
    }
    return field(value, names.get(last), call);
  }

  private Value field(Value receiver, String name, Call call) throws Failure {
    return switch (receiver) {
      case Nil _ -> throw Failure.because("nil data; no entry for key \"" + shown(name) + "\"");
      case Dict dict -> {
        if (call.hasArguments()) {
          throw Failure.because(shown(name) + " is not a method but has arguments");
        }
        yield dict.get(name)
            .orElseThrow(() -> Failure.because("map has no entry for key \"" + shown(name) + "\""));
      }
      case Struct struct -> {
        Function method =
            Methods.of(struct, name)
                .orElseThrow(
                    () ->
                        Failure.because(
                            "cannot evaluate field " + shown(name) + " in a " + struct.type()));
        yield method(method, struct, call);
      }
      default ->
          throw Failure.because(
              "cannot evaluate field " + shown(name) + " in a " + receiver.type());
    };
  }

  private static String shown(String name) {
    return Utf8.toUnicode(name);
  }

  private Value method(Function method, Struct receiver, Call call) throws Failure {
    List<Value> values = new ArrayList<>(List.of(receiver));
    method.checkCount(1 + call.arguments().size() + (call.piped().isPresent() ? 1 : 0));
    for (Expression argument : call.arguments()) {
      values.add(argument(call.dot(), method.parameter(values.size()), argument));
    }
    if (call.piped().isPresent()) {
      values.add(validate(call.piped().get(), method.parameter(values.size())));
    }
    return method.call(new Arguments(values, world));
  }

  private Value call(Function function, Call call, int line) throws Failure {
    atLine.accept(line);
    function.checkCount(call.arguments().size() + (call.piped().isPresent() ? 1 : 0));
    world.budget().spend(function.cost());
    if (function.name().equals("and") || function.name().equals("or")) {
      return logic(function.name().equals("or"), call);
    }
    List<Value> values = new ArrayList<>(call.arguments().size() + 1);
    for (Expression argument : call.arguments()) {
      values.add(argument(call.dot(), function.parameter(values.size()), argument));
    }
    if (call.piped().isPresent()) {
      values.add(validate(call.piped().get(), function.parameter(values.size())));
    }
    atLine.accept(line);
    try {
      Value result = function.call(new Arguments(values, world));
      if (result instanceof Text text) {
        world.budget().allocate(text.bytes().length());
      }
      return result;
    } catch (Failure failure) {
      throw failure.in(explained(function, call));
    }
  }

  /** The message of {@code fail} may be made of secrets; written out in the template it is none. */
  private static String explained(Function function, Call call) {
    boolean written =
        function.name().equals("fail")
            && call.arguments().size() == 1
            && call.arguments().getFirst() instanceof Literal(Text _, int _);
    return written && call.arguments().getFirst() instanceof Literal(Text text, int _)
        ? "fail \"" + Utf8.toUnicode(text.bytes()) + "\""
        : function.name();
  }

  /** {@code and} and {@code or} evaluate no more than they need. */
  private Value logic(boolean stopAt, Call call) throws Failure {
    Value value = Nil.NIL;
    for (Expression argument : call.arguments()) {
      value = argument(call.dot(), Type.ANY, argument);
      if (value.isTrue() == stopAt) {
        return value;
      }
    }
    return call.piped().orElse(value);
  }

  /** The value of an operand that fields are taken from. */
  private Value operand(Value dot, Expression expression) throws Failure {
    return argument(dot, Type.ANY, expression);
  }

  private Value argument(Value dot, Type type, Expression expression) throws Failure {
    atLine.accept(expression.line());
    world.budget().spend(1);
    return switch (expression) {
      case Dot _ -> validate(dot, type);
      case Field field -> validate(field(dot, field.names(), Call.without(dot)), type);
      case Variable variable -> validate(variable(variable, Call.without(dot)), type);
      case Pipeline pipeline -> validate(nested(dot, pipeline), type);
      case Name name -> validate(call(name.function(), Call.without(dot), name.line()), type);
      case Chain chain ->
          validate(field(operand(dot, chain.of()), chain.names(), Call.without(dot)), type);
      case NilLiteral _ ->
          type.nil().orElseThrow(() -> Failure.because("cannot assign nil to a " + type.goName()));
      case Literal literal -> literal(literal, type);
      case NumberLiteral number -> number(number, type);
    };
  }

  private static Value literal(Literal literal, Type type) throws Failure {
    boolean named = type == Type.HASH && literal.value() instanceof Text;
    if (named || type.accepts(literal.value())) {
      return literal.value();
    }
    throw Failure.because("expected a " + type.goName() + ", found a " + literal.value().type());
  }

  private static Value number(NumberLiteral number, Type type) throws Failure {
    Optional<Value> value =
        switch (type) {
          case ANY -> Optional.of(ideal(number));
          case INT ->
              number.integer().isPresent()
                  ? Optional.of(Int.of(number.integer().getAsLong()))
                  : Optional.empty();
          case UINT32 ->
              number.unsigned().isPresent()
                  ? Optional.of(Int.of(number.unsigned().getAsLong() & 0xFFFF_FFFFL))
                  : Optional.empty();
          case REAL ->
              number.real().isPresent()
                  ? Optional.of(new Real(number.real().getAsDouble()))
                  : Optional.empty();
          default -> Optional.empty();
        };
    return value.orElseThrow(
        () -> Failure.because("expected a " + type.goName() + ", found a number"));
  }

  private static Value validate(Value value, Type type) throws Failure {
    if (value == Nil.NIL) {
      return type.nil()
          .orElseThrow(() -> Failure.because("invalid value; expected a " + type.goName()));
    }
    if (!type.accepts(value)) {
      throw Failure.because(
          "wrong type for value; expected a " + type.goName() + ", got a " + value.type());
    }
    return value;
  }
}
