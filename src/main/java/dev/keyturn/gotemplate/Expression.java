package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.function.Function;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What stands inside an action and has a value. */
sealed interface Expression {

  int line();

  /** {@code $a, $b := command | command}. Declares or assigns the variables, if there are any. */
  record Pipeline(List<String> variables, boolean assigns, List<Command> commands, int line)
      implements Expression {

    public Pipeline {
      variables = List.copyOf(variables);
      commands = List.copyOf(commands);
    }
  }

  /** An operand and what is passed to it. */
  record Command(Expression first, List<Expression> arguments, int line) {

    public Command {
      arguments = List.copyOf(arguments);
    }
  }

  /** {@code .}. */
  record Dot(int line) implements Expression {}

  /** {@code nil}. */
  record NilLiteral(int line) implements Expression {}

  /** {@code true} or a string. */
  record Literal(Value value, int line) implements Expression {}

  /**
   * A number, which may serve as several types.
   *
   * @param ideal what it is where any type will do; nothing if it is too large for an int
   */
  record NumberLiteral(
      Optional<Value> ideal,
      OptionalLong integer,
      OptionalLong unsigned,
      OptionalDouble real,
      int line)
      implements Expression {}

  /** {@code .A.B}. */
  record Field(List<String> names, int line) implements Expression {

    public Field {
      names = List.copyOf(names);
    }
  }

  /** {@code $x.A.B}. */
  record Variable(String variable, List<String> names, int line) implements Expression {

    public Variable {
      names = List.copyOf(names);
    }
  }

  /** {@code (pipeline).A.B}. */
  record Chain(Expression of, List<String> names, int line) implements Expression {

    public Chain {
      names = List.copyOf(names);
    }
  }

  /** The name of a function. */
  record Name(Function function, int line) implements Expression {}
}
