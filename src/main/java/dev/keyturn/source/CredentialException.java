package dev.keyturn.source;

/** No credentials could be made on the Kubernetes side; the message says why and what to do. */
public final class CredentialException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  public CredentialException(String message) {
    this(message, false);
  }

  private CredentialException(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  /** Trouble of the API server that nobody need do anything about. */
  public static CredentialException passing(String message) {
    return new CredentialException(message, true);
  }

  public boolean isPassing() {
    return passing;
  }
}
