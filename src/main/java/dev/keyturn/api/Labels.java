package dev.keyturn.api;

/** Labels that we write. */
public final class Labels {
  private Labels() {}

  /** {@code "true"} on every Secret that we write; the Secret informer selects by it. */
  public static final String MANAGED = "keyturn.dev/managed";
}
