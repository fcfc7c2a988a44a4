package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed Go template with the functions of External Secrets Operator. Immutable; may be rendered
 * by several threads at once.
 */
public final class Template {

  private static final int BYTES_PER_STEP = 8;

  private final String name;
  private final String root;
  private final Map<String, List<Statement>> definitions;
  private final boolean deterministic;
  private final int length;

  private Template(
      String name,
      String root,
      Map<String, List<Statement>> definitions,
      boolean deterministic,
      int length) {
    this.name = name;
    this.root = root;
    this.definitions = Map.copyOf(definitions);
    this.deterministic = deterministic;
    this.length = length;
  }

  /** Parses within {@link Allowance#STANDARD}. */
  public static Template parse(String name, String text) throws TemplateException {
    return parse(name, text, new Budget(Allowance.STANDARD, () -> 0));
  }

  /** Parses a template; its name is for messages, and for {@code template} calls of itself. */
  public static Template parse(String name, String text, Budget budget) throws TemplateException {
    String bytes = Utf8.ofUnicode(text);
    Allowance allowance = budget.allowance();
    Tokens tokens = new Tokens(new Lexer(bytes));
    Parser parser = new Parser(tokens, allowance.depth());
    try {
      if (bytes.length() > allowance.input()) {
        throw Failure.limit("is longer than the " + allowance.input() + " bytes allowed");
      }
      payForParsing(bytes.length(), budget);
      String root = Utf8.ofUnicode(name);
      return new Template(name, root, parser.parse(root), parser.isDeterministic(), bytes.length());
    } catch (Failure failure) {
      throw TemplateException.syntax(name, tokens.line(), failure);
    }
  }

  private static void payForParsing(int length, Budget budget) throws Failure {
    budget.spend(1 + length / BYTES_PER_STEP);
  }

  /** For a template that need not be parsed again: costs and fails as if it were. */
  void payForParsing(Budget budget) throws TemplateException {
    try {
      payForParsing(length, budget);
    } catch (Failure failure) {
      throw TemplateException.syntax(name, 1, failure);
    }
  }

  /**
   * Whether equal data always give equal bytes: no function in it is random, salted or looks at the
   * clock.
   */
  public boolean isDeterministic() {
    return deterministic;
  }

  /** Renders with the values of a secret by key. A key that is missing is an error. */
  public byte[] render(Map<String, byte[]> data, Rendering rendering) throws TemplateException {
    return render(data(data), rendering, new Budget(rendering.allowance(), rendering.nanoTime()));
  }

  /** The values of a secret as templates see them; no template can change them. */
  public static Dict data(Map<String, byte[]> data) {
    Map<String, Value> root = new HashMap<>();
    data.forEach((key, value) -> root.put(Utf8.ofUnicode(key), new Text(Utf8.ofBytes(value))));
    return Dict.ofStrings(root);
  }

  /** Renders on a budget that several templates share. */
  public byte[] render(Dict data, Rendering rendering, Budget budget) throws TemplateException {
    Evaluator evaluator = new Evaluator(definitions, rendering.world(budget));
    long memory = budget.memory();
    try {
      byte[] out = Utf8.toBytes(evaluator.run(root, data));
      budget.free(memory, out.length);
      return out;
    } catch (Failure failure) {
      String part = evaluator.template().isEmpty() ? name : Utf8.toUnicode(evaluator.template());
      throw TemplateException.execution(part, evaluator.line(), failure);
    }
  }
}
