package dev.keyturn.gotemplate.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes values as sigs.k8s.io/yaml does: by way of JSON, in go-yaml's block style. */
public final class YamlWriter {

  private static final int LONGEST_SIMPLE_KEY = 128;
  private static final int WIDTH = 80;
  private static final int INDENT = 2;

  private final StringBuilder out = new StringBuilder();
  private final Budget budget;
  private int column;

  private YamlWriter(Budget budget) {
    this.budget = budget;
  }

  /** The document without its last newline. */
  public static String write(Value value, Budget budget) throws Failure {
    YamlWriter writer = new YamlWriter(budget);
    writer.node(value, 0, false);
    writer.newLine(0);
    String text = writer.out.toString();
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private void put(String text) throws Failure {
    budget.allocate(text.length());
    out.append(text);
    column += Utf8.count(text);
  }

  /** Starts a line unless one has just started. */
  private void newLine(int indent) throws Failure {
    if (column > 0) {
      out.append('\n');
      column = 0;
    }
    put(" ".repeat(indent));
  }

  /** Writes a node where the cursor is; what it needs of further lines is indented so far. */
  private void node(Value value, int indent, boolean key) throws Failure {
    switch (value) {
      case Dict dict when dict.size() > 0 -> dict(dict, indent);
      case Dict dict -> put(dict.isNil() ? "null" : "{}");
      case Slice slice when slice.length() > 0 -> slice(slice, indent);
      case Slice slice -> put(slice.isNil() ? "null" : "[]");
      case Nil _ -> put("null");
      case Bool bool -> put(bool.isTrue() ? "true" : "false");
      case Int number -> put(number.digits());
      case Real number -> put(number(number.value()));
      case Text text -> text(validated(text.bytes()), indent + INDENT, key);
      case Moment moment ->
          text(TimeFormat.format(moment, TimeFormat.RFC_3339_NANO), indent + INDENT, key);
      case SemanticVersion version -> text(version.text(), indent + INDENT, key);
      case KeyPair pair -> dict(pair.fields(), indent);
    }
  }

  /** On its way through JSON, what is not UTF-8 is replaced. */
  private static String validated(String text) {
    return Runes.map(text, rune -> rune);
  }

  /** JSON's digits decide: whole ones are whole numbers in YAML, if 64 bits hold them. */
  private static String number(double value) throws Failure {
    if (!Double.isFinite(value)) {
      throw Failure.because("JSON has no infinity and no NaN");
    }
    boolean plain = value == 0 || (Math.abs(value) >= 1e-6 && Math.abs(value) < 1e21);
    String json = FloatText.format(value, plain ? 'f' : 'e', FloatText.SHORTEST);
    boolean whole =
        GoNumbers.parseInt(json, 10).isPresent() || GoNumbers.parseUint(json, 10).isPresent();
    if (whole) {
      return json.equals("-0") ? "0" : json;
    }
    return FloatText.format(value, 'g', FloatText.SHORTEST);
  }

  private void dict(Dict dict, int indent) throws Failure {
    budget.enter();
    boolean first = true;
    for (String key : sorted(dict)) {
      if (!first) {
        newLine(indent);
      }
      first = false;
      boolean simple = key.length() <= LONGEST_SIMPLE_KEY && !new YamlText(key).multiline;
      if (simple) {
        text(key, indent, true);
      } else {
        put("? ");
        text(key, indent + INDENT, false);
        newLine(indent);
      }
      put(":");
      value(dict.get(key).orElse(Nil.NIL), indent, simple);
    }
    budget.leave();
  }

  private void value(Value value, int indent, boolean simpleKey) throws Failure {
    boolean nested = isNested(value);
    if (!nested) {
      put(" ");
      node(value, indent, false);
      return;
    }
    // A list in a mapping is not indented.
    int inner = !(value instanceof Slice) || !simpleKey ? indent + INDENT : indent;
    if (simpleKey) {
      newLine(inner);
    } else {
      put(" ");
    }
    node(value, inner, false);
  }

  /** Whether it takes lines of its own. */
  private static boolean isNested(Value value) {
    return switch (value) {
      case Dict dict -> dict.size() > 0;
      case Slice slice -> slice.length() > 0;
      case KeyPair _ -> true;
      default -> false;
    };
  }

  private void slice(Slice slice, int indent) throws Failure {
    budget.enter();
    for (int i = 0; i < slice.length(); i++) {
      if (i > 0) {
        newLine(indent);
      }
      put("- ");
      node(slice.get(i), isNested(slice.get(i)) ? indent + INDENT : indent, false);
    }
    budget.leave();
  }

  private void text(String text, int indent, boolean key) throws Failure {
    YamlText analysis = new YamlText(text);
    boolean breaks = text.indexOf('\n') >= 0;
    if (breaks && analysis.literalAllowed && !key) {
      literal(text, indent);
    } else if (breaks || !YamlScalar.staysText(text) || (key && analysis.multiline)) {
      doubleQuoted(text, indent, key);
    } else if (analysis.plainAllowed) {
      plain(text, indent, key);
    } else if (analysis.singleQuotedAllowed) {
      singleQuoted(text, indent, key);
    } else {
      doubleQuoted(text, indent, key);
    }
  }

  private void literal(String text, int indent) throws Failure {
    int first = Utf8.runeAt(text, 0);
    put("|" + (first == ' ' || YamlText.isBreak(first) ? INDENT : "") + chomping(text));
    out.append('\n');
    column = 0;
    budget.allocate(text.length(), 2 * Integer.BYTES);
    int[] runes = Utf8.runes(text);
    boolean lineStart = true;
    for (int rune : runes) {
      if (YamlText.isBreak(rune)) {
        out.append(rune == '\r' ? "\r" : Utf8.ofRunes(new int[] {rune}));
        column = 0;
        lineStart = true;
      } else {
        if (lineStart) {
          put(" ".repeat(indent));
          lineStart = false;
        }
        Utf8.append(out, rune);
        column++;
      }
    }
  }

  private static String chomping(String text) {
    int[] runes = Utf8.runes(text);
    if (!YamlText.isBreak(runes[runes.length - 1])) {
      return "-";
    }
    return runes.length == 1 || YamlText.isBreak(runes[runes.length - 2]) ? "+" : "";
  }

  /** Breaks a long line at a single space, where none is beside it. */
  private boolean folds(String text, int at, boolean afterSpace, boolean key) {
    boolean beforeSpace = at + 1 < text.length() && text.charAt(at + 1) == ' ';
    return !key && !afterSpace && column > WIDTH && !beforeSpace;
  }

  private void plain(String text, int indent, boolean key) throws Failure {
    fold(text, indent, key, false);
  }

  private void singleQuoted(String text, int indent, boolean key) throws Failure {
    put("'");
    fold(text, indent, key, true);
    put("'");
  }

  private void fold(String text, int indent, boolean key, boolean quoted) throws Failure {
    budget.allocate(text.length());
    boolean afterSpace = false;
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      char c = text.charAt(i);
      boolean inside = !quoted || (i > 0 && i < text.length() - 1);
      if (c == ' ' && inside && folds(text, i, afterSpace, key)) {
        newLine(indent);
      } else {
        if (c == '\'' && quoted) {
          put("'");
        }
        out.append(text, i, i + Utf8.widthAt(text, i));
        column++;
      }
      afterSpace = c == ' ';
    }
  }

