package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Value;
import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;

/**
 * A function that templates may call.
 *
 * @param parameters those that must be there
 * @param rest the type of any number of further ones
 * @param deterministic whether it always gives the same for the same
 * @param cost steps per call, besides what it pays for itself
 * @param dear whether its time is counted apart, as that of cryptography is
 */
public record Function(
    String name,
    List<Type> parameters,
    Optional<Type> rest,
    boolean deterministic,
    long cost,
    boolean dear,
    Body body) {

  /** What it does. */
  @FunctionalInterface
  public interface Body {
    Value call(Arguments arguments) throws Failure;
  }

  public Function {
    parameters = List.copyOf(parameters);
  }

  /** A deterministic, cheap function with these parameters. */
  static Function of(String name, List<Type> parameters, Body body) {
    return new Function(name, parameters, Optional.empty(), true, 1, false, body);
  }

  /** The same with any number of further arguments. */
  Function andMore(Type type) {
    return new Function(name, parameters, Optional.of(type), deterministic, cost, dear, body);
  }

  /** The same, but each call gives something else. */
  Function varying() {
    return new Function(name, parameters, rest, false, cost, dear, body);
  }

  /** The same at another price. */
  Function costing(long steps) {
    return new Function(name, parameters, rest, deterministic, steps, dear, body);
  }

  /** The same, but it is one that costs. */
  Function costly() {
    return new Function(name, parameters, rest, deterministic, cost, true, body);
  }

  /** The same under another name. */
  Function named(String other) {
    return new Function(other, parameters, rest, deterministic, cost, dear, body);
  }

  /** Calls it with arguments that fit. */
  public Value call(Arguments arguments) throws Failure {
    try {
      return dear ? arguments.budget().dear(() -> body.call(arguments)) : body.call(arguments);
    } catch (DateTimeException | ArithmeticException e) {
      // Go's dates and numbers wrap around where Java's end.
      throw Failure.because("a date or a number is out of range");
    }
  }

  /** Fails unless so many arguments may be passed. */
  public void checkCount(int count) throws Failure {
    boolean fits = rest.isPresent() ? count >= parameters.size() : count == parameters.size();
    if (!fits) {
      throw Failure.because(
          "wrong number of arguments for %s: want %s%d, got %d"
              .formatted(name, rest.isPresent() ? "at least " : "", parameters.size(), count));
    }
  }

  /** The type of a parameter by its place. */
  public Type parameter(int index) {
    return index < parameters.size() ? parameters.get(index) : rest.orElse(Type.ANY);
  }
}
