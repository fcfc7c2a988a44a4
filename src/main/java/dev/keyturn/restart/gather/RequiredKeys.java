package dev.keyturn.restart.gather;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.Subject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a new pod of a workload would not start without, as far as Keyturn writes it. */
public final class RequiredKeys {
  private final Changes.Targets targets;
  private final Live live;

  public RequiredKeys(Changes.Targets targets, Live live) {
    this.targets = targets;
    this.live = live;
  }

  /** The keys that a Secret of ours holds now; empty where that is not known. */
  @FunctionalInterface
  public interface Live {
    Optional<Set<String>> keys(String namespace, String secret);
  }

  /** The first thing that is not there, in words. */
  Optional<String> missing(Subject subject) {
    return subject.references().stream()
        .filter(it -> !it.optional())
        .flatMap(it -> missing(subject.namespace(), it).stream())
        .findFirst();
  }

  private Optional<String> missing(String namespace, SecretUse use) {
    Optional<Set<String>> held = live.keys(namespace, use.secret());
    if (held.isEmpty() && isTakenAway(namespace, use.secret())) {
      return Optional.of("Secret " + use.secret() + " is gone");
    }
    return held.flatMap(
            keys -> use.requires().stream().filter(key -> !keys.contains(key)).sorted().findFirst())
        .map(key -> "Secret " + use.secret() + " has no key " + key);
  }

  /** Under {@code deletionPolicy: Delete}; one that somebody else deletes is back in a moment. */
  private boolean isTakenAway(String namespace, String secret) {
    List<ExternalSecret> writers = targets.writersOf(namespace, secret);
    return !writers.isEmpty()
        && writers.stream().map(ExternalSecret::statusOrEmpty).allMatch(RequiredKeys::isTakenAway);
  }

  private static boolean isTakenAway(ExternalSecretStatus status) {
    return status.content() != null && status.binding() == null;
  }
}
