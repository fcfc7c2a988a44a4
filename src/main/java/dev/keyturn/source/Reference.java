package dev.keyturn.source;

/** A secret as one identity sees it: the key of the cache and of the watch. */
public record Reference(Identity identity, SecretRef ref) implements Followed {
  @Override
  public boolean pinned() {
    return ref.pinned();
  }

  @Override
  public int batchSize() {
    boolean batched =
        ref.part() == SecretRef.Part.VALUE
            && switch (identity.service()) {
              case SECRETS_MANAGER -> ref.version() instanceof Version.Current;
              case PARAMETER_STORE -> true;
            };
    return batched ? identity.service().batchSize() : 1;
  }

  /** Whether reading it costs no more than looking at its version. */
  boolean cheapToRead() {
    return batchSize() > 1 || ref.part() == SecretRef.Part.TAGS;
  }
}
