package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Runes;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;

/** Sprig's functions about letters and words: case, wrapping, abbreviation. */
final class WordFunctions {

  private WordFunctions() {}

  static List<Function> functions() {
    List<Type> text = List.of(Type.STRING);
    List<Type> intText = List.of(Type.INT, Type.STRING);
    return List.of(
        Function.of("upper", text, a -> new Text(Runes.map(a.text(0), Character::toUpperCase))),
        Function.of("lower", text, a -> new Text(Runes.map(a.text(0), Character::toLowerCase))),
        Function.of("title", text, a -> new Text(title(wide(a)))),
        Function.of("untitle", text, a -> new Text(untitle(wide(a)))),
        Function.of("swapcase", text, a -> new Text(swapCase(wide(a)))),
        Function.of("nospace", text, a -> new Text(withoutSpace(a.text(0)))),
        Function.of("initials", text, a -> new Text(initials(a.text(0)))),
        Function.of("camelcase", text, a -> new Text(CaseStyle.pascal(wide(a)))),
        Function.of("snakecase", text, a -> new Text(CaseStyle.separated(wide(a), '_'))),
        Function.of("kebabcase", text, a -> new Text(CaseStyle.separated(wide(a), '-'))),
        Function.of(
            "abbrev",
            intText,
            a -> new Text(a.integer(0) < 4 ? a.text(1) : abbreviate(a.text(1), 0, a.integer(0)))),
        Function.of(
            "abbrevboth", List.of(Type.INT, Type.INT, Type.STRING), WordFunctions::abbreviateBoth),
        Function.of("wrap", intText, a -> wrap(a, a.text(1), "\n", false)),
        Function.of(
            "wrapWith",
            List.of(Type.INT, Type.STRING, Type.STRING),
            a -> wrap(a, a.text(2), a.text(1).isEmpty() ? "\n" : a.text(1), true)));
  }

  /** The text, of which four bytes per rune are made. */
  private static String wide(Arguments a) throws Failure {
    a.budget().allocate(a.text(0).length(), Integer.BYTES);
    return a.text(0);
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int before = ' ';
    for (int rune : Utf8.runes(text)) {
      Utf8.append(out, separatesWords(before) ? Character.toTitleCase(rune) : rune);
      before = rune;
    }
    return out.toString();
  }

  private static boolean separatesWords(int rune) {
    if (rune < 0x80) {
      return rune != '_' && !Character.isLetterOrDigit(rune);
    }
    return !Character.isLetter(rune) && !Character.isDigit(rune) && Runes.isSpace(rune);
  }

  private static String untitle(String text) {
    int[] runes = Utf8.runes(text);
    boolean first = true;
    for (int i = 0; i < runes.length; i++) {
      if (Runes.isSpace(runes[i])) {
        first = true;
      } else if (first) {
        runes[i] = Character.toLowerCase(runes[i]);
        first = false;
      }
    }
    return Utf8.ofRunes(runes);
  }

  private static String swapCase(String text) {
    int[] runes = Utf8.runes(text);
    boolean afterSpace = true;
    for (int i = 0; i < runes.length; i++) {
      int rune = runes[i];
      if (Character.getType(rune) == Character.UPPERCASE_LETTER || Character.isTitleCase(rune)) {
        runes[i] = Character.toLowerCase(rune);
        afterSpace = false;
      } else if (Character.getType(rune) == Character.LOWERCASE_LETTER) {
        runes[i] = afterSpace ? Character.toTitleCase(rune) : Character.toUpperCase(rune);
        afterSpace = false;
      } else {
        afterSpace = Runes.isSpace(rune);
      }
    }
    return Utf8.ofRunes(runes);
  }

  /** Looks at bytes, as the library behind Sprig does: other letters than ASCII come out broken. */
  private static String withoutSpace(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int kept = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!Runes.isSpace(text.charAt(i))) {
        Utf8.append(out, text.charAt(i));
        kept++;
      }
    }
    return kept == text.length() ? text : out.toString();
  }

  /** Looks at bytes, too. */
  private static String initials(String text) {
    StringBuilder out = new StringBuilder();
    boolean afterSpace = true;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Runes.isSpace(text.charAt(i));
      if (!space && afterSpace) {
        Utf8.append(out, text.charAt(i));
      }
      afterSpace = space;
    }
    return out.toString();
  }

  private static Value abbreviateBoth(Arguments a) {
    long left = a.integer(0);
    long right = a.integer(1);
    boolean tooShort = right < 4 || (left > 0 && right < 7);
    return tooShort ? a.get(2) : new Text(abbreviate(a.text(2), left, right));
  }

  private static String abbreviate(String text, long offset, long width) {
    if (text.length() <= width) {
      return text;
    }
    int length = text.length();
    int most = (int) width;
    long from = Math.min(offset, length);
    if (length - from < most - 3) {
      from = (long) length - (most - 3);
    }
    if (from <= 4) {
      return text.substring(0, most - 3) + "...";
    }
    if (most < 7) {
      return "";
    }
    if (from + most - 3 < length) {
      return "..." + abbreviate(text.substring((int) from), 0, most - 3);
    }
    return "..." + text.substring(length - (most - 3));
  }

  private static Value wrap(Arguments a, String text, String newLine, boolean cutsLongWords)
      throws Failure {
    int width = Math.clamp(a.integer(0), 1, Integer.MAX_VALUE / 2);
    a.budget().allocate(text.length() + (text.length() / width) * (long) newLine.length());
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (text.length() - at > width) {
      if (text.charAt(at) == ' ') {
        at++;
        continue;
      }
      int space = text.lastIndexOf(' ', at + width);
      int next = space;
      if (space < at) {
        next = cutsLongWords ? -1 : text.indexOf(' ', at + width);
        if (cutsLongWords) {
          out.append(text, at, at + width).append(newLine);
          at += width;
          continue;
        }
      }
      if (next < 0) {
        break;
      }
      a.budget().allocate(next - at + newLine.length());
      out.append(text, at, next).append(newLine);
      at = next + 1;
    }
    return new Text(out.append(text, at, text.length()).toString());
  }
}
