package dev.keyturn.ops;

/**
 * Nobody waits any longer for what somebody outside was asked for. What was asked for may still
 * come; whoever wants it asks again.
 */
public final class OutOfPatience extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean refused;

  OutOfPatience(boolean refused, String message) {
    super(message, null, false, false);
    this.refused = refused;
  }

  /** Whether there was no room to wait in, rather than no answer in time. */
  public boolean isRefused() {
    return refused;
  }
}
