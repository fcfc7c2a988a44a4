package dev.keyturn.gotemplate.value;

import java.nio.charset.StandardCharsets;

/**
 * UTF-8 inside byte strings, decoded as Go does it: an invalid byte is U+FFFD and one byte long.
 */
public final class Utf8 {

  /** What stands for a byte that is not UTF-8. */
  public static final int ERROR = 0xFFFD;

  /**
   * Where invalid bytes hide in a Unicode string, as lone low surrogates, to come back unchanged.
   */
  private static final int ESCAPE = 0xDC00;

  private Utf8() {}

  /** The byte string of these bytes. */
  public static String ofBytes(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The bytes of a byte string. */
  public static byte[] toBytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** How many bytes the rune at this place takes. */
  public static int widthAt(String text, int at) {
    int first = text.charAt(at);
    if (first < 0x80) {
      return 1;
    }
    int width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + width > text.length()) {
      return 1;
    }
    int second = text.charAt(at + 1);
    boolean secondFits =
        switch (first) {
          case 0xE0 -> second >= 0xA0 && second <= 0xBF;
          case 0xED -> second >= 0x80 && second <= 0x9F;
          case 0xF0 -> second >= 0x90 && second <= 0xBF;
          case 0xF4 -> second >= 0x80 && second <= 0x8F;
          default -> isContinuation(second);
        };
    if (!secondFits) {
      return 1;
    }
    for (int i = 2; i < width; i++) {
      if (!isContinuation(text.charAt(at + i))) {
        return 1;
      }
    }
    return width;
  }

  private static boolean isContinuation(int unit) {
    return (unit & 0xC0) == 0x80;
  }

  /** The rune at this place. */
  public static int runeAt(String text, int at) {
    int first = text.charAt(at);
    return switch (widthAt(text, at)) {
      case 2 -> (first & 0x1F) << 6 | low(text, at + 1);
      case 3 -> (first & 0x0F) << 12 | low(text, at + 1) << 6 | low(text, at + 2);
      case 4 ->
          (first & 0x07) << 18
              | low(text, at + 1) << 12
              | low(text, at + 2) << 6
              | low(text, at + 3);
      default -> first < 0x80 ? first : ERROR;
    };
  }

  private static int low(String text, int at) {
    return text.charAt(at) & 0x3F;
  }

  /** Whether the rune at this place is an invalid byte, not a U+FFFD that somebody wrote. */
  public static boolean isInvalidAt(String text, int at) {
    return text.charAt(at) >= 0x80 && widthAt(text, at) == 1;
  }

  /** How many runes. */
  public static int count(String text) {
    int runes = 0;
    for (int i = 0; i < text.length(); i += widthAt(text, i)) {
      runes++;
    }
    return runes;
  }

  /** The runes, one after the other. */
  public static int[] runes(String text) {
    int[] runes = new int[count(text)];
    int n = 0;
    for (int i = 0; i < text.length(); i += widthAt(text, i)) {
      runes[n++] = runeAt(text, i);
    }
    return runes;
  }

  /** Appends a rune as UTF-8; what is not a rune becomes U+FFFD. */
  public static void append(StringBuilder out, int rune) {
    int valid = rune < 0 || rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF) ? ERROR : rune;
    if (valid < 0x80) {
      out.append((char) valid);
    } else if (valid < 0x800) {
      out.append((char) (0xC0 | valid >> 6));
      out.append((char) (0x80 | (valid & 0x3F)));
    } else if (valid < 0x10000) {
      out.append((char) (0xE0 | valid >> 12));
      out.append((char) (0x80 | (valid >> 6 & 0x3F)));
      out.append((char) (0x80 | (valid & 0x3F)));
    } else {
      out.append((char) (0xF0 | valid >> 18));
      out.append((char) (0x80 | (valid >> 12 & 0x3F)));
      out.append((char) (0x80 | (valid >> 6 & 0x3F)));
      out.append((char) (0x80 | (valid & 0x3F)));
    }
  }

  /** The byte string of runes. */
  public static String ofRunes(int[] runes) {
    StringBuilder out = new StringBuilder(runes.length);
    for (int rune : runes) {
      append(out, rune);
    }
    return out.toString();
  }

  /** The byte string of an ordinary Java string; undoes {@link #toUnicode}. */
  public static String ofUnicode(String unicode) {
    if (Runes.isAscii(unicode)) {
      return unicode;
    }
    StringBuilder out = new StringBuilder(unicode.length());
    for (int i = 0; i < unicode.length(); ) {
      int rune = unicode.codePointAt(i);
      if (rune >= ESCAPE + 0x80 && rune <= ESCAPE + 0xFF) {
        out.append((char) (rune - ESCAPE));
      } else {
        append(out, rune);
      }
      i += Character.charCount(rune);
    }
    return out.toString();
  }

  /** An ordinary Java string, in which invalid bytes are hidden so that they can come back. */
  public static String toUnicode(String text) {
    if (Runes.isAscii(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i += widthAt(text, i)) {
      if (isInvalidAt(text, i)) {
        out.append((char) (ESCAPE + text.charAt(i)));
      } else {
        out.appendCodePoint(runeAt(text, i));
      }
    }
    return out.toString();
  }
}
