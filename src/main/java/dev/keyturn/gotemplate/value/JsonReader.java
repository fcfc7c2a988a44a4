package dev.keyturn.gotemplate.value;

import java.util.ArrayList;
import java.util.List;

/** Reads JSON into values as Go's encoding/json does: numbers are {@code float64}. */
public final class JsonReader {

  private final String text;
  private final Budget budget;
  private int at;
  private boolean outOfRange;

  private JsonReader(String text, Budget budget) {
    this.text = text;
    this.budget = budget;
  }

  /**
   * What was read.
   *
   * @param complete false if a number is too large for a {@code float64}; it is nil then
   */
  public record Result(Value value, boolean complete) {}

  /** Reads one document; fails if it is not JSON. */
  public static Result read(String text, Budget budget) throws Failure {
    budget.spend(text.length() / 8 + 1L);
    JsonReader reader = new JsonReader(text, budget);
    reader.skipSpace();
    Value value = reader.value();
    reader.skipSpace();
    if (reader.at < text.length()) {
      throw bad("something follows the end");
    }
    return new Result(value, !reader.outOfRange);
  }

  private static Failure bad(String what) {
    return Failure.because("not JSON: " + what);
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char next() throws Failure {
    if (at >= text.length()) {
      throw bad("it ends too early");
    }
    return text.charAt(at);
  }

  private Value value() throws Failure {
    return switch (next()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new Text(string());
      case 't' -> word("true", Bool.TRUE);
      case 'f' -> word("false", Bool.FALSE);
      case 'n' -> word("null", Nil.NIL);
      default -> number();
    };
  }

  private Value word(String word, Value value) throws Failure {
    if (!text.startsWith(word, at)) {
      throw bad("an unknown word");
    }
    at += word.length();
    return value;
  }

  private Value object() throws Failure {
    budget.enter();
    Dict dict = Dict.any();
    at++;
    skipSpace();
    boolean more = next() != '}';
    while (more) {
      skipSpace();
      if (next() != '"') {
        throw bad("a key is not a string");
      }
      String key = string();
      skipSpace();
      if (next() != ':') {
        throw bad("a colon is missing after a key");
      }
      at++;
      skipSpace();
      budget.allocateEntries(1);
      dict.put(key, value());
      skipSpace();
      more = isFollowedByAnother('}');
    }
    at++;
    budget.leave();
    return dict;
  }

  private boolean isFollowedByAnother(char end) throws Failure {
    if (next() == ',') {
      at++;
      return true;
    }
    if (next() != end) {
      throw bad("neither a comma nor the end of a list or an object");
    }
    return false;
  }

  private Value array() throws Failure {
    budget.enter();
    List<Value> items = new ArrayList<>();
    at++;
    skipSpace();
    boolean more = next() != ']';
    while (more) {
      skipSpace();
      budget.allocateEntries(1);
      items.add(value());
      skipSpace();
      more = isFollowedByAnother(']');
    }
    at++;
    budget.leave();
    return Slice.any(items);
  }

  private String string() throws Failure {
    StringBuilder out = new StringBuilder();
    for (at++; next() != '"'; ) {
      char c = text.charAt(at);
      if (c < ' ') {
        throw bad("a control character in a string");
      }
      if (c == '\\') {
        escape(out);
      } else if (c < 0x80) {
        out.append(c);
        at++;
      } else {
        Utf8.append(out, Utf8.runeAt(text, at));
        at += Utf8.widthAt(text, at);
      }
    }
    at++;
    budget.allocate(out.length());
    return out.toString();
  }

  private void escape(StringBuilder out) throws Failure {
    at++;
    char letter = next();
    at++;
    switch (letter) {
      case '"', '\\', '/' -> out.append(letter);
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'u' -> unicode(out);
      default -> throw bad("an unknown escape");
    }
  }

  private void unicode(StringBuilder out) throws Failure {
    int unit = fourHexDigits();
    if (Character.isHighSurrogate((char) unit) && text.startsWith("\\u", at)) {
      int before = at;
      at += 2;
      int low = fourHexDigits();
      if (Character.isLowSurrogate((char) low)) {
        Utf8.append(out, Character.toCodePoint((char) unit, (char) low));
        return;
      }
      at = before;
    }
    Utf8.append(out, unit);
  }

  private int fourHexDigits() throws Failure {
    int value = 0;
    for (int i = 0; i < 4; i++, at++) {
      char c = next();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw bad("a malformed \\u escape");
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private Value number() throws Failure {
    int start = at;
    if (next() == '-') {
      at++;
    }
    if (next() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (next() == '+' || next() == '-') {
        at++;
      }
      digits();
    }
    budget.spend((at - start) / 8);
    double value = Double.parseDouble(text.substring(start, at));
    if (Double.isInfinite(value)) {
      outOfRange = true;
      return Nil.NIL;
    }
    return new Real(value);
  }

  private void digits() throws Failure {
    if (next() < '0' || next() > '9') {
      throw bad("an unexpected character");
    }
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
  }
}
