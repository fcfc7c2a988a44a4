package dev.keyturn.gotemplate.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Decimal and hexadecimal text of a {@code float64}, digit for digit as Go's strconv writes it. */
final class FloatText {

  /** As few digits as tell the number from its neighbours. */
  public static final int SHORTEST = -1;

  /** No double has more decimal places or digits; what is asked beyond it is zeros. */
  private static final int MOST_DIGITS = 1100;

  private static final int MANTISSA_BITS = 52;
  private static final int BIAS = -1023;

  /** Significant digits without trailing zeros; the value is 0.DIGITS times ten to the point. */
  private record Decimal(String digits, int point) {}

  private FloatText() {}

  /** Go's {@code strconv.FormatFloat(value, format, precision, 64)}. */
  static String format(double value, char format, int precision) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    double size = Math.abs(value);
    return sign
        + switch (format) {
          case 'b' -> binary(size);
          case 'x', 'X' -> hexadecimal(size, format, precision);
          case 'e', 'E' ->
              exponential(digitsFor(size, precision, precision + 1), precision, format);
          case 'f' -> fixed(digitsAfterPoint(size, precision), precision);
          default -> general(size, format, precision);
        };
  }

  private static String general(double size, char format, int precision) {
    int wanted = precision == 0 ? 1 : precision;
    Decimal decimal = digitsFor(size, wanted, wanted);
    int count = decimal.digits().length();
    int limit = wanted;
    if (precision == SHORTEST) {
      wanted = count;
      limit = 6;
    } else if (limit > count && count >= decimal.point()) {
      limit = count;
    }
    int exponent = decimal.point() - 1;
    if (exponent < -4 || exponent >= limit) {
      return exponential(decimal, Math.min(wanted, count) - 1, (char) (format + 'e' - 'g'));
    }
    return fixed(decimal, Math.max(count - decimal.point(), 0));
  }

  private static Decimal digitsFor(double size, int precision, int significant) {
    if (size == 0) {
      return new Decimal("", 0);
    }
    if (precision == SHORTEST) {
      return shortest(size);
    }
    MathContext context =
        new MathContext(Math.min(significant, MOST_DIGITS), RoundingMode.HALF_EVEN);
    return decimal(new BigDecimal(size).round(context));
  }

  private static Decimal digitsAfterPoint(double size, int precision) {
    if (size == 0) {
      return new Decimal("", 0);
    }
    if (precision == SHORTEST) {
      return shortest(size);
    }
    BigDecimal exact = new BigDecimal(size);
    int places = Math.min(precision, MOST_DIGITS);
    return decimal(exact.scale() > places ? exact.setScale(places, RoundingMode.HALF_EVEN) : exact);
  }

  private static Decimal decimal(BigDecimal value) {
    if (value.signum() == 0) {
      return new Decimal("", 0);
    }
    String digits = value.unscaledValue().toString();
    int point = digits.length() - value.scale();
    return new Decimal(withoutTrailingZeros(digits), point);
  }

  private static String withoutTrailingZeros(String digits) {
    int end = digits.length();
    while (end > 0 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }

  private static Decimal shortest(double size) {
    BigDecimal java = new BigDecimal(Double.toString(size));
    Decimal decimal = decimal(java);
    // Java writes at least two digits where Go is content with one (4.9E-324 is 5e-324 in Go).
    if (decimal.digits().length() == 2) {
      BigDecimal one = java.round(new MathContext(1, RoundingMode.HALF_EVEN));
      if (one.doubleValue() == size) {
        return decimal(one);
      }
    }
    return decimal;
  }

  private static String exponential(Decimal decimal, int precision, char format) {
    String digits = decimal.digits().isEmpty() ? "0" : decimal.digits();
    int places = precision < 0 ? digits.length() - 1 : precision;
    StringBuilder out = new StringBuilder(places + 8).append(digits.charAt(0));
    if (places > 0) {
      out.append('.').append(digits, 1, Math.min(digits.length(), places + 1));
      out.repeat('0', places + 1 - Math.min(digits.length(), places + 1));
    }
    int exponent = decimal.digits().isEmpty() ? 0 : decimal.point() - 1;
    out.append(format).append(exponent < 0 ? '-' : '+');
    if (Math.abs(exponent) < 10) {
      out.append('0');
    }
    return out.append(Math.abs(exponent)).toString();
  }

  private static String fixed(Decimal decimal, int precision) {
    String digits = decimal.digits();
    int point = decimal.point();
    int places = precision < 0 ? Math.max(digits.length() - point, 0) : precision;
    StringBuilder out = new StringBuilder();
    if (point > 0) {
      out.append(digits, 0, Math.min(digits.length(), point));
      out.repeat('0', point - Math.min(digits.length(), point));
    } else {
      out.append('0');
    }
    if (places > 0) {
      out.append('.');
      int leading = Math.min(places, Math.max(-point, 0));
      int start = Math.clamp(point, 0, digits.length());
      int end = Math.clamp((long) point + places, start, digits.length());
      out.repeat('0', leading).append(digits, start, end);
      out.repeat('0', places - leading - (end - start));
    }
    return out.toString();
  }

  private static String binary(double size) {
    long mantissa = mantissa(size);
    int exponent = exponent(size) - MANTISSA_BITS;
    return mantissa + "p" + (exponent >= 0 ? "+" : "") + exponent;
  }

  private static String hexadecimal(double size, char format, int precision) {
    long mantissa = mantissa(size) << (60 - MANTISSA_BITS);
    int exponent = size == 0 ? 0 : exponent(size);
    while (mantissa != 0 && (mantissa & 1L << 60) == 0) {
      mantissa <<= 1;
      exponent--;
    }
    if (precision >= 0 && precision < 15) {
      int shift = precision * 4;
      long extra = mantissa << shift & (1L << 60) - 1;
      mantissa >>>= 60 - shift;
      if ((extra | (mantissa & 1)) > 1L << 59) {
        mantissa++;
      }
      mantissa <<= 60 - shift;
      if ((mantissa & 1L << 61) != 0) {
        mantissa >>>= 1;
        exponent++;
      }
    }
    StringBuilder out = new StringBuilder().append('0').append(format).append(mantissa >>> 60 & 1);
    mantissa <<= 4;
    if (precision < 0 ? mantissa != 0 : precision > 0) {
      out.append('.');
      for (int i = 0; precision < 0 ? mantissa != 0 : i < precision; i++) {
        char digit = Character.forDigit((int) (mantissa >>> 60 & 15), 16);
        out.append(format == 'X' ? Character.toUpperCase(digit) : digit);
        mantissa <<= 4;
      }
    }
    out.append(format == 'X' ? 'P' : 'p').append(exponent < 0 ? '-' : '+');
    if (Math.abs(exponent) < 10) {
      out.append('0');
    }
    return out.append(Math.abs(exponent)).toString();
  }

  private static long mantissa(double size) {
    long bits = Double.doubleToRawLongBits(size);
    long fraction = bits & (1L << MANTISSA_BITS) - 1;
    return bits >>> MANTISSA_BITS == 0 ? fraction : fraction | 1L << MANTISSA_BITS;
  }

  private static int exponent(double size) {
    long biased = Double.doubleToRawLongBits(size) >>> MANTISSA_BITS;
    return (int) Math.max(biased, 1) + BIAS;
  }
}
