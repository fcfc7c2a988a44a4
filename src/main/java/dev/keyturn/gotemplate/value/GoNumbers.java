package dev.keyturn.gotemplate.value;

import java.math.BigInteger;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Go's strconv: numbers from text, or nothing if the text is not one or too large. */
public final class GoNumbers {

  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MOST_UNSIGNED =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  /** More digits than any 64-bit number has, even in base 2 with underscores between. */
  private static final int LONGEST = 200;

  private GoNumbers() {}

  /** {@code strconv.ParseInt(text, base, 64)}; base 0 takes prefixes and underscores. */
  public static OptionalLong parseInt(String text, int base) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    OptionalLong none = OptionalLong.empty();
    BigInteger size = magnitude(signed ? text.substring(1) : text, base);
    if (size.signum() < 0) {
      return none;
    }
    BigInteger value = text.startsWith("-") ? size.negate() : size;
    return value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0
        ? none
        : OptionalLong.of(value.longValue());
  }

  /** What {@code strconv.Atoi} leaves beside its error: 0, or the nearest number there is. */
  public static long nearestInt(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = signed ? text.substring(1) : text;
    boolean number = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number) {
      return 0;
    }
    String size = digits.replaceFirst("^0+", "");
    long most = text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
    return parseInt((text.startsWith("-") ? "-0" : "0") + size, 10).orElse(most);
  }

  /** {@code strconv.ParseUint(text, base, 64)}, as the bits of a long. */
  public static OptionalLong parseUint(String text, int base) {
    BigInteger size = magnitude(text, base);
    return size.signum() < 0 || size.compareTo(MOST_UNSIGNED) > 0
        ? OptionalLong.empty()
        : OptionalLong.of(size.longValue());
  }

  /** -1 if it is none. */
  private static BigInteger magnitude(String text, int base) {
    BigInteger none = BigInteger.ONE.negate();
    String digits = text;
    int radix = base;
    if (base == 0) {
      if (text.indexOf('_') >= 0 && !underscoresFit(text)) {
        return none;
      }
      radix = radixOf(text);
      digits = text.substring(radix == 10 ? 0 : prefixLength(text)).replace("_", "");
    }
    if (digits.isEmpty() || digits.length() > LONGEST) {
      return none;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) >= 0x80 || Character.digit(digits.charAt(i), radix) < 0) {
        return none;
      }
    }
    return new BigInteger(digits, radix);
  }

  private static int radixOf(String text) {
    if (text.length() < 2 || text.charAt(0) != '0') {
      return 10;
    }
    return switch (text.charAt(1)) {
      case 'x', 'X' -> 16;
      case 'b', 'B' -> 2;
      default -> 8;
    };
  }

  private static int prefixLength(String text) {
    return Character.isLetter(text.charAt(1)) ? 2 : 1;
  }

  /** Underscores only between digits; a base prefix counts as a digit. */
  private static boolean underscoresFit(String text) {
    String body = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    boolean prefixed =
        body.length() >= 2 && body.charAt(0) == '0' && "bBoOxX".indexOf(body.charAt(1)) >= 0;
    boolean hexadecimal = prefixed && (body.charAt(1) == 'x' || body.charAt(1) == 'X');
    char before = prefixed ? '0' : '^';
    for (int i = prefixed ? 2 : 0; i < body.length(); i++) {
      char c = body.charAt(i);
      boolean digit = (c >= '0' && c <= '9') || (hexadecimal && Character.digit(c, 16) >= 0);
      if (digit) {
        before = '0';
      } else if (c == '_') {
        if (before != '0') {
          return false;
        }
        before = '_';
      } else {
        if (before == '_') {
          return false;
        }
        before = '!';
      }
    }
    return before != '_';
  }

  /** {@code strconv.ParseFloat(text, 64)}. */
  public static OptionalDouble parseFloat(String text) {
    OptionalDouble none = OptionalDouble.empty();
    String lower = text.toLowerCase(Locale.ROOT);
    boolean signed = lower.startsWith("-") || lower.startsWith("+");
    String body = signed ? lower.substring(1) : lower;
    double sign = lower.startsWith("-") ? -1 : 1;
    switch (body) {
      case "inf", "infinity" -> {
        return OptionalDouble.of(sign * Double.POSITIVE_INFINITY);
      }
      case "nan" -> {
        return signed ? none : OptionalDouble.of(Double.NaN);
      }
      default -> {}
    }
    boolean hexadecimal = body.startsWith("0x");
    String digits = body;
    if (body.indexOf('_') >= 0) {
      if (!underscoresFit(body)) {
        return none;
      }
      digits = body.replace("_", "");
    }
    if (!isFloat(digits, hexadecimal)) {
      return none;
    }
    double value = sign * Double.parseDouble(digits);
    return Double.isInfinite(value) ? none : OptionalDouble.of(value);
  }

  private static boolean isFloat(String body, boolean hexadecimal) {
    int at = hexadecimal ? 2 : 0;
    int digits = 0;
    boolean point = false;
    char marker = hexadecimal ? 'p' : 'e';
    while (at < body.length()) {
      char c = body.charAt(at);
      if (c == '.' && !point) {
        point = true;
      } else if (c < 0x80 && Character.digit(c, hexadecimal ? 16 : 10) >= 0) {
        digits++;
      } else {
        break;
      }
      at++;
    }
    if (digits == 0) {
      return false;
    }
    if (at == body.length()) {
      return !hexadecimal;
    }
    if (body.charAt(at) != marker) {
      return false;
    }
    at++;
    if (at < body.length() && (body.charAt(at) == '+' || body.charAt(at) == '-')) {
      at++;
    }
    int first = at;
    while (at < body.length() && body.charAt(at) >= '0' && body.charAt(at) <= '9') {
      at++;
    }
    return at > first && at == body.length();
  }
}
