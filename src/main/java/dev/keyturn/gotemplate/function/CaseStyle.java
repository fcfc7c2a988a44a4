package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Runes;
import dev.keyturn.gotemplate.value.Utf8;
import java.util.function.IntPredicate;

/** PascalCase, snake_case and kebab-case with the word rules of the library behind Sprig. */
final class CaseStyle {

  private enum Kind {
    NONE,
    NUMBER,
    UPPER,
    LETTERS,
    CONNECTOR,
    PUNCTUATION,
    OTHER;

    boolean isLettersOrNumber() {
      return this == LETTERS || this == NUMBER;
    }

    boolean endsQuietly() {
      return this == CONNECTOR || this == PUNCTUATION;
    }
  }

  /** A word, and where the next one starts. */
  private record Word(Kind kind, String text, int end) {}

  private final String text;
  private final char connector;
  private final StringBuilder out = new StringBuilder();
  private Word word = new Word(Kind.NONE, "", 0);

  private CaseStyle(String text, char connector) {
    this.text = text;
    this.connector = connector;
  }

  /** Words in lower case with this between them. */
  static String separated(String text, char connector) {
    if (text.isEmpty()) {
      return "";
    }
    CaseStyle style = new CaseStyle(text, connector);
    style.run();
    return style.out.toString();
  }

  private void run() {
    advance();
    while (word.end() < text.length()) {
      if (word.kind() != Kind.CONNECTOR) {
        append(word.kind(), word.text());
      }
      Word before = word;
      advance();
      switch (before.kind()) {
        case NUMBER -> {
          appendLettersAndNumbers();
          connectUnless(word.kind() == Kind.NONE);
        }
        case CONNECTOR -> append(before.kind(), before.text());
        case PUNCTUATION -> {}
        case NONE, UPPER, LETTERS, OTHER -> afterLetters();
      }
    }
    append(word.kind(), word.text());
  }

  /** A number goes with the word before it, unless lower case letters follow it. */
  private void afterLetters() {
    if (word.kind() != Kind.NUMBER) {
      connectUnless(false);
      return;
    }
    if (word.end() >= text.length()) {
      return;
    }
    Word number = word;
    advance();
    if (word.kind() != Kind.LETTERS) {
      append(Kind.NUMBER, number.text());
      connectUnless(false);
      return;
    }
    out.append(connector);
    append(Kind.NUMBER, number.text());
    appendLettersAndNumbers();
    connectUnless(word.kind() == Kind.NONE);
  }

  private void appendLettersAndNumbers() {
    while (word.kind().isLettersOrNumber()) {
      append(word.kind(), word.text());
      advance();
    }
  }

  private void connectUnless(boolean atEnd) {
    if (!atEnd && !word.kind().endsQuietly()) {
      out.append(connector);
    }
  }

  private void append(Kind kind, String part) {
    if (kind != Kind.UPPER && kind != Kind.CONNECTOR) {
      out.append(part);
      return;
    }
    for (int rune : Utf8.runes(part)) {
      if (isConnector(rune)) {
        out.append(connector);
      } else {
        Utf8.append(out, isUpper(rune) ? Character.toLowerCase(rune) : rune);
      }
    }
  }

  private void advance() {
    int start = word.end();
    if (start >= text.length()) {
      word = new Word(Kind.NONE, "", start);
      return;
    }
    int at = nextValid(start);
    if (at >= text.length()) {
      word = new Word(Kind.NONE, text.substring(start), text.length());
      return;
    }
    int rune = Utf8.runeAt(text, at);
    int next = at + Utf8.widthAt(text, at);
    Kind kind;
    int end;
    if (isConnector(rune)) {
      kind = Kind.CONNECTOR;
      end = runOf(next, CaseStyle::isConnector);
    } else if (isPunctuation(rune)) {
      kind = Kind.PUNCTUATION;
      end = runOf(next, CaseStyle::isPunctuation);
    } else if (isUpper(rune)) {
      kind = Kind.UPPER;
      end = endOfUpper(next);
    } else if (isLetter(rune)) {
      kind = Kind.LETTERS;
      end = runOf(next, CaseStyle::isSmall);
    } else if (isNumber(rune)) {
      kind = Kind.NUMBER;
      end = runOf(next, CaseStyle::isNumber);
    } else {
      kind = Kind.OTHER;
      end = runOf(next, CaseStyle::isOther);
    }
    word = new Word(kind, text.substring(start, end), end);
  }

