package dev.keyturn.api;

/** Reasons of conditions; events about the same thing have the same reason. */
public final class Reasons {
  private Reasons() {}

  // ExternalSecret, Ready. The cause is in the message, as in External Secrets Operator.

  /** True: written, or found as it should be. */
  public static final String SECRET_SYNCED = "SecretSynced";

  /** False: not read, not rendered or not written. */
  public static final String SECRET_SYNCED_ERROR = "SecretSyncedError";

  /** True: the source is gone and {@code deletionPolicy} had the Secret deleted. */
  public static final String SECRET_DELETED = "SecretDeleted";

  /** False: {@code creationPolicy: Merge}, and there is no Secret to merge into. */
  public static final String SECRET_MISSING = "SecretMissing";

  // RotationHealthy.

  /** False: AWS could not rotate the secret. */
  public static final String ROTATION_FAILED = "RotationFailed";

  /** False: somebody changed the secret by hand while it was being rotated. */
  public static final String ROTATION_ABANDONED = "RotationAbandoned";

  // SecretStore and ClusterSecretStore, Ready.

  /** True: the store can be used. */
  public static final String STORE_VALID = "Valid";

  /** False: something in the spec cannot work, or is not built. */
  public static final String INVALID_STORE = "InvalidStoreConfiguration";

  /**
   * False: the provider's settings do not work: a role that cannot be taken, keys that AWS refuses.
   */
  public static final String INVALID_PROVIDER = "InvalidProviderConfig";

  /** False: what the spec refers to is not there: a ServiceAccount, a Secret, a key of it. */
  public static final String VALIDATION_FAILED = "ValidationFailed";

  // Stalled.

  /** True: another manager takes a key of the Secret back again and again. */
  public static final String CONFLICT = "Conflict";
}
