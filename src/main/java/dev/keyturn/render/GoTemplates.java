package dev.keyturn.render;

import dev.keyturn.gotemplate.ParsedTemplates;
import dev.keyturn.gotemplate.Rendering;
import dev.keyturn.gotemplate.Template;
import dev.keyturn.gotemplate.TemplateException;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Regex;
import dev.keyturn.gotemplate.value.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The templates of one Secret: all of them together, and the mapping of its keys, may use what the
 * limits allow one template to use, so that five hundred keys do not hold the operator five hundred
 * times as long.
 */
final class GoTemplates {
  /** JSON of many small members takes as long as four times as many bytes that are copied. */
  private static final int BYTES_READ_PER_STEP = 16;

  private final Rendering rendering;
  private final ParsedTemplates parsed;
  private final Budget budget;
  private final Set<String> unsteady = new HashSet<>();

  GoTemplates(Rendering rendering, ParsedTemplates parsed) {
    this.rendering = rendering;
    this.parsed = parsed;
    this.budget = new Budget(rendering.allowance(), rendering.nanoTime());
  }

  /** Every fetched key as templates see it. */
  static Dict visible(Map<String, byte[]> fetched) {
    return Template.data(fetched);
  }

  /**
   * @param where names the template in failures
   * @param data made by {@link #visible}
   */
  byte[] render(String where, String template, Dict data) throws RenderException {
    try {
      return render(where, () -> parsed.parse(where, template, budget), data);
    } catch (TemplateException e) {
      String part = e.template().equals(where) ? "" : "in " + Quoted.text(e.template()) + ", ";
      throw failed(where, e.kind(), part + "line " + e.line() + ": " + e.reason());
    }
  }

  /** Renders a template that is itself secret: nothing of it is kept, and nothing of it is told. */
  byte[] renderSecret(String where, String template, Dict data) throws RenderException {
    try {
      return render(where, () -> Template.parse(where, template, budget), data);
    } catch (TemplateException e) {
      String cause =
          switch (e.kind()) {
            case SYNTAX -> "it cannot be parsed";
            case EXECUTION -> "it cannot be executed";
            case LIMIT -> "it needs more time or memory than is allowed";
          };
      throw failed(where, e.kind(), "line " + e.line() + ": " + cause);
    }
  }

  private RenderException failed(String where, TemplateException.Kind kind, String reason) {
    if (budget.isLate()) {
      return new RenderException(new RenderFailure.OutOfTime(where, reason));
    }
    return new RenderException(
        kind == TemplateException.Kind.LIMIT
            ? new RenderFailure.TooMuch(where, reason)
            : new RenderFailure.TemplateFailed(where, reason));
  }

  /** Renders a key name, which the template knows as {@code .value}. */
  String renderKey(String where, String template, String key) throws RenderException {
    byte[] name =
        render(where, template, visible(Map.of("value", key.getBytes(StandardCharsets.UTF_8))));
    return new String(name, StandardCharsets.UTF_8);
  }

  /** Compiles the regular expression of a {@code rewrite}. */
  Regex regex(String where, String source) throws RenderException {
    try {
      return Regex.compile(Utf8.ofUnicode(source), budget);
    } catch (Failure failure) {
      throw new RenderException(
          budget.isExceeded()
              ? new RenderFailure.TooMuch(where, failure.reason())
              : new RenderFailure.BadPattern(where, failure.reason()));
    }
  }

  /** Replaces all matches in a key name; {@code $1} and {@code ${name}} are groups. */
  static String replaced(String where, Regex regex, String target, String key)
      throws RenderException {
    try {
      return Utf8.toUnicode(regex.replaceAll(Utf8.ofUnicode(key), Utf8.ofUnicode(target), false));
    } catch (Failure failure) {
      throw new RenderException(new RenderFailure.TooMuch(where, failure.reason()));
    }
  }

  /** Pays for reading so many bytes of JSON. */
  void read(String where, long bytes) throws RenderException {
    pay(where, () -> budget.spend(1 + bytes / BYTES_READ_PER_STEP));
  }

  /** Pays for a value of so many bytes. */
  void make(String where, long bytes) throws RenderException {
    pay(where, () -> budget.allocate(bytes));
  }

  /** Pays for so many keys. */
  void makeKeys(String where, long count) throws RenderException {
    pay(where, () -> budget.allocateEntries(count));
  }

  private void pay(String where, Payment payment) throws RenderException {
    try {
      payment.run();
    } catch (Failure failure) {
      throw failed(where, TemplateException.Kind.LIMIT, failure.reason());
    }
  }

  /** Whether what all of them may use was used up, even where a template got over it. */
  boolean isExceeded() {
    return budget.isExceeded();
  }

  /** Whether the template of that name gives other bytes each time it is rendered. */
  boolean isUnsteady(String where) {
    return unsteady.contains(where);
  }

  private interface Payment {
    void run() throws Failure;
  }

  private interface Parsing {
    Template parse() throws TemplateException;
  }

  private byte[] render(String where, Parsing parsing, Dict data) throws TemplateException {
    Template template = parsing.parse();
    if (!template.isDeterministic()) {
      unsteady.add(where);
    }
    return template.render(data, rendering, budget);
  }
}
