package dev.keyturn.restart;

import static java.util.stream.Collectors.groupingBy;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.ops.Settings.Restart.DefaultPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What changed for a workload, of all the Secrets that it reads. */
final class Changes {
  private final Targets targets;
  private final DefaultPolicy defaultPolicy;

  Changes(Targets targets, DefaultPolicy defaultPolicy) {
    this.targets = targets;
    this.defaultPolicy = defaultPolicy;
  }

  /** Who writes which Secret. */
  @FunctionalInterface
  interface Targets {
    List<ExternalSecret> writersOf(String namespace, String secret);
  }

  /** In each of its Secrets the newest change that counts. */
  List<Change> of(Subject subject) {
    return subject.references().stream().collect(groupingBy(Reference::secret)).entrySet().stream()
        .flatMap(
            secret ->
                targets.writersOf(subject.namespace(), secret.getKey()).stream()
                    .flatMap(writer -> of(writer, subject, secret.getValue()).stream()))
        .toList();
  }

  private Optional<Change> of(ExternalSecret writer, Subject subject, List<Reference> references) {
    RestartPolicy policy = RestartPolicy.of(writer, defaultPolicy);
    Map<String, Instant> changes =
        Optional.ofNullable(writer.statusOrEmpty().content())
            .map(Content::changes)
            .orElse(Map.of());
    if (changes.isEmpty() || !policy.concerns(subject.consent())) {
      return Optional.empty();
    }
    return newest(changes, policy, references.stream().filter(policy::counts).toList());
  }

  /**
   * Who reads single keys cares about those; who reads all, about {@code *}, unless the policy
   * singles out keys.
   */
  static Optional<Change> newest(
      Map<String, Instant> changes, RestartPolicy policy, List<Reference> readers) {
    Map<String, Instant> read = new TreeMap<>(changes);
    read.keySet()
        .removeIf(
            key -> !policy.counts(key) || readers.stream().noneMatch(reader -> reads(reader, key)));
    return read.values().stream()
        .max(Instant::compareTo)
        .map(
            at ->
                new Change(
                    readers.getFirst().secret(),
                    at,
                    keysOf(read, at),
                    readers,
                    Change.Kind.CHANGED,
                    policy));
  }

  private static boolean reads(Reference reader, String changed) {
    return reader.key().map(changed::equals).orElse(true);
  }

  private static SortedSet<String> keysOf(Map<String, Instant> changes, Instant at) {
    SortedSet<String> keys = new TreeSet<>();
    changes.forEach(
        (key, time) -> {
          if (time.equals(at) && !key.equals(Content.ANY)) {
            keys.add(key);
          }
        });
    return keys;
  }
}
