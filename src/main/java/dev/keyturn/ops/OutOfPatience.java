package dev.keyturn.ops;

/**
 * Nobody waits any longer for what somebody outside was asked for. What was asked for may still
 * come; whoever wants it asks again.
 */
public final class OutOfPatience extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean refused;
  private final String why;

  OutOfPatience(boolean refused, String why) {
    super(why, null, false, false);
    this.refused = refused;
    this.why = why;
  }

  /** For people: what was met. */
  public String why() {
    return why;
  }

  /** Whether there was no room to wait in, rather than no answer in time. */
  public boolean isRefused() {
    return refused;
  }
}
