package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.Expression.Pipeline;
import java.util.List;
import java.util.Optional;

/** A piece of a template that is executed. */
sealed interface Statement {

  /** Plain text. */
  record Plain(String text) implements Statement {}

  /** Prints its value, or only sets variables. */
  record Action(Pipeline pipeline) implements Statement {}

  /** {@code if}. */
  record If(Pipeline condition, List<Statement> then, List<Statement> otherwise)
      implements Statement {

    public If {
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
    }
  }

  /** {@code with}. */
  record With(Pipeline value, List<Statement> then, List<Statement> otherwise)
      implements Statement {

    public With {
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
    }
  }

  /** {@code range}. */
  record Range(Pipeline over, List<Statement> body, List<Statement> otherwise)
      implements Statement {

    public Range {
      body = List.copyOf(body);
      otherwise = List.copyOf(otherwise);
    }
  }

  /** {@code template}; also what a {@code block} leaves in its place. */
  record Call(String name, Optional<Pipeline> argument, int line) implements Statement {}

  /** {@code break}. */
  record Break() implements Statement {}

  /** {@code continue}. */
  record Continue() implements Statement {}

  /** Whether there is nothing in it but white space; such a definition may be replaced. */
  static boolean isEmpty(List<Statement> statements) {
    for (Statement one : statements) {
      if (!(one instanceof Plain(String text) && isSpace(text))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(String text) {
    return dev.keyturn.gotemplate.value.Runes.trimSpace(text).isEmpty();
  }
}
