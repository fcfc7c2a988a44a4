package dev.keyturn.gotemplate.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalLong;

/** Go's durations, in nanoseconds, as text: {@code 1h30m0s}. */
public final class GoDuration {

  private static final long SECOND = 1_000_000_000L;

  private GoDuration() {}

  /** Go's {@code Duration.String}. */
  public static String format(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    BigDecimal size = new BigDecimal(nanos).abs();
    String sign = nanos < 0 ? "-" : "";
    if (size.compareTo(BigDecimal.valueOf(SECOND)) < 0) {
      long n = Math.abs(nanos);
      String unit = n < 1_000 ? "ns" : n < 1_000_000 ? "µs" : "ms";
      int places = n < 1_000 ? 0 : n < 1_000_000 ? 3 : 6;
      return sign + plain(size.movePointLeft(places)) + Utf8.ofUnicode(unit);
    }
    BigDecimal seconds = size.movePointLeft(9);
    long whole = seconds.longValue();
    String text = plain(seconds.subtract(BigDecimal.valueOf(whole - whole % 60))) + "s";
    if (whole >= 60) {
      text = whole / 60 % 60 + "m" + text;
    }
    if (whole >= 3600) {
      text = whole / 3600 + "h" + text;
    }
    return sign + text;
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /** Go's {@code time.ParseDuration}. */
  public static OptionalLong parse(String text) {
    String rest = text;
    boolean negative = rest.startsWith("-");
    if (negative || rest.startsWith("+")) {
      rest = rest.substring(1);
    }
    if (rest.equals("0")) {
      return OptionalLong.of(0);
    }
    if (rest.isEmpty()) {
      return OptionalLong.empty();
    }
    BigDecimal total = BigDecimal.ZERO;
    while (!rest.isEmpty()) {
      int number = numberLength(rest);
      int unit = unitLength(rest, number);
      Optional<Long> size = unitSize(rest.substring(number, unit));
      String digits = rest.substring(0, number);
      boolean sensible = number > 0 && number < 40 && !digits.equals(".");
      if (!sensible || size.isEmpty()) {
        return OptionalLong.empty();
      }
      total = total.add(nanos(digits, size.get()));
      rest = rest.substring(unit);
    }
    BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE);
    if (total.compareTo(negative ? most.add(BigDecimal.ONE) : most) > 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(negative ? total.negate().longValue() : total.longValue());
  }

  private static BigDecimal nanos(String digits, long size) {
    String padded =
        (digits.startsWith(".") ? "0" : "") + digits + (digits.endsWith(".") ? "0" : "");
    return new BigDecimal(padded).multiply(BigDecimal.valueOf(size)).setScale(0, RoundingMode.DOWN);
  }

  private static int numberLength(String text) {
    int end = 0;
    boolean point = false;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '.' && !point) {
        point = true;
      } else if (c < '0' || c > '9') {
        break;
      }
      end++;
    }
    return end;
  }

  private static int unitLength(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '.' && !isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static Optional<Long> unitSize(String unit) {
    return switch (Utf8.toUnicode(unit)) {
      case "ns" -> Optional.of(1L);
      case "us", "µs", "μs" -> Optional.of(1_000L);
      case "ms" -> Optional.of(1_000_000L);
      case "s" -> Optional.of(SECOND);
      case "m" -> Optional.of(60 * SECOND);
      case "h" -> Optional.of(3600 * SECOND);
      default -> Optional.empty();
    };
  }
}
