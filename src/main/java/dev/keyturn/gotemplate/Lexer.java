package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.Token.Kind;
import dev.keyturn.gotemplate.value.Utf8;

/** Cuts template text into tokens, trims white space where a marker asks for it, drops comments. */
final class Lexer {

  private static final String LEFT = "{{";
  private static final String RIGHT = "}}";

  private final String input;
  private int at;
  private int start;
  private int line = 1;
  private int parentheses;
  private boolean insideAction;
  private boolean failed;

  Lexer(String input) {
    this.input = input;
  }

  /** The next token; after an error or the end, the end. */
  Token next() {
    if (failed) {
      return new Token(Kind.END_OF_FILE, "", line);
    }
    return insideAction ? action() : text();
  }

  private Token text() {
    while (true) {
      int open = input.indexOf(LEFT, at);
      if (open < 0) {
        at = input.length();
        return at > start ? emit(Kind.TEXT) : emit(Kind.END_OF_FILE);
      }
      if (open > at) {
        int end = open;
        if (hasLeftTrim(open + LEFT.length())) {
          while (end > start && isSpace(input.charAt(end - 1))) {
            end--;
          }
        }
        at = end;
        Token token = emit(Kind.TEXT);
        skipTo(open);
        if (!token.text().isEmpty()) {
          return token;
        }
      }
      int inside = open + LEFT.length() + (hasLeftTrim(open + LEFT.length()) ? 2 : 0);
      if (!input.startsWith("/*", inside)) {
        at = open + LEFT.length();
        Token token = emit(Kind.LEFT_DELIMITER);
        skipTo(inside);
        insideAction = true;
        parentheses = 0;
        return token;
      }
      int close = input.indexOf("*/", inside + 2);
      if (close < 0) {
        return fail("unclosed comment");
      }
      at = close + 2;
      if (!atRightDelimiter()) {
        return fail("comment ends before closing delimiter");
      }
      skipRightDelimiter();
    }
  }

  private void skipRightDelimiter() {
    boolean trim = hasRightTrim(at);
    at += RIGHT.length() + (trim ? 2 : 0);
    while (trim && at < input.length() && isSpace(input.charAt(at))) {
      at++;
    }
    skipTo(at);
  }

  private Token action() {
    if (atRightDelimiter()) {
      if (parentheses > 0) {
        return fail("unclosed left parenthesis");
      }
      Token token = new Token(Kind.RIGHT_DELIMITER, RIGHT, line);
      skipRightDelimiter();
      insideAction = false;
      return token;
    }
    if (at >= input.length()) {
      return fail("unclosed action");
    }
    char c = input.charAt(at);
    return switch (c) {
      case ' ', '\t', '\r', '\n' -> spaces();
      case '=' -> emit(Kind.ASSIGN, 1);
      case ':' ->
          input.startsWith(":=", at) ? emit(Kind.DECLARE, 2) : fail("expected := after a colon");
      case '|' -> emit(Kind.PIPE, 1);
      case '"' -> quoted('"', Kind.STRING);
      case '\'' -> quoted('\'', Kind.CHARACTER_CONSTANT);
      case '`' -> raw();
      case '$' -> name(Kind.VARIABLE, 1);
      case '(' -> {
        parentheses++;
        yield emit(Kind.LEFT_PARENTHESIS, 1);
      }
      case ')' ->
          --parentheses < 0
              ? fail("unexpected right parenthesis")
              : emit(Kind.RIGHT_PARENTHESIS, 1);
      case '.' -> isDigitAt(at + 1) ? number() : name(Kind.FIELD, 1);
      case '+', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> other(c);
    };
  }

  private Token other(char c) {
    if (isAlphanumericAt(at)) {
      return name(Kind.IDENTIFIER, 0);
    }
    return c > ' ' && c < 0x7F ? emit(Kind.CHARACTER, 1) : fail("unrecognized character in action");
  }

  private Token spaces() {
    while (at < input.length() && isSpace(input.charAt(at))) {
      at++;
    }
    // The last of these spaces may belong to a delimiter that trims.
    if (hasRightTrim(at - 1) && isRight(at + 1)) {
      at--;
      if (at == start) {
        return action();
      }
    }
    return emit(Kind.SPACE);
  }

