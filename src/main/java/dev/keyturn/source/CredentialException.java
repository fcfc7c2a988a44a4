package dev.keyturn.source;

/** No credentials could be made on the Kubernetes side; the message says why and what to do. */
public final class CredentialException extends Exception {
  private static final long serialVersionUID = 1L;

  public CredentialException(String message) {
    super(message);
  }
}
