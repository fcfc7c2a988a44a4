package dev.keyturn.source;

/** The AWS service that a store reads from. */
public enum Service {
  SECRETS_MANAGER(20),
  PARAMETER_STORE(10);

  private final int batchSize;

  Service(int batchSize) {
    this.batchSize = batchSize;
  }

  /** How many secrets it gives in one call. */
  public int batchSize() {
    return batchSize;
  }
}
