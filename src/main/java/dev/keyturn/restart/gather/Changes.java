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
import java.util.ArrayList;
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
  private final DefaultPolicy defaultPolicy;

  public Changes(Targets targets, DefaultPolicy defaultPolicy) {
    this.targets = targets;
    this.defaultPolicy = defaultPolicy;
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

  /** What is asked of it by whoever writes one of its Secrets, and has a say in it. */
  List<RestartPolicy> policies(Subject subject) {
    return subject.references().stream().collect(groupingBy(SecretUse::secret)).entrySet().stream()
        .flatMap(
            secret ->
                targets.writersOf(subject.namespace(), secret.getKey()).stream()
                    .filter(writer -> writer.statusOrEmpty().content() != null)
                    .map(writer -> RestartPolicy.of(writer, defaultPolicy))
                    .filter(policy -> policy.concerns(subject.consent()))
                    .filter(
                        policy -> secret.getValue().stream().anyMatch(it -> counts(policy, it))))
        .toList();
  }

  private static boolean counts(RestartPolicy policy, SecretUse reader) {
    return policy.counts(reader) && reader.key().map(policy::counts).orElse(true);
  }

  /** Whatever changed in the Secret of an ExternalSecret, read by whomever. */
  List<Change> ofAll(ExternalSecret writer) {
    RestartPolicy policy = RestartPolicy.of(writer, defaultPolicy);
    SecretUse anybody =
        new SecretUse(writer.targetName(), Optional.empty(), "", SecretUse.Via.ENVIRONMENT, false);
    return policy.none()
        ? List.of()
        : Optional.ofNullable(writer.statusOrEmpty().content())
            .map(content -> of(content, policy, List.of(anybody)))
            .orElse(List.of());
  }

  private Stream<Change> of(ExternalSecret writer, Subject subject, List<SecretUse> references) {
    RestartPolicy policy = RestartPolicy.of(writer, defaultPolicy);
    Optional<Content> content = Optional.ofNullable(writer.statusOrEmpty().content());
    if (content.isEmpty() || !policy.concerns(subject.consent())) {
      return Stream.empty();
    }
    List<SecretUse> readers = references.stream().filter(policy::counts).toList();
    return of(content.get(), policy, readers).stream();
  }

  /** The newest change of what each reader reads, those of one time together, and the creation. */
  static List<Change> of(Content content, RestartPolicy policy, List<SecretUse> readers) {
    Map<Instant, List<SecretUse>> byChange = new TreeMap<>();
    readers.forEach(
        reader ->
            newest(content, policy, reader)
                .ifPresent(at -> byChange.computeIfAbsent(at, _ -> new ArrayList<>()).add(reader)));
    List<Change> changes = new ArrayList<>();
    byChange.forEach(
        (at, touched) ->
            changes.add(
                change(at, keysOf(content, policy, touched, at), touched, content, policy)));
    List<SecretUse> optional = readers.stream().filter(SecretUse::optional).toList();
    if (content.created() != null && !optional.isEmpty()) {
      changes.add(change(content.created(), new TreeSet<>(), optional, content, policy));
    }
    return changes;
  }

  private static Change change(
      Instant at,
      SortedSet<String> keys,
      List<SecretUse> readers,
      Content content,
      RestartPolicy policy) {
    Optional<Change.Span> stood =
        content
            .again()
            .filter(_ -> !at.equals(content.created()))
            .map(it -> new Change.Span(Optional.ofNullable(it.since()), it.until()));
    return new Change(readers.getFirst().secret(), at, keys, readers, stood, policy);
  }

  /**
   * Who reads single keys cares about those; who reads all, about {@code *}, unless the policy
   * singles out keys.
   */
  private static Optional<Instant> newest(Content content, RestartPolicy policy, SecretUse reader) {
    return content.changes().entrySet().stream()
        .filter(changed -> concerns(policy, reader, changed.getKey()))
        .map(Map.Entry::getValue)
        .max(Instant::compareTo);
  }

  private static boolean concerns(RestartPolicy policy, SecretUse reader, String changed) {
    return changed.equals(Content.EACH)
        ? reader.key().map(policy::counts).orElse(true)
        : policy.counts(changed) && reads(reader, changed);
  }

  private static boolean reads(SecretUse reader, String changed) {
    return reader.key().map(changed::equals).orElse(true);
  }

  private static SortedSet<String> keysOf(
      Content content, RestartPolicy policy, List<SecretUse> readers, Instant at) {
    SortedSet<String> keys = new TreeSet<>();
    content
        .changes()
        .forEach(
            (key, time) -> {
              if (time.equals(at)
                  && Content.isKey(key)
                  && policy.counts(key)
                  && readers.stream().anyMatch(reader -> reads(reader, key))) {
                keys.add(key);
              }
            });
    return keys;
  }
}
