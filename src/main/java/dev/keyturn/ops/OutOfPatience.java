package dev.keyturn.ops;

/**
 * Nobody waits any longer for what somebody outside was asked for. What was asked for may still
 * come; whoever wants it asks again.
 */
public final class OutOfPatience extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What there was no more patience for. */
  public enum Kind {
    /** No answer came in time. */
    NO_ANSWER,
    /** The party is slow, and has its share of waits already. */
    SLOW,
    /** Every wait takes a place here, and others have them. */
    TURN
  }

  private final Kind kind;
  private final String why;

  OutOfPatience(Kind kind, String why) {
    super(why, null, false, false);
    this.kind = kind;
    this.why = why;
  }

  /** For people: what was met. */
  public String why() {
    return why;
  }

  public Kind kind() {
    return kind;
  }
}
