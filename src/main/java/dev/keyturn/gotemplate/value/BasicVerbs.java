package dev.keyturn.gotemplate.value;

import java.util.Locale;

/** Go's fmt for booleans, numbers and strings. Each method says whether it knows the verb. */
final class BasicVerbs {

  private static final String LOWER = "0123456789abcdefx";
  private static final String UPPER = "0123456789ABCDEFX";

  private final Layout layout;
  private final Budget budget;

  BasicVerbs(Layout layout, Budget budget) {
    this.layout = layout;
    this.budget = budget;
  }

  boolean bool(boolean value, int verb) throws Failure {
    if (verb != 't' && verb != 'v') {
      return false;
    }
    layout.pad(value ? "true" : "false");
    return true;
  }

  boolean integer(Int number, int verb) throws Failure {
    boolean signed = number.width().isSigned();
    switch (verb) {
      case 'v' -> {
        if (layout.sharpV && !signed) {
          hexWithPrefix(number.value());
        } else {
          integer(number.value(), 10, signed, verb, LOWER);
        }
      }
      case 'd' -> integer(number.value(), 10, signed, verb, LOWER);
      case 'b' -> integer(number.value(), 2, signed, verb, LOWER);
      case 'o', 'O' -> integer(number.value(), 8, signed, verb, LOWER);
      case 'x' -> integer(number.value(), 16, signed, verb, LOWER);
      case 'X' -> integer(number.value(), 16, signed, verb, UPPER);
      case 'c' -> layout.pad(Utf8.ofRunes(new int[] {rune(number.value())}));
      case 'q' -> layout.pad(Quote.quoteRune(rune(number.value()), layout.plus));
      case 'U' -> unicode(number.value());
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int rune(long value) {
    return value < 0 || value > 0x10FFFF ? Utf8.ERROR : (int) value;
  }

  private void hexWithPrefix(long value) throws Failure {
    boolean before = layout.sharp;
    layout.sharp = true;
    integer(value, 16, false, 'v', LOWER);
    layout.sharp = before;
  }

  private void integer(long value, int base, boolean signed, int verb, String digits)
      throws Failure {
    boolean negative = signed && value < 0;
    String number = Long.toUnsignedString(negative ? -value : value, base);
    int least = 0;
    if (layout.hasPrecision) {
      least = layout.precision;
      if (least == 0 && value == 0) {
        boolean before = layout.zero;
        layout.zero = false;
        layout.fill(layout.width);
        layout.zero = before;
        return;
      }
    } else if (layout.zero && !layout.minus && layout.hasWidth) {
      least = layout.width - (negative || layout.plus || layout.space ? 1 : 0);
    }
    budget.allocate(Math.max(least, 0) + 70L);
    StringBuilder out = new StringBuilder();
    out.append(negative ? "-" : layout.plus ? "+" : layout.space ? " " : "");
    if (verb == 'O') {
      out.append("0o");
    }
    int zeros = Math.max(least - number.length(), 0);
    if (layout.sharp) {
      switch (base) {
        case 2 -> out.append("0b");
        case 8 -> out.append(zeros > 0 || number.startsWith("0") ? "" : "0");
        case 16 -> out.append('0').append(digits.charAt(16));
        default -> {}
      }
    }
    out.repeat('0', zeros);
    out.append(digits.equals(UPPER) ? number.toUpperCase(Locale.ROOT) : number);
    layout.padWithSpaces(out.toString());
  }

  private void unicode(long value) throws Failure {
    String hex = Long.toHexString(value).toUpperCase(Locale.ROOT);
    int least = layout.hasPrecision && layout.precision > 4 ? layout.precision : 4;
    budget.allocate(least);
    StringBuilder out = new StringBuilder("U+");
    out.repeat('0', Math.max(least - hex.length(), 0)).append(hex);
    if (layout.sharp && value >= 0 && value <= 0x10FFFF && Quote.isPrint((int) value)) {
      out.append(" '").append(Utf8.ofRunes(new int[] {(int) value})).append('\'');
    }
    layout.padWithSpaces(out.toString());
  }

  boolean real(double value, int verb) throws Failure {
    switch (verb) {
      case 'v' -> real(value, 'g', FloatText.SHORTEST, true);
      case 'b', 'g', 'G', 'x', 'X' -> real(value, (char) verb, FloatText.SHORTEST, false);
      case 'f', 'e', 'E' -> real(value, (char) verb, 6, false);
      case 'F' -> real(value, 'f', 6, false);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void real(double value, char format, int usual, boolean isV) throws Failure {
    int precision = layout.hasPrecision ? layout.precision : usual;
    budget.allocate(Math.max(precision, 0) + 400L);
    String number = FloatText.format(value, format, precision);
    char sign = number.charAt(0) == '-' ? '-' : layout.plus || !layout.space ? '+' : ' ';
    boolean signWritten = number.charAt(0) == '-' || number.charAt(0) == '+';
    String digits = signWritten ? number.substring(1) : number;
    if (!Double.isFinite(value)) {
      boolean bare = Double.isNaN(value) && !layout.plus && !layout.space;
      layout.padWithSpaces(bare ? digits : sign + digits);
      return;
    }
    if (layout.sharp && format != 'b') {
      digits = withPoint(digits, format, precision, isV);
    }
    if (sign == '+' && !layout.plus) {
      layout.pad(digits);
    } else if (layout.zero
        && !layout.minus
        && layout.hasWidth
        && layout.width > digits.length() + 1) {
      layout.append(String.valueOf(sign));
      layout.fill(layout.width - digits.length() - 1);
      layout.append(digits);
    } else {
      layout.pad(sign + digits);
    }
  }

  /** The sharp flag keeps the decimal point and trailing zeros. */
  private static String withPoint(String number, char format, int precision, boolean isV) {
    boolean general = format == 'g' || format == 'G' || format == 'x' || isV;
    int missing = general ? (precision == FloatText.SHORTEST ? 6 : precision) : 0;
    StringBuilder head = new StringBuilder();
    String tail = "";
    boolean point = false;
    boolean nonzero = false;
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      boolean exponent =
          c == 'p' || c == 'P' || ((c == 'e' || c == 'E') && format != 'x' && format != 'X');
      if (exponent) {
        tail = number.substring(i);
        break;
      }
      head.append(c);
      if (c == '.') {
        point = true;
        continue;
      }
      nonzero |= c != '0';
      if (nonzero) {
        missing--;
      }
    }
    if (!point) {
      if (head.length() == 1 && head.charAt(0) == '0') {
        missing--;
      }
      head.append('.');
    }
    return head.repeat('0', Math.max(missing, 0)).append(tail).toString();
  }

  boolean text(String value, int verb) throws Failure {
    switch (verb) {
      case 'v' -> {
        if (layout.sharpV) {
          quoted(value);
        } else {
          layout.pad(layout.truncate(value));
        }
      }
      case 's' -> layout.pad(layout.truncate(value));
      case 'x' -> hexadecimal(value, LOWER);
      case 'X' -> hexadecimal(value, UPPER);
      case 'q' -> quoted(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void quoted(String value) throws Failure {
    String text = layout.truncate(value);
    budget.allocate(text.length() * 4L);
    if (layout.sharp && Quote.canBackquote(text)) {
      layout.pad("`" + text + "`");
    } else {
      layout.pad(Quote.quote(text, layout.plus));
    }
  }

  private void hexadecimal(String text, String digits) throws Failure {
    int length = layout.hasPrecision ? Math.min(layout.precision, text.length()) : text.length();
    budget.allocate(length * 5L);
    StringBuilder out = new StringBuilder();
    String prefix = layout.sharp ? "0" + digits.charAt(16) : "";
    for (int i = 0; i < length; i++) {
      if (i == 0) {
        out.append(prefix);
      } else if (layout.space) {
        out.append(' ').append(prefix);
      }
      out.append(digits.charAt(text.charAt(i) >> 4)).append(digits.charAt(text.charAt(i) & 15));
    }
    layout.pad(out.toString());
  }
}
