package dev.keyturn.gotemplate.value;

import java.util.Optional;

/** Go's string and character literals, both ways. */
public final class Quote {

  private Quote() {}

  /** Go's {@code strconv.Quote}, or {@code QuoteToASCII}. */
  public static String quote(String text, boolean asciiOnly) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      if (Utf8.isInvalidAt(text, i)) {
        appendHex(out.append("\\x"), text.charAt(i), 2);
      } else {
        appendRune(out, Utf8.runeAt(text, i), '"', asciiOnly);
      }
    }
    return out.append('"').toString();
  }

  /** Go's {@code strconv.QuoteRune}, or {@code QuoteRuneToASCII}. */
  static String quoteRune(int rune, boolean asciiOnly) {
    StringBuilder out = new StringBuilder().append('\'');
    boolean isSurrogate = rune >= 0xD800 && rune <= 0xDFFF;
    appendRune(out, isSurrogate ? Utf8.ERROR : rune, '\'', asciiOnly);
    return out.append('\'').toString();
  }

  private static void appendRune(StringBuilder out, int rune, char quote, boolean asciiOnly) {
    if (rune == quote || rune == '\\') {
      out.append('\\').append((char) rune);
      return;
    }
    if (asciiOnly ? rune < 0x80 && isPrint(rune) : isPrint(rune)) {
      Utf8.append(out, rune);
      return;
    }
    switch (rune) {
      case 7 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 11 -> out.append("\\v");
      default -> {
        if (rune < ' ' || rune == 0x7F) {
          appendHex(out.append("\\x"), rune, 2);
        } else if (rune < 0x10000) {
          appendHex(out.append("\\u"), rune, 4);
        } else {
          appendHex(out.append("\\U"), rune, 8);
        }
      }
    }
  }

  private static void appendHex(StringBuilder out, int value, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      out.append(Character.forDigit(value >>> shift & 15, 16));
    }
  }

  /** Go's {@code unicode.IsPrint}: letters, marks, numbers, punctuation, symbols and the space. */
  public static boolean isPrint(int rune) {
    return switch (Character.getType(rune)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> rune == ' ';
      default -> true;
    };
  }

  /** Go's {@code strconv.CanBackquote}. */
  static boolean canBackquote(String text) {
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      int rune = Utf8.runeAt(text, i);
      boolean control = (rune < ' ' && rune != '\t') || rune == '`' || rune == 0x7F;
      if (control || rune == 0xFEFF || Utf8.isInvalidAt(text, i)) {
        return false;
      }
    }
    return true;
  }

  /** The text of a literal with its quotes, or nothing if it is malformed. */
  public static Optional<String> unquote(String literal) {
    int last = literal.length() - 1;
    if (last < 1 || literal.charAt(0) != literal.charAt(last)) {
      return Optional.empty();
    }
    String body = literal.substring(1, last);
    if (literal.charAt(0) == '`') {
      return Optional.of(body.replace("\r", ""));
    }
    StringBuilder out = new StringBuilder(body.length());
    for (int at = 0; at < body.length(); ) {
      Optional<Escape> next = next(body, at, '"');
      if (next.isEmpty()) {
        return Optional.empty();
      }
      Escape escape = next.get();
      if (escape.isByte()) {
        out.append((char) escape.value());
      } else {
        Utf8.append(out, escape.value());
      }
      at = escape.end();
    }
    return Optional.of(out.toString());
  }

  /** The value of a character literal with its quotes, or nothing if it is malformed. */
  public static Optional<Integer> unquoteRune(String literal) {
    return next(literal, 1, '\'')
        .filter(escape -> escape.end() == literal.length() - 1)
        .map(Escape::value);
  }

  /** One character of a literal: a rune, or a byte written as such. */
  private record Escape(int value, boolean isByte, int end) {}

  private static Optional<Escape> next(String text, int at, char quote) {
    if (at >= text.length()) {
      return Optional.empty();
    }
    char first = text.charAt(at);
    if (first == quote || first == '\n') {
      return Optional.empty();
    }
    if (first >= 0x80) {
      boolean invalid = Utf8.isInvalidAt(text, at);
      // Inside a string an invalid byte stays what it is; as a character it is U+FFFD.
      int value = invalid && quote == '"' ? first : Utf8.runeAt(text, at);
      return Optional.of(new Escape(value, invalid && quote == '"', at + Utf8.widthAt(text, at)));
    }
    if (first != '\\') {
      return Optional.of(new Escape(first, false, at + 1));
    }
    if (at + 1 >= text.length()) {
      return Optional.empty();
    }
    char letter = text.charAt(at + 1);
    return switch (letter) {
      case 'a' -> simple(7, at);
      case 'b' -> simple('\b', at);
      case 'f' -> simple('\f', at);
      case 'n' -> simple('\n', at);
      case 'r' -> simple('\r', at);
      case 't' -> simple('\t', at);
      case 'v' -> simple(11, at);
      case '\\' -> simple('\\', at);
      case '\'', '"' -> letter == quote ? simple(letter, at) : Optional.empty();
      case 'x' -> digits(text, at + 2, 2, 16).map(v -> new Escape(v, true, at + 4));
      case 'u' -> digits(text, at + 2, 4, 16).filter(Quote::isRune).map(v -> rune(v, at + 6));
      case 'U' -> digits(text, at + 2, 8, 16).filter(Quote::isRune).map(v -> rune(v, at + 10));
      case '0', '1', '2', '3', '4', '5', '6', '7' ->
          digits(text, at + 1, 3, 8).filter(v -> v <= 255).map(v -> new Escape(v, true, at + 4));
      default -> Optional.empty();
    };
  }

  private static Optional<Escape> simple(int value, int at) {
    return Optional.of(new Escape(value, false, at + 2));
  }

  private static Escape rune(int value, int end) {
    return new Escape(value, false, end);
  }

  private static boolean isRune(int value) {
    return value >= 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  }

  private static Optional<Integer> digits(String text, int from, int count, int base) {
    if (from + count > text.length()) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), base) : -1;
      if (digit < 0) {
        return Optional.empty();
      }
      value = value * base + digit;
    }
    return value > Integer.MAX_VALUE ? Optional.empty() : Optional.of((int) value);
  }
}