  private Token quoted(char quote, Kind kind) {
    for (int i = at + 1; i < input.length() && input.charAt(i) != '\n'; i++) {
      if (input.charAt(i) == quote) {
        at = i + 1;
        return emit(kind);
      }
      if (input.charAt(i) == '\\') {
        i++;
        if (i < input.length() && input.charAt(i) == '\n') {
          break;
        }
      }
    }
    return fail("unterminated quoted string");
  }

  private Token raw() {
    int close = input.indexOf('`', at + 1);
    if (close < 0) {
      return fail("unterminated raw quoted string");
    }
    at = close + 1;
    return emit(Kind.RAW_STRING);
  }

  private Token name(Kind kind, int prefix) {
    at += prefix;
    while (isAlphanumericAt(at)) {
      at += Utf8.widthAt(input, at);
    }
    if (!atTerminator()) {
      return fail("bad character in or after a name");
    }
    String word = input.substring(start, at);
    return emit(kind == Kind.VARIABLE ? kind : Token.kindOf(word, kind));
  }

  private boolean atTerminator() {
    return at >= input.length()
        || isSpace(input.charAt(at))
        || ".,|:)(".indexOf(input.charAt(at)) >= 0
        || isRight(at);
  }

  /** Takes what may be a number; the parser finds out whether it is one. */
  private Token number() {
    accept("+-");
    String digits = "0123456789_";
    boolean decimal = true;
    if (accept("0")) {
      String letter = at < input.length() ? input.substring(at, at + 1) : "";
      digits =
          switch (letter) {
            case "x", "X" -> "0123456789abcdefABCDEF_";
            case "o", "O" -> "01234567_";
            case "b", "B" -> "01_";
            default -> digits;
          };
      decimal = digits.length() == 11;
      at += decimal ? 0 : 1;
    }
    boolean hexadecimal = digits.length() == 23;
    acceptAll(digits);
    if (accept(".")) {
      acceptAll(digits);
    }
    if ((decimal && accept("eE")) || (hexadecimal && accept("pP"))) {
      accept("+-");
      acceptAll("0123456789_");
    }
    if (at < input.length() && (isAlphanumericAt(at) || "+-".indexOf(input.charAt(at)) >= 0)) {
      return fail("bad number syntax (complex numbers are not supported)");
    }
    return emit(Kind.NUMBER);
  }

  private boolean accept(String valid) {
    boolean fits = at < input.length() && valid.indexOf(input.charAt(at)) >= 0;
    at += fits ? 1 : 0;
    return fits;
  }

  private void acceptAll(String valid) {
    while (accept(valid)) {}
  }

  private boolean isDigitAt(int place) {
    return place < input.length() && input.charAt(place) >= '0' && input.charAt(place) <= '9';
  }

  private boolean isAlphanumericAt(int place) {
    if (place >= input.length()) {
      return false;
    }
    char c = input.charAt(place);
    if (c < 0x80) {
      return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    }
    int rune = Utf8.runeAt(input, place);
    return Character.isLetter(rune) || Character.isDigit(rune);
  }

  private boolean atRightDelimiter() {
    return isRight(at) || (hasRightTrim(at) && isRight(at + 2));
  }

  private boolean isRight(int place) {
    return place + 1 < input.length()
        && input.charAt(place) == '}'
        && input.charAt(place + 1) == '}';
  }

  private boolean hasLeftTrim(int place) {
    return place + 1 < input.length()
        && input.charAt(place) == '-'
        && isSpace(input.charAt(place + 1));
  }

  private boolean hasRightTrim(int place) {
    return place + 1 < input.length()
        && isSpace(input.charAt(place))
        && input.charAt(place + 1) == '-';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }

  private Token emit(Kind kind, int length) {
    at += length;
    return emit(kind);
  }

  private Token emit(Kind kind) {
    Token token = new Token(kind, input.substring(start, at), line);
    skipTo(at);
    return token;
  }

  private void skipTo(int place) {
    for (int i = start; i < place; i++) {
      if (input.charAt(i) == '\n') {
        line++;
      }
    }
    at = place;
    start = place;
  }

  private Token fail(String message) {
    failed = true;
    return new Token(Kind.ERROR, message, line);
  }
}
