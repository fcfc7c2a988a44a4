package dev.keyturn.sync.target;

import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.render.SecretData;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the live bytes of keys that a template makes anew each time, so that a repair, a forced
 * sync, an adoption or a lost hash key gives nobody a new random password.
 */
final class KeptKeys {
  private KeptKeys() {}

  /**
   * The rendered content with the live bytes of these keys, if that is what was written last for
   * the same inputs, or, where the record cannot be read, if nothing else differs from the live
   * Secret. Else one of these keys drifted, or what they are made of changed: then as rendered.
   */
  static SecretData of(
      SecretData rendered,
      Map<String, byte[]> live,
      String inputs,
      Optional<Content> recorded,
      KeyedHash hash) {
    SecretData kept = rendered.keeping(live);
    Optional<Content> readable =
        recorded.filter(
            content ->
                Optional.ofNullable(content.hash())
                    .map(known -> known.startsWith(hash.keyId() + ":"))
                    .orElse(false));
    boolean same =
        readable.isPresent()
            ? inputs.equals(readable.get().inputs())
                && kept.digest(hash).overall(hash).equals(readable.get().hash())
            : kept.digest(hash).equals(ContentDigest.of(hash, live).only(kept.data().keySet()));
    return same ? kept : rendered;
  }
}
