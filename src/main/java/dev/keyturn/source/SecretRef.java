package dev.keyturn.source;

/**
 * What is asked of a store: one version of one secret.
 *
 * @param key name, full ARN or partial ARN, the store's prefix already applied
 */
public record SecretRef(String key, Version version, Part part) {

  /** What of the secret is read. */
  public enum Part {
    VALUE,
    /** The tags, as a JSON object ({@code metadataPolicy: Fetch}). */
    TAGS
  }

  public static SecretRef current(String key) {
    return new SecretRef(key, new Version.Current(), Part.VALUE);
  }

  /** A pinned version never changes, so it is never polled. */
  public boolean pinned() {
    return version instanceof Version.Exact && part == Part.VALUE;
  }
}
