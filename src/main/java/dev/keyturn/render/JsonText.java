package dev.keyturn.render;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One JSON value as its source wrote it. It is walked, never rebuilt: what is taken out keeps its
 * bytes, so large numbers, duplicate keys, key order and white space survive.
 */
final class JsonText {
  /** No double has as many; to compute with 60,000 takes as long as to scan megabytes. */
  private static final int MOST_DIGITS = 1_000;

  private final byte[] text;
  private final int start;
  private final int end;

  /** One member of an object; keys are unescaped. */
  record Member(String key, JsonText value) {}

  private JsonText(byte[] text, int start, int end) {
    this.text = text;
    this.start = start;
    this.end = end;
  }

  /**
   * The value that the whole text is; empty if it is not JSON.
   *
   * @param utf8 valid UTF-8; kept, not copied
   */
  static Optional<JsonText> parse(byte[] utf8) {
    JsonScanner scanner = new JsonScanner(utf8, utf8.length);
    int start = scanner.skipSpace(hasByteOrderMark(utf8) ? 3 : 0);
    int end = scanner.skipValue(start);
    return end != JsonScanner.NONE && scanner.skipSpace(end) == utf8.length
        ? Optional.of(new JsonText(utf8, start, end))
        : Optional.empty();
  }

  private static boolean hasByteOrderMark(byte[] utf8) {
    return utf8.length >= 3
        && utf8[0] == (byte) 0xEF
        && utf8[1] == (byte) 0xBB
        && utf8[2] == (byte) 0xBF;
  }

  /** Bytes of the source. */
  int size() {
    return end - start;
  }

  boolean isObject() {
    return text[start] == '{';
  }

  boolean isArray() {
    return text[start] == '[';
  }

  /** The last member of that name, if this is an object that has one. */
  Optional<JsonText> member(String key) {
    return members().stream()
        .filter(m -> m.key().equals(key))
        .map(Member::value)
        .reduce((_, later) -> later);
  }

  /** The element at that index, if this is an array that long. */
  Optional<JsonText> element(int index) {
    if (!isArray()) {
      return Optional.empty();
    }
    JsonScanner scanner = new JsonScanner(text, end);
    int at = scanner.skipSpace(start + 1);
    for (int i = 0; at < end && !scanner.is(at, ']'); i++) {
      int elementEnd = scanner.skipValue(at);
      if (i == index) {
        return Optional.of(new JsonText(text, at, elementEnd));
      }
      at = scanner.skipSpace(scanner.skipSpace(elementEnd) + 1);
    }
    return Optional.empty();
  }

  /** All members of an object in the source's order, duplicates too; none of anything else. */
  List<Member> members() {
    if (!isObject()) {
      return List.of();
    }
    List<Member> members = new ArrayList<>();
    JsonScanner scanner = new JsonScanner(text, end);
    int at = scanner.skipSpace(start + 1);
    while (scanner.is(at, '"')) {
      int keyEnd = scanner.skipString(at);
      int value = scanner.skipSpace(scanner.skipSpace(keyEnd) + 1);
      int valueEnd = scanner.skipValue(value);
      members.add(new Member(unescape(at, keyEnd), new JsonText(text, value, valueEnd)));
      at = scanner.skipSpace(scanner.skipSpace(valueEnd) + 1);
    }
    return members;
  }

  /** The bytes of the source, without the white space around them. */
  byte[] raw() {
    return Arrays.copyOfRange(text, start, end);
  }

  /**
   * What a key of a Secret holds: strings unquoted, null empty, all else as the source wrote it.
   */
  byte[] plain() {
    return switch (text[start]) {
      case '"' -> unescape(start, end).getBytes(StandardCharsets.UTF_8);
      case 'n' -> new byte[0];
      default -> raw();
    };
  }

  /**
   * As {@link #plain}, but decimals in their shortest form without exponent ({@code 1.50} as {@code
   * 1.5}, {@code 1e3} as {@code 1000}), as External Secrets Operator gives them for a property;
   * only where that loses nothing.
   */
  byte[] scalar() {
    byte first = text[start];
    return first == '-' || (first >= '0' && first <= '9')
        ? shortest(new String(text, start, end - start, StandardCharsets.US_ASCII))
            .getBytes(StandardCharsets.US_ASCII)
        : plain();
  }

  private static String shortest(String number) {
    if (number.length() > MOST_DIGITS
        || number.chars().skip(1).allMatch(c -> c >= '0' && c <= '9')) {
      return number;
    }
    double value = Double.parseDouble(number);
    if (Double.isInfinite(value)) {
      return number;
    }
    BigDecimal shortest = new BigDecimal(Double.toString(value));
    try {
      if (shortest.compareTo(new BigDecimal(number)) != 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // An exponent beyond what BigDecimal holds.
      return number;
    }
    String plain = shortest.signum() == 0 ? "0" : shortest.stripTrailingZeros().toPlainString();
    return shortest.signum() == 0 && number.startsWith("-") ? "-" + plain : plain;
  }

  private String unescape(int quote, int after) {
    String body = new String(text, quote + 1, after - quote - 2, StandardCharsets.UTF_8);
    if (body.indexOf('\\') < 0) {
      return body;
    }
    StringBuilder out = new StringBuilder(body.length());
    int at = 0;
    while (at < body.length()) {
      char c = body.charAt(at);
      if (c != '\\') {
        out.append(c);
        at++;
      } else if (body.charAt(at + 1) == 'u') {
        out.append((char) Integer.parseInt(body, at + 2, at + 6, 16));
        at += 6;
      } else {
        out.append(unescape(body.charAt(at + 1)));
        at += 2;
      }
    }
    return replaceLoneSurrogates(out);
  }

  private static char unescape(char escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escaped;
    };
  }

  /** Half a pair has no UTF-8; Java would write a question mark, Go writes U+FFFD. */
  private static String replaceLoneSurrogates(StringBuilder text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(c)) {
        text.setCharAt(i, '\uFFFD');
      }
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "JsonText[redacted, " + size() + " bytes]";
  }
}
