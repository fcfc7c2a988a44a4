package dev.keyturn.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What holds secrets. Implementations use as few calls as the service allows; every thing asked for
 * gets its own answer, and nothing that AWS says is thrown.
 */
public interface SecretSource {

  /** Reads values. */
  Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs);

  /**
   * Looks which version a reference leads to, without reading the value where the service can tell
   * (no KMS call); the mark then has no fingerprint.
   */
  Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs);

  /** Names (parameter names, or secret names) that match, sorted; at most 2,000. */
  Answer<List<String>> find(Identity identity, Find find);

  /**
   * Somebody changed something for this identity (its keys, its roles, a wish to try at once): what
   * was remembered against it, and its credentials, are forgotten.
   */
  default void forget(Identity identity) {}

  /** Gets the identity's credentials, as reads do; empty if AWS gives some. */
  default Optional<SourceFailure> check(Identity identity) {
    return Optional.empty();
  }
}
