package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Format;
import dev.keyturn.gotemplate.value.GoNumbers;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.Real;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;

/** Sprig's tolerant conversions: what cannot be converted is zero. */
final class Convert {

  private Convert() {}

  static long toLong(Value value) {
    return switch (value) {
      case Int number -> number.value();
      case Real number -> truncated(number.value());
      case Text text -> GoNumbers.parseInt(withoutZeroDecimals(text.bytes()), 0).orElse(0);
      case Bool bool -> bool.isTrue() ? 1 : 0;
      default -> 0;
    };
  }

  /** As the processor does it for Go: what does not fit is the smallest number. */
  private static long truncated(double value) {
    return Math.abs(value) < 0x1p63 ? (long) value : Long.MIN_VALUE;
  }

  /** {@code 1.00} is 1, but {@code 1.50} stays what it is. */
  private static String withoutZeroDecimals(String text) {
    int at = text.length();
    while (at > 0 && text.charAt(at - 1) == '0') {
      at--;
    }
    boolean zeros = at < text.length() && at > 0 && text.charAt(at - 1) == '.';
    return zeros ? text.substring(0, at - 1) : text;
  }

  static double toDouble(Value value) {
    return switch (value) {
      case Int number ->
          number.width() == Int.Width.UINT64 && number.value() < 0
              ? (number.value() >>> 1) * 2.0
              : number.value();
      case Real number -> number.value();
      case Text text -> GoNumbers.parseFloat(text.bytes()).orElse(0);
      case Bool bool -> bool.isTrue() ? 1 : 0;
      default -> 0;
    };
  }

  /** Sprig's {@code strval}. */
  static String toText(Value value, Budget budget) throws Failure {
    return Format.print(value, budget);
  }
}
