package dev.keyturn.gotemplate.value;

import java.util.Map;

/**
 * Writes values as Go's encoding/json does: keys sorted, and HTML escaped unless told otherwise.
 */
public final class JsonWriter {

  private final StringBuilder out = new StringBuilder();
  private final boolean escapeHtml;
  private final String indent;
  private final Budget budget;
  private int level;

  private JsonWriter(boolean escapeHtml, String indent, Budget budget) {
    this.escapeHtml = escapeHtml;
    this.indent = indent;
    this.budget = budget;
  }

  /** {@code json.Marshal}. */
  public static String write(Value value, Budget budget) throws Failure {
    return new JsonWriter(true, "", budget).document(value);
  }

  /** An {@code Encoder} that leaves HTML alone. */
  public static String writeRaw(Value value, Budget budget) throws Failure {
    return new JsonWriter(false, "", budget).document(value);
  }

  /** {@code json.MarshalIndent}. */
  public static String writeIndented(Value value, String indent, Budget budget) throws Failure {
    return new JsonWriter(true, indent, budget).document(value);
  }

  private String document(Value value) throws Failure {
    value(value);
    return out.toString();
  }

  private void value(Value value) throws Failure {
    budget.spend(1);
    switch (value) {
      case Nil _ -> out.append("null");
      case Bool bool -> out.append(bool.isTrue());
      case Int number -> out.append(number.digits());
      case Real number -> real(number.value());
      case Text text -> string(text.bytes());
      case Slice slice -> slice(slice);
      case Dict dict -> dict(dict);
      case KeyPair pair -> dict(pair.fields());
      case Moment moment -> string(TimeFormat.format(moment, TimeFormat.RFC_3339_NANO));
      case SemanticVersion version -> string(version.text());
    }
  }

  private void real(double value) throws Failure {
    if (!Double.isFinite(value)) {
      throw Failure.because("JSON has no infinity and no NaN");
    }
    double size = Math.abs(value);
    boolean exponential = size != 0 && (size < 1e-6 || size >= 1e21);
    String text = FloatText.format(value, exponential ? 'e' : 'f', FloatText.SHORTEST);
    int last = text.length() - 2;
    // e-09 is e-9 in JSON, as in JavaScript.
    boolean leadingZero =
        exponential && last > 1 && text.charAt(last) == '0' && text.charAt(last - 2) == 'e';
    out.append(leadingZero ? text.substring(0, last) + text.substring(last + 1) : text);
  }

  private void slice(Slice slice) throws Failure {
    if (slice.isNil()) {
      out.append("null");
      return;
    }
    budget.enter();
    level++;
    out.append('[');
    for (int i = 0; i < slice.length(); i++) {
      separate(i == 0);
      value(slice.get(i));
    }
    level--;
    end(slice.length() > 0, ']');
    budget.leave();
  }

  private void dict(Dict dict) throws Failure {
    if (dict.isNil()) {
      out.append("null");
      return;
    }
    budget.enter();
    level++;
    out.append('{');
    boolean first = true;
    for (Map.Entry<String, Value> entry : dict.entries().entrySet()) {
      separate(first);
      first = false;
      string(entry.getKey());
      out.append(indent.isEmpty() ? ":" : ": ");
      value(entry.getValue());
    }
    level--;
    end(!first, '}');
    budget.leave();
  }

  private void separate(boolean first) throws Failure {
    if (!first) {
      out.append(',');
    }
    newLine();
  }

  private void end(boolean filled, char bracket) throws Failure {
    if (filled) {
      newLine();
    }
    out.append(bracket);
  }

  private void newLine() throws Failure {
    if (!indent.isEmpty()) {
      budget.allocate(1L + (long) level * indent.length());
      out.append('\n').repeat(indent, level);
    }
  }

  private void string(String text) throws Failure {
    budget.allocate(text.length() + 2L);
    out.append('"');
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      int rune = Utf8.runeAt(text, i);
      if (Utf8.isInvalidAt(text, i)) {
        out.append("\\ufffd");
      } else if (isEscaped(rune)) {
        escape(rune);
      } else {
        Utf8.append(out, rune);
      }
    }
    out.append('"');
  }

  private boolean isEscaped(int rune) {
    boolean html = rune == '<' || rune == '>' || rune == '&';
    return rune < ' '
        || rune == '"'
        || rune == '\\'
        || rune == 0x2028
        || rune == 0x2029
        || (escapeHtml && html);
  }

  private void escape(int rune) {
    switch (rune) {
      case '"', '\\' -> out.append('\\').append((char) rune);
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(Character.forDigit(rune >> shift & 15, 16));
        }
      }
    }
  }
}
