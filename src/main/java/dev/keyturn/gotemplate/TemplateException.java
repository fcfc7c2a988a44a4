package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.value.Failure;

/** Why a template failed, and where. The message never holds a value of the data. */
public final class TemplateException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What to do about it: correct the syntax, correct what it does, or make it cheaper. */
  public enum Kind {
    SYNTAX,
    EXECUTION,
    LIMIT
  }

  private final Kind kind;
  private final String template;
  private final int line;
  private final String reason;

  private TemplateException(Kind kind, String template, int line, String reason) {
    super("template " + template + ", line " + line + ": " + reason, null, false, false);
    this.kind = kind;
    this.template = template;
    this.line = line;
    this.reason = reason;
  }

  static TemplateException syntax(String template, int line, Failure failure) {
    return of(Kind.SYNTAX, template, line, failure);
  }

  static TemplateException execution(String template, int line, Failure failure) {
    return of(Kind.EXECUTION, template, line, failure);
  }

  private static TemplateException of(Kind usual, String template, int line, Failure failure) {
    Kind kind =
        switch (failure.kind()) {
          case LIMIT -> Kind.LIMIT;
          case WRONG -> usual;
        };
    return new TemplateException(kind, template, line, failure.reason());
  }

  public Kind kind() {
    return kind;
  }

  /** The name of the template, or of the part of it that is defined under a name of its own. */
  public String template() {
    return template;
  }

  public int line() {
    return line;
  }

  /** The cause alone. */
  public String reason() {
    return reason;
  }
}
