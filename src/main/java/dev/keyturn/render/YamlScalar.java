package dev.keyturn.render;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What External Secrets Operator makes of a YAML scalar without quotes where it wants a string:
 * YAML 1.1 truth values and numbers in Go's form. A number that Go would not keep as it is stays as
 * it is written here.
 */
final class YamlScalar {
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final BigInteger MAX = BigInteger.TWO.pow(64);
  private static final BigInteger MIN = BigInteger.TWO.pow(63).negate();

  private YamlScalar() {}

  static boolean isNull(String plain) {
    return switch (plain) {
      case "", "~", "null", "Null", "NULL" -> true;
      default -> false;
    };
  }

  static String text(String plain) {
    return switch (plain) {
      case "", "~", "null", "Null", "NULL" -> "";
      case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE" -> "true";
      case "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE" -> "false";
      case ".nan", ".NaN", ".NAN" -> "NaN";
      case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> "+Inf";
      case "-.inf", "-.Inf", "-.INF" -> "-Inf";
      default -> isNumeric(plain.charAt(0)) ? number(plain) : plain;
    };
  }

  private static boolean isNumeric(char first) {
    return (first >= '0' && first <= '9') || first == '+' || first == '-' || first == '.';
  }

  private static String number(String plain) {
    String digits = plain.replace("_", "");
    Optional<String> integer = integer(digits).map(BigInteger::toString);
    return integer.or(() -> decimal(digits)).orElse(plain);
  }

  /** As Go's {@code strconv.ParseInt} with base 0, within 64 bits. */
  private static Optional<BigInteger> integer(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String body = signed ? text.substring(1) : text;
    int radix = radix(body);
    String digits = body.substring(prefixLength(body, radix));
    boolean valid =
        !digits.isEmpty()
            && digits.chars().allMatch(c -> c < 128 && Character.digit(c, radix) >= 0);
    if (!valid) {
      return Optional.empty();
    }
    BigInteger value = new BigInteger(digits, radix);
    return Optional.of(text.startsWith("-") ? value.negate() : value)
        .filter(v -> v.compareTo(MIN) >= 0 && v.compareTo(MAX) < 0)
        .filter(v -> !text.startsWith("+") || v.bitLength() < 64);
  }

  private static int radix(String body) {
    if (body.length() < 2 || body.charAt(0) != '0') {
      return 10;
    }
    return switch (body.charAt(1)) {
      case 'x', 'X' -> 16;
      case 'b', 'B' -> 2;
      default -> 8;
    };
  }

  private static int prefixLength(String body, int radix) {
    return switch (radix) {
      case 10 -> 0;
      case 8 -> Character.toLowerCase(body.charAt(1)) == 'o' ? 2 : 1;
      default -> 2;
    };
  }

  /** As Go's {@code strconv.FormatFloat} with 'g', shortest, 32 bits, if that is exact. */
  private static Optional<String> decimal(String text) {
    if (!FLOAT.matcher(text).matches() || text.length() > 40) {
      return Optional.empty();
    }
    float value = Float.parseFloat(text);
    BigDecimal exact;
    try {
      exact = new BigDecimal(text.endsWith(".") ? text + "0" : text);
    } catch (NumberFormatException e) {
      // An exponent beyond what BigDecimal holds.
      return Optional.empty();
    }
    if (Float.isInfinite(value) || new BigDecimal(Float.toString(value)).compareTo(exact) != 0) {
      return Optional.empty();
    }
    String sign = text.startsWith("-") ? "-" : "";
    return Optional.of(sign + (exact.signum() == 0 ? "0" : general(exact.abs())));
  }

  private static String general(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    if (exponent >= -4 && exponent < 6) {
      return stripped.toPlainString();
    }
    String digits = stripped.unscaledValue().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return String.format(
        "%s%se%s%02d",
        digits.substring(0, 1), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
