package dev.keyturn.gotemplate.value;

import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/** Work on the runes of byte strings, as Go's unicode and strings packages do it. */
public final class Runes {

  private Runes() {}

  /** Go's {@code unicode.IsSpace}. */
  public static boolean isSpace(int rune) {
    return switch (rune) {
      case '\t',
          '\n',
          0x0B,
          '\f',
          '\r',
          ' ',
          0x85,
          0xA0,
          0x1680,
          0x2028,
          0x2029,
          0x202F,
          0x205F,
          0x3000 ->
          true;
      default -> rune >= 0x2000 && rune <= 0x200A;
    };
  }

  /** Go's {@code strings.TrimSpace}. */
  public static String trimSpace(String text) {
    return trim(text, Runes::isSpace);
  }

  /** Go's {@code strings.TrimFunc}. */
  public static String trim(String text, IntPredicate drop) {
    int start = 0;
    while (start < text.length() && drop.test(Utf8.runeAt(text, start))) {
      start += Utf8.widthAt(text, start);
    }
    int end = text.length();
    while (end > start) {
      int last = startOfLast(text, start, end);
      if (!drop.test(Utf8.runeAt(text, last))) {
        break;
      }
      end = last;
    }
    return text.substring(start, end);
  }

  private static int startOfLast(String text, int start, int end) {
    for (int width = 4; width > 1; width--) {
      int from = end - width;
      if (from >= start && Utf8.widthAt(text, from) == width) {
        return from;
      }
    }
    return end - 1;
  }

  /** Go's {@code strings.Map}: invalid bytes become U+FFFD. */
  public static String map(String text, IntUnaryOperator change) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      Utf8.append(out, change.applyAsInt(Utf8.runeAt(text, i)));
    }
    return out.toString();
  }

  /** Whether only ASCII is in it, where the quick ways of Go and Java agree. */
  static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
