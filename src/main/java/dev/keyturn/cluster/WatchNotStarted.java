package dev.keyturn.cluster;

/** The API server does not let us watch an object that somebody refers to, or not in time. */
public final class WatchNotStarted extends RuntimeException {
  private static final long serialVersionUID = 1;

  WatchNotStarted(String message, @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