  /** "HTTPStatus" is "HTTP" and "Status"; "Status" is one word. */
  private int endOfUpper(int next) {
    if (next >= text.length()) {
      return next;
    }
    int second = nextValid(next);
    if (second >= text.length()) {
      return text.length();
    }
    int rune = Utf8.runeAt(text, second);
    if (!isUpper(rune)) {
      return isLetter(rune) ? runOf(next, CaseStyle::isSmall) : next;
    }
    int last = next;
    int at = next;
    while (at < text.length()) {
      int valid = nextValid(at);
      if (valid >= text.length()) {
        return text.length();
      }
      if (!isUpper(Utf8.runeAt(text, valid))) {
        return isLetter(Utf8.runeAt(text, valid)) ? last : at;
      }
      last = at;
      at = valid + Utf8.widthAt(text, valid);
    }
    return at;
  }

  private int runOf(int start, IntPredicate belongs) {
    int at = start;
    while (at < text.length()) {
      int valid = nextValid(at);
      if (valid >= text.length()) {
        return text.length();
      }
      if (!belongs.test(Utf8.runeAt(text, valid))) {
        return at;
      }
      at = valid + Utf8.widthAt(text, valid);
    }
    return at;
  }

  /** Invalid bytes belong to what follows them. */
  private int nextValid(int start) {
    int at = start;
    while (at < text.length() && Utf8.runeAt(text, at) == Utf8.ERROR) {
      at += Utf8.widthAt(text, at);
    }
    return at;
  }

  private static boolean isConnector(int rune) {
    return rune == '-' || rune == '_' || Runes.isSpace(rune);
  }

  private static boolean isUpper(int rune) {
    return Character.getType(rune) == Character.UPPERCASE_LETTER;
  }

  /** Any letter but Chinese, Japanese and Korean ones, which make no words. */
  private static boolean isLetter(int rune) {
    boolean ideograph =
        (rune >= 0x4E00 && rune <= 0x9FCC)
            || (rune >= 0x3400 && rune <= 0x4D85)
            || (rune >= 0x20000 && rune <= 0x2B81D);
    return Character.isLetter(rune) && !ideograph;
  }

  private static boolean isSmall(int rune) {
    return isLetter(rune) && !isUpper(rune);
  }

  private static boolean isNumber(int rune) {
    return switch (Character.getType(rune)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  private static boolean isPunctuation(int rune) {
    return switch (Character.getType(rune)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static boolean isOther(int rune) {
    return !isConnector(rune) && !isLetter(rune) && !isNumber(rune) && !isPunctuation(rune);
  }

  /** Each word starts with a capital letter, with nothing between. */
  static String pascal(String text) {
    int[] runes = Utf8.runes(text);
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < runes.length && isConnector(runes[at])) {
      Utf8.append(out, runes[at++]);
    }
    if (at == runes.length) {
      // The library writes the last leading connector a second time when nothing else comes.
      return text.isEmpty() ? "" : out.append(Utf8.ofRunes(new int[] {runes[at - 1]})).toString();
    }
    boolean afterUpper = isUpper(runes[at]);
    int current = Character.toUpperCase(runes[at++]);
    while (at < runes.length) {
      int before = current;
      current = runes[at++];
      if (isConnector(before) && isConnector(current)) {
        Utf8.append(out, before);
      } else if (isConnector(before)) {
        afterUpper = isUpper(current);
        current = Character.toUpperCase(current);
      } else {
        if (afterUpper && isUpper(current)) {
          current = Character.toLowerCase(current);
        } else {
          afterUpper = false;
        }
        Utf8.append(out, before);
      }
    }
    Utf8.append(out, current);
    return out.toString();
  }
}
