package dev.keyturn.gotemplate.value;

/**
 * Why a template could not go on. The message is ours or names types, functions and keys of the
 * template; it never holds a value.
 */
public final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  /** What kind of failure: the template's own fault, or more work than a rendering may do. */
  public enum Kind {
    WRONG,
    LIMIT
  }

  private final Kind kind;

  private Failure(Kind kind, String message) {
    // No stack trace: it tells a user nothing and costs most of a failed rendering.
    super(message, null, false, false);
    this.kind = kind;
  }

  /** The template asks for something that Go would refuse, too. */
  public static Failure because(String message) {
    return new Failure(Kind.WRONG, message);
  }

  /** The template asks for more than its limits allow. */
  public static Failure limit(String message) {
    return new Failure(Kind.LIMIT, message);
  }

  /** The same failure, said to be of this function. */
  public Failure in(String function) {
    return new Failure(kind, function + ": " + reason());
  }

  public Kind kind() {
    return kind;
  }

  /** The message, which is always there. */
  public String reason() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
