package dev.keyturn.source;

/** The AWS service that a store reads from. */
public enum Service {
  SECRETS_MANAGER,
  PARAMETER_STORE
}
