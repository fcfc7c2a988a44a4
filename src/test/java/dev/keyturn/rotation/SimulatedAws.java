package dev.keyturn.rotation;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.Answer;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.Version;
import dev.keyturn.source.VersionMark;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Secrets Manager as it is: replicas that lag, requests that take their time, trouble, and events
 * that come late, twice, in any order, or never.
 */
final class SimulatedAws implements SecretSource, ChangeFeed {
  private static final Duration LAG = Duration.ofSeconds(3);
  private static final Duration VISIBILITY = Duration.ofSeconds(30);

  private record Put(String versionId, Instant at) {}

  private static final class Message {
    private final SecretEvent change;
    private Instant visible;
    private boolean gone;

    private Message(SecretEvent change, Instant visible) {
      this.change = change;
      this.visible = visible;
    }
  }

  private final VirtualTime time;
  private final Random random;
  private final boolean losesEvents;
  private final Map<String, List<Put>> secrets = new HashMap<>();
  private final Set<String> deleted = new HashSet<>();
  private final Map<String, SourceFailure> trouble = new HashMap<>();
  private final List<Message> queue = new ArrayList<>();
  private Optional<SourceFailure> outage = Optional.empty();
  private int versions;

  SimulatedAws(VirtualTime time, Random random, boolean losesEvents) {
    this.time = time;
    this.random = random;
    this.losesEvents = losesEvents;
  }

  void put(SecretRef ref) {
    String version = "v" + versions++;
    secrets
        .computeIfAbsent(ref.key(), k -> new ArrayList<>())
        .add(new Put(version, time.instant()));
    String stage = ref.version() instanceof Version.Stage(String label) ? label : "AWSCURRENT";
    announce(ref.key(), Set.of(stage), Optional.of(version));
  }

  void delete(SecretRef ref) {
    if (deleted.add(ref.key())) {
      announce(ref.key(), Set.of(), Optional.empty());
    }
  }

  void restore(SecretRef ref) {
    if (deleted.remove(ref.key())) {
      announce(ref.key(), Set.of(), Optional.empty());
    }
  }

  void trouble(SecretRef ref, SourceFailure failure) {
    trouble.put(ref.key(), failure);
  }

  void heal(SecretRef ref) {
    trouble.remove(ref.key());
  }

  void outage(Optional<SourceFailure> failure) {
    outage = failure;
  }

  /** All is well from now on. */
  void calm() {
    Set.copyOf(deleted).forEach(key -> restore(SecretRef.current(key)));
    trouble.clear();
    outage = Optional.empty();
  }

  String currentVersion(SecretRef ref) {
    return secrets.get(ref.key()).getLast().versionId();
  }

  private void announce(String key, Set<String> stages, Optional<String> version) {
    Instant second = Instant.ofEpochSecond(time.instant().getEpochSecond());
    SecretEvent change =
        new SecretEvent(
            SecretEvent.Kind.CONTENT,
            Service.SECRETS_MANAGER,
            "",
            "eu",
            key,
            stages,
            version,
            second);
    int copies = random.nextInt(4) == 0 ? 2 : 1;
    if (losesEvents && random.nextInt(3) == 0) {
      copies = 0;
    }
    for (int copy = 0; copy < copies; copy++) {
      queue.add(new Message(change, time.instant().plusMillis(random.nextInt(4_000))));
    }
  }

  @Override
  public List<ChangeNotice> next() {
    if (random.nextInt(20) == 0) {
      throw new IllegalStateException("the queue fails");
    }
    Instant now = time.instant();
    queue.removeIf(message -> message.gone);
    return queue.stream()
        .filter(message -> !message.visible.isAfter(now))
        .limit(10)
        .peek(message -> message.visible = now.plus(VISIBILITY))
        .map(message -> new ChangeNotice(message.change, () -> message.gone = true))
        .toList();
  }

  @Override
  public Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs) {
    Map<SecretRef, Answer<SecretValue>> answers = new LinkedHashMap<>();
    refs.forEach(ref -> answers.put(ref, version(ref).map(version -> value(ref, version))));
    time.advance(Duration.ofMillis(random.nextInt(80)));
    return answers;
  }

  @Override
  public Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs) {
    Map<SecretRef, Answer<VersionMark>> answers = new LinkedHashMap<>();
    refs.forEach(
        ref ->
            answers.put(
                ref,
                version(ref)
                    .map(version -> new VersionMark(ref.key(), "", version, Set.of(), ""))));
    time.advance(Duration.ofMillis(random.nextInt(80)));
    return answers;
  }

  @Override
  public Answer<List<String>> find(Identity identity, Find find) {
    throw new UnsupportedOperationException("nobody searches here");
  }

  private Answer<String> version(SecretRef ref) {
    Optional<SourceFailure> failure = outage.or(() -> Optional.ofNullable(trouble.get(ref.key())));
    if (failure.isPresent()) {
      return Answer.failed(failure.get());
    }
    List<Put> puts = secrets.getOrDefault(ref.key(), List.of());
    if (puts.isEmpty() || deleted.contains(ref.key())) {
      return Answer.failed(FakeSource.notFound(ref.key()));
    }
    int shown = puts.size() - 1;
    while (shown > 0
        && puts.get(shown).at().plus(LAG).isAfter(time.instant())
        && random.nextBoolean()) {
      shown--;
    }
    return Answer.found(puts.get(shown).versionId());
  }

  private static SecretValue value(SecretRef ref, String version) {
    byte[] bytes = ("value of " + version).getBytes(StandardCharsets.UTF_8);
    return new SecretValue(ref.key(), "", version, Set.of(), bytes);
  }
}
