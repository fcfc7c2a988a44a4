package dev.keyturn.render;

/**
 * Finds where JSON values end, without making anything of them. Strict as RFC 8259, except that raw
 * control characters in strings pass: secrets hold PEM keys pasted with their line breaks.
 */
final class JsonScanner {
  /** Deep enough for any secret, shallow enough for any stack. */
  static final int MAX_DEPTH = 512;

  /** What the methods return where there is no JSON. */
  static final int NONE = -1;

  private final byte[] text;
  private final int end;

  JsonScanner(byte[] text, int end) {
    this.text = text;
    this.end = end;
  }

  int skipSpace(int from) {
    int at = from;
    while (at < end && isSpace(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  boolean is(int at, char wanted) {
    return at < end && text[at] == wanted;
  }

  /** The index after the value that starts at {@code from}. */
  int skipValue(int from) {
    return skipValue(from, 0);
  }

  private int skipValue(int from, int depth) {
    if (from >= end || depth > MAX_DEPTH) {
      return NONE;
    }
    return switch (text[from]) {
      case '{' -> skipObject(from, depth);
      case '[' -> skipArray(from, depth);
      case '"' -> skipString(from);
      case 't' -> skipWord(from, "true");
      case 'f' -> skipWord(from, "false");
      case 'n' -> skipWord(from, "null");
      default -> skipNumber(from);
    };
  }

  private int skipObject(int from, int depth) {
    int at = skipSpace(from + 1);
    if (is(at, '}')) {
      return at + 1;
    }
    while (is(at, '"')) {
      int colon = skipSpace(orEnd(skipString(at)));
      if (!is(colon, ':')) {
        return NONE;
      }
      int after = skipSpace(orEnd(skipValue(skipSpace(colon + 1), depth + 1)));
      if (is(after, '}')) {
        return after + 1;
      }
      if (!is(after, ',')) {
        return NONE;
      }
      at = skipSpace(after + 1);
    }
    return NONE;
  }

  private int skipArray(int from, int depth) {
    int at = skipSpace(from + 1);
    if (is(at, ']')) {
      return at + 1;
    }
    while (true) {
      int after = skipSpace(orEnd(skipValue(at, depth + 1)));
      if (is(after, ']')) {
        return after + 1;
      }
      if (!is(after, ',')) {
        return NONE;
      }
      at = skipSpace(after + 1);
    }
  }

  /** At the end nothing follows, so a failure inside fails outside, too. */
  private int orEnd(int at) {
    return at == NONE ? end : at;
  }

  /** The index after the closing quote of the string that starts at {@code from}. */
  int skipString(int from) {
    int at = from + 1;
    while (at < end) {
      switch (text[at]) {
        case '"' -> {
          return at + 1;
        }
        case '\\' -> {
          int after = skipEscape(at);
          if (after == NONE) {
            return NONE;
          }
          at = after;
        }
        default -> at++;
      }
    }
    return NONE;
  }

  private int skipEscape(int backslash) {
    int at = backslash + 1;
    if (at >= end) {
      return NONE;
    }
    return switch (text[at]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
      case 'u' -> {
        for (int i = 1; i <= 4; i++) {
          if (at + i >= end || Character.digit(text[at + i], 16) < 0) {
            yield NONE;
          }
        }
        yield at + 5;
      }
      default -> NONE;
    };
  }

  private int skipWord(int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (!is(from + i, word.charAt(i))) {
        return NONE;
      }
    }
    return from + word.length();
  }

  private int skipNumber(int from) {
    int at = is(from, '-') ? from + 1 : from;
    int whole = skipDigits(at);
    if (whole == at || (is(at, '0') && whole > at + 1)) {
      return NONE;
    }
    at = whole;
    if (is(at, '.')) {
      int fraction = skipDigits(at + 1);
      if (fraction == at + 1) {
        return NONE;
      }
      at = fraction;
    }
    if (is(at, 'e') || is(at, 'E')) {
      int sign = is(at + 1, '+') || is(at + 1, '-') ? at + 2 : at + 1;
      int exponent = skipDigits(sign);
      if (exponent == sign) {
        return NONE;
      }
      at = exponent;
    }
    return at;
  }

  private int skipDigits(int from) {
    int at = from;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at;
  }
}
