package dev.keyturn.restart.gather;

import static java.util.stream.Collectors.groupingBy;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.ops.Settings.Restart.DefaultPolicy;
import dev.keyturn.restart.decide.Change;
import dev.keyturn.restart.decide.RestartPolicy;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What changed for a workload, of all the Secrets that it reads. */
public final class Changes {
  private final Targets targets;
  private final Births births;
  private final DefaultPolicy defaultPolicy;

  public Changes(Targets targets, Births births, DefaultPolicy defaultPolicy) {
    this.targets = targets;
    this.births = births;
    this.defaultPolicy = defaultPolicy;
  }

  /** When a Secret came to be. */
  @FunctionalInterface
  public interface Births {
    Optional<Instant> of(String namespace, String secret);
  }

  /** Who writes which Secret. */
  @FunctionalInterface
  public interface Targets {
    List<ExternalSecret> writersOf(String namespace, String secret);
  }

  /** In each of its Secrets the newest change that counts. */
  List<Change> of(Subject subject) {
    return subject.references().stream().collect(groupingBy(SecretUse::secret)).entrySet().stream()
        .flatMap(
            secret ->
                targets.writersOf(subject.namespace(), secret.getKey()).stream()
                    .flatMap(writer -> of(writer, subject, secret.getValue())))
        .toList();
  }

  /** Whatever changed in the Secret of an ExternalSecret, read by whomever. */
  List<Change> ofAll(ExternalSecret writer) {
    RestartPolicy policy = RestartPolicy.of(writer, defaultPolicy);
    SecretUse anybody =
        new SecretUse(writer.targetName(), Optional.empty(), "", SecretUse.Via.ENVIRONMENT, false);
    return policy.none()
        ? List.of()
        : Optional.ofNullable(writer.statusOrEmpty().content())
            .flatMap(content -> newest(content.changes(), policy, List.of(anybody)))
            .stream()
            .toList();
  }

  private Stream<Change> of(ExternalSecret writer, Subject subject, List<SecretUse> references) {
    RestartPolicy policy = RestartPolicy.of(writer, defaultPolicy);
    Optional<Content> content = Optional.ofNullable(writer.statusOrEmpty().content());
    if (content.isEmpty() || !policy.concerns(subject.consent())) {
      return Stream.empty();
    }
    List<SecretUse> readers = references.stream().filter(policy::counts).toList();
    return Stream.concat(
        newest(content.get().changes(), policy, readers).stream(),
        creation(subject.namespace(), policy, readers).stream());
  }

  /** Who can do without the Secret may have started before there was one. */
  private Optional<Change> creation(
      String namespace, RestartPolicy policy, List<SecretUse> readers) {
    List<SecretUse> optional = readers.stream().filter(SecretUse::optional).toList();
    return optional.stream()
        .findFirst()
        .map(SecretUse::secret)
        .flatMap(
            secret ->
                births
                    .of(namespace, secret)
                    .map(
                        at ->
                            new Change(
                                secret,
                                at,
                                new TreeSet<>(),
                                optional,
                                Change.Kind.CREATED,
                                policy)));
  }

  /**
   * Who reads single keys cares about those; who reads all, about {@code *}, unless the policy
   * singles out keys.
   */
  static Optional<Change> newest(
      Map<String, Instant> changes, RestartPolicy policy, List<SecretUse> readers) {
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

  private static boolean reads(SecretUse reader, String changed) {
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