  private void doubleQuoted(String text, int indent, boolean key) throws Failure {
    put("\"");
    boolean afterSpace = false;
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      int rune = Utf8.runeAt(text, i);
      boolean inside = i > 0 && i < text.length() - 1;
      if (rune == ' ' && inside && !key && !afterSpace && column > WIDTH) {
        newLine(indent);
        put(text.charAt(i + 1) == ' ' ? "\\" : "");
      } else if (!YamlText.isPrintable(rune)
          || YamlText.isBreak(rune)
          || rune == '"'
          || rune == '\\') {
        put("\\" + YamlEscape.of(rune));
      } else {
        budget.allocate(3);
        Utf8.append(out, rune);
        column++;
      }
      afterSpace = rune == ' ';
    }
    put("\"");
  }

  /** go-yaml orders numbers in keys by value. Its order is not always one, so no library sorts. */
  private List<String> sorted(Dict dict) throws Failure {
    budget.allocateEntries(dict.size());
    List<String> keys = new ArrayList<>(dict.size());
    for (Map.Entry<String, Value> entry : dict.entries().entrySet()) {
      // To compare two, the runes of both are made.
      budget.allocate(entry.getKey().length(), 2 * Integer.BYTES);
      keys.add(entry.getKey());
    }
    YamlKeyOrder.sort(keys, budget);
    return keys;
  }
}
