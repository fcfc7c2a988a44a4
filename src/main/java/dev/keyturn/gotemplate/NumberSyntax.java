package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.Expression.NumberLiteral;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.GoNumbers;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.Quote;
import dev.keyturn.gotemplate.value.Real;
import dev.keyturn.gotemplate.value.Value;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a number in a template is worth: Go's untyped constants, read as text/template reads them.
 */
final class NumberSyntax {

  private NumberSyntax() {}

  static NumberLiteral character(String text, int line) throws Failure {
    long rune =
        Quote.unquoteRune(text).orElseThrow(() -> Failure.because("malformed character constant"));
    return new NumberLiteral(
        Optional.of(Int.of(rune)),
        OptionalLong.of(rune),
        OptionalLong.of(rune),
        OptionalDouble.of((double) rune),
        line);
  }

  static NumberLiteral number(String text, int line) throws Failure {
    OptionalLong unsigned = GoNumbers.parseUint(text, 0);
    OptionalLong integer = GoNumbers.parseInt(text, 0);
    if (integer.isPresent() && integer.getAsLong() == 0) {
      unsigned = OptionalLong.of(0);
    }
    if (integer.isPresent()) {
      long value = integer.getAsLong();
      return literal(text, integer, unsigned, OptionalDouble.of((double) value), line);
    }
    if (unsigned.isPresent()) {
      double value =
          unsigned.getAsLong() >= 0 ? unsigned.getAsLong() : unsignedToDouble(unsigned.getAsLong());
      return literal(text, integer, unsigned, OptionalDouble.of(value), line);
    }
    OptionalDouble real = GoNumbers.parseFloat(text);
    if (real.isEmpty()) {
      throw Failure.because("illegal number syntax");
    }
    if (!looksReal(text)) {
      throw Failure.because("integer overflow");
    }
    double value = real.getAsDouble();
    boolean whole = value == Math.rint(value);
    OptionalLong asLong =
        whole && Math.abs(value) < 0x1p63 ? OptionalLong.of((long) value) : OptionalLong.empty();
    OptionalLong asUnsigned =
        whole && value >= 0 && value < 0x1p64
            ? OptionalLong.of(new BigDecimal(value).longValue())
            : OptionalLong.empty();
    return literal(text, asLong, asUnsigned, real, line);
  }

  private static double unsignedToDouble(long value) {
    return (double) (value >>> 1) * 2.0 + (value & 1);
  }

  private static NumberLiteral literal(
      String text, OptionalLong integer, OptionalLong unsigned, OptionalDouble real, int line) {
    return new NumberLiteral(ideal(text, integer, real), integer, unsigned, real, line);
  }

  /** The syntax decides: with a point or an exponent it is a float64, else an int. */
  private static Optional<Value> ideal(String text, OptionalLong integer, OptionalDouble real) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean hexadecimalInteger = lower.startsWith("0x") && lower.indexOf('p') < 0;
    if (real.isPresent() && !hexadecimalInteger && looksReal(text)) {
      return Optional.of(new Real(real.getAsDouble()));
    }
    return integer.isPresent() ? Optional.of(Int.of(integer.getAsLong())) : Optional.empty();
  }

  private static boolean looksReal(String text) {
    return text.chars().anyMatch(c -> ".eEpP".indexOf(c) >= 0);
  }
}
