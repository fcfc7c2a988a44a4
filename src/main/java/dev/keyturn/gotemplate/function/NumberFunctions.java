package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Format;
import dev.keyturn.gotemplate.value.GoNumbers;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.Real;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.stream.Collectors;

/** Sprig's arithmetic: whole numbers as int64, and decimals that are exact until the end. */
final class NumberFunctions {

  /** Digits after the point of a quotient. */
  private static final int PLACES = 16;

  private NumberFunctions() {}

  static List<Function> functions() {
    List<Type> none = List.of();
    List<Type> one = List.of(Type.ANY);
    List<Type> two = List.of(Type.ANY, Type.ANY);
    Function max = Function.of("max", one, a -> fold(a, Math::max)).andMore(Type.ANY);
    return List.of(
        Function.of("atoi", List.of(Type.STRING), a -> Int.of(GoNumbers.nearestInt(a.text(0)))),
        Function.of("int", one, a -> Int.of(Convert.toLong(a.get(0)))),
        Function.of("int64", one, a -> Int.of64(Convert.toLong(a.get(0)))),
        Function.of("float64", one, a -> new Real(Convert.toDouble(a.get(0)))),
        Function.of("toDecimal", one, a -> Int.of64(octal(Format.print(a.get(0), a.budget())))),
        Function.of("add1", one, a -> Int.of64(Convert.toLong(a.get(0)) + 1)),
        Function.of("add", none, NumberFunctions::add).andMore(Type.ANY),
        Function.of("sub", two, a -> Int.of64(number(a, 0) - number(a, 1))),
        Function.of("div", two, a -> Int.of64(number(a, 0) / divisor(a))),
        Function.of("mod", two, a -> Int.of64(number(a, 0) % divisor(a))),
        Function.of("mul", one, a -> fold(a, (x, y) -> x * y)).andMore(Type.ANY),
        max,
        max.named("biggest"),
        Function.of("min", one, a -> fold(a, Math::min)).andMore(Type.ANY),
        Function.of("maxf", one, a -> foldReal(a, true)).andMore(Type.ANY),
        Function.of("minf", one, a -> foldReal(a, false)).andMore(Type.ANY),
        Function.of("ceil", one, a -> new Real(Math.ceil(Convert.toDouble(a.get(0))))),
        Function.of("floor", one, a -> new Real(Math.floor(Convert.toDouble(a.get(0))))),
        Function.of("round", List.of(Type.ANY, Type.INT), NumberFunctions::round)
            .andMore(Type.REAL),
        Function.of(
            "add1f", one, a -> new Real(decimal(a.get(0)).add(BigDecimal.ONE).doubleValue())),
        Function.of("addf", none, a -> foldDecimal(a, BigDecimal.ZERO, 0, BigDecimal::add))
            .andMore(Type.ANY),
        Function.of("subf", one, a -> foldDecimal(a, decimal(a.get(0)), 1, BigDecimal::subtract))
            .andMore(Type.ANY),
        Function.of("mulf", one, a -> foldDecimal(a, decimal(a.get(0)), 1, BigDecimal::multiply))
            .andMore(Type.ANY),
        Function.of(
                "divf", one, a -> foldDecimal(a, decimal(a.get(0)), 1, NumberFunctions::quotient))
            .andMore(Type.ANY),
        Function.of("until", List.of(Type.INT), a -> until(a)),
        Function.of(
            "untilStep",
            List.of(Type.INT, Type.INT, Type.INT),
            a -> steps(a, a.integer(0), a.integer(1), a.integer(2))),
        Function.of("seq", none, NumberFunctions::sequence).andMore(Type.INT));
  }

  private static long number(Arguments a, int index) {
    return Convert.toLong(a.get(index));
  }

  private static long divisor(Arguments a) throws Failure {
    long divisor = number(a, 1);
    if (divisor == 0) {
      throw Failure.because("integer divide by zero");
    }
    return divisor;
  }

  private static long octal(String text) {
    return GoNumbers.parseInt(text, 8).orElse(0);
  }

  private static Value add(Arguments a) {
    long sum = 0;
    for (Value value : a.from(0)) {
      sum += Convert.toLong(value);
    }
    return Int.of64(sum);
  }

  private static Value fold(Arguments a, LongBinaryOperator operator) {
    long result = number(a, 0);
    for (Value value : a.from(1)) {
      result = operator.applyAsLong(result, Convert.toLong(value));
    }
    return Int.of64(result);
  }

  private static Value foldReal(Arguments a, boolean max) {
    double result = Convert.toDouble(a.get(0));
    for (Value value : a.from(1)) {
      double next = Convert.toDouble(value);
      result = max ? Math.max(result, next) : Math.min(result, next);
    }
    return new Real(result);
  }

  private static Value round(Arguments a) {
    double up = a.count() > 2 ? a.real(2) : 0.5;
    double power = Math.pow(10, (double) a.integer(1));
    double shifted = power * Convert.toDouble(a.get(0));
    double fraction = shifted - (shifted < 0 ? Math.ceil(shifted) : Math.floor(shifted));
    return new Real((fraction >= up ? Math.ceil(shifted) : Math.floor(shifted)) / power);
  }

  private static BigDecimal decimal(Value value) throws Failure {
    double number = Convert.toDouble(value);
    if (!Double.isFinite(number)) {
      throw Failure.because("infinity and NaN are no decimals");
    }
    return new BigDecimal(Double.toString(number));
  }

  private static BigDecimal quotient(BigDecimal left, BigDecimal right) throws Failure {
    if (right.signum() == 0) {
      throw Failure.because("decimal division by 0");
    }
    return left.divide(right, PLACES, RoundingMode.HALF_UP);
  }

  /** Two decimals make one. */
  private interface Operator {
    BigDecimal apply(BigDecimal left, BigDecimal right) throws Failure;
  }

  private static Value foldDecimal(Arguments a, BigDecimal first, int from, Operator operator)
      throws Failure {
    BigDecimal result = first;
    for (Value value : a.from(from)) {
      // A product has the digits of both factors; many factors make it long and slow.
      a.budget().spend(1 + result.precision() / 8);
      result = operator.apply(result, decimal(value));
    }
    return new Real(result.doubleValue());
  }

  private static Value until(Arguments a) throws Failure {
    long count = a.integer(0);
    return steps(a, 0, count, count < 0 ? -1 : 1);
  }

  private static Slice steps(Arguments a, long start, long stop, long step) throws Failure {
    List<Value> numbers = new ArrayList<>();
    boolean down = stop < start;
    boolean fits = down ? step < 0 : step > 0;
    for (long i = start; fits && (down ? i > stop : i < stop); i += step) {
      a.budget().allocateEntries(1);
      numbers.add(Int.of(i));
    }
    return Slice.of(Slice.Element.INT, numbers);
  }

  private static Value sequence(Arguments a) throws Failure {
    if (a.count() == 0 || a.count() > 3) {
      return Text.EMPTY;
    }
    long start = a.count() == 1 ? 1 : a.integer(0);
    long end = a.integer(a.count() - 1);
    long direction = end < start ? -1 : 1;
    long step = a.count() == 3 ? a.integer(1) : direction;
    if (a.count() == 3 && direction < 0 && step > 0) {
      return Text.EMPTY;
    }
    Slice numbers = steps(a, start, end + direction, step);
    a.budget().allocate(numbers.length() * 8L);
    return new Text(
        numbers.items().stream()
            .map(value -> Long.toString(Convert.toLong(value)))
            .collect(Collectors.joining(" ")));
  }
}
