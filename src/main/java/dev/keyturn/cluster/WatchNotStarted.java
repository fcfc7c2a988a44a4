package dev.keyturn.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** The API server does not let us watch an object that somebody refers to, or not in time. */
public final class WatchNotStarted extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;

  private WatchNotStarted(String message, int code, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * @param object as in {@code configmaps shop/template}
   */
  static WatchNotStarted of(String object, Throwable failure) {
    String what = "the watch of " + object + " does not start";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException answer) {
        return new WatchNotStarted(
            what + ": " + SecretApplier.reason(answer), SecretApplier.code(answer), failure);
      }
    }
    return new WatchNotStarted(what, 0, failure);
  }

  /** What the API server answered, as HTTP has it; 0: nothing. */
  public int code() {
    return code;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
