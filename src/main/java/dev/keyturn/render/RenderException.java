package dev.keyturn.render;

/** Carries a failure up to the one place that answers it. */
final class RenderException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient RenderFailure failure;

  RenderException(RenderFailure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  RenderFailure failure() {
    return failure;
  }
}
