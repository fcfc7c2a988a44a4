package dev.keyturn.sync.target;

import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.api.ExternalSecretStatus.Stood;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code status.content}: the hash of what the Secret holds, and when, by the API server's
 * clock, the bytes of each key last went from one known value to another, later each time.
 */
final class ContentRecorder {
  /** What stood no longer than this was read by nobody: a pod takes as long to start. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private static final Duration GONE_FOR = Duration.ofDays(7);

  /** Of keys that are there, and of those that are gone: an object has 1.5 MiB. */
  private static final int MOST = 500;

  /** Of the names of {@link #MOST}, together: each has up to 253. */
  private static final int MOST_CHARACTERS = 16 << 10;

  private final KeyedHash hash;

  ContentRecorder(KeyedHash hash) {
    this.hash = hash;
  }

  /** What the Secret looked like before a write. */
  sealed interface Before {
    /** It was not there. */
    record Absent() implements Before {}

    /** It was there, but not ours: taking it over is no change. */
    record Foreign() implements Before {}

    /** It was there, and none of our keys were: what comes to it is new, not another value. */
    record Joined(ContentDigest live) implements Before {}

    /** It was ours. */
    record Ours(ContentDigest digest) implements Before {}

    /**
     * It was ours, and holds what somebody else wrote.
     *
     * @param since when
     */
    record Strayed(ContentDigest digest, Instant since) implements Before {}
  }

  /**
   * The record after a write, or after finding that none was needed.
   *
   * @param status what it holds
   * @param wanted what the Secret holds now, our keys alone
   * @param writtenAt the API server's time of the newest write to the Secret's data
   */
  Content record(
      Recorded status, Before before, ContentDigest wanted, String inputs, Instant writtenAt) {
    Optional<Content> recorded = status.content();
    String wantedHash = wanted.overall(hash);
    Map<String, Instant> changes = new TreeMap<>(recorded.map(Content::changes).orElse(Map.of()));
    Instant at = later(status.newest(), writtenAt);
    Collection<String> changed = changed(recorded, before, wanted, wantedHash, writtenAt);
    changed.forEach(key -> changes.put(key, at));
    forgetGone(changes, wanted.keys().keySet(), at);
    countAsOne(changes, wanted.keys().keySet());
    return new Content(
        wantedHash,
        inputs,
        changes,
        created(recorded, before, writtenAt),
        changed.isEmpty()
            ? recorded.map(Content::stood).orElse(null)
            : stood(recorded, before, wantedHash, at));
  }

  /** Who can do without the Secret may run without it since before that. */
  private static @Nullable Instant created(
      Optional<Content> recorded, Before before, Instant writtenAt) {
    boolean first = before instanceof Before.Absent && recorded.map(Content::hash).isEmpty();
    return first ? writtenAt : recorded.map(Content::created).orElse(null);
  }

  /** What the Secret held until now; where that comes back, when it was there before. */
  private static @Nullable Stood stood(
      Optional<Content> recorded, Before before, String wantedHash, Instant at) {
    boolean repaired = recorded.filter(content -> wantedHash.equals(content.hash())).isPresent();
    Instant until = repaired && before instanceof Before.Strayed strayed ? strayed.since() : at;
    Optional<Stood> earlier = recorded.flatMap(content -> Optional.ofNullable(content.stood()));
    if (!repaired && earlier.filter(it -> it.hash().equals(wantedHash)).isPresent()) {
      return earlier.get();
    }
    return recorded
        .filter(content -> content.hash() != null)
        .map(
            content ->
                new Stood(
                    Objects.requireNonNull(content.hash()),
                    content.changes().values().stream().max(Instant::compareTo).orElse(null),
                    until))
        .orElse(null);
  }

  /**
   * Keys come and go, by a {@code find} hundreds a day, and what grows for ever cannot be written
   * in the end. A restart for a key that is gone is made, or reported, within a week.
   */
  private static void forgetGone(Map<String, Instant> changes, Set<String> held, Instant now) {
    List<Map.Entry<String, Instant>> gone = newestFirst(changes, key -> !held.contains(key));
    Instant longAgo = now.minus(GONE_FOR);
    int most = most(gone);
    for (int i = 0; i < gone.size(); i++) {
      if (i >= most || gone.get(i).getValue().isBefore(longAgo)) {
        changes.remove(gone.get(i).getKey());
      }
    }
  }

  /** Of very many keys those that changed earliest count as changed together, with all others. */
  private static void countAsOne(Map<String, Instant> changes, Set<String> held) {
    List<Map.Entry<String, Instant>> there = newestFirst(changes, held::contains);
    int most = most(there);
    if (most < there.size()) {
      changes.merge(Content.EACH, there.get(most).getValue(), (a, b) -> a.isAfter(b) ? a : b);
    }
    Instant each = changes.getOrDefault(Content.EACH, Instant.MIN);
    changes.entrySet().removeIf(it -> Content.isKey(it.getKey()) && !it.getValue().isAfter(each));
  }

  private static List<Map.Entry<String, Instant>> newestFirst(
      Map<String, Instant> changes, Predicate<String> which) {
    return changes.entrySet().stream()
        .filter(entry -> Content.isKey(entry.getKey()) && which.test(entry.getKey()))
        .sorted(Map.Entry.<String, Instant>comparingByValue().reversed())
        .map(Map.Entry::copyOf)
        .toList();
  }

  private static int most(List<Map.Entry<String, Instant>> keys) {
    int count = 0;
    int characters = 0;
    while (count < Math.min(keys.size(), MOST) && characters <= MOST_CHARACTERS) {
      characters += keys.get(count).getKey().length();
      count++;
    }
    return count;
  }

  /**
   * The API server tells whole seconds, and a restart for one change must not pass for one for the
   * next: of changes within a second, each counts as a millisecond later than the one before.
   */
  private static Instant later(Optional<Instant> recorded, Instant writtenAt) {
    return recorded
        .filter(newest -> !writtenAt.isAfter(newest))
        .map(newest -> newest.plusMillis(1))
        .orElse(writtenAt);
  }

  private Collection<String> changed(
      Optional<Content> recorded,
      Before before,
      ContentDigest wanted,
      String wantedHash,
      Instant writtenAt) {
    Optional<String> known = recorded.flatMap(content -> Optional.ofNullable(content.hash()));
    if (known.isPresent() && known.get().equals(wantedHash)) {
      return before instanceof Before.Strayed(ContentDigest live, Instant since)
              && since.plus(AT_ONCE).isBefore(writtenAt)
          ? withAny(wanted.changedSince(live))
          : List.of();
    }
    boolean comparable = known.map(this::underOurKey).orElse(false);
    return switch (before) {
      case Before.Foreign foreign -> List.of();
      case Before.Absent absent -> comparable ? withAny(wanted.keys().keySet()) : List.of();
      case Before.Joined(ContentDigest live) ->
          withAny(
              wanted.only(live.keys().keySet()).changedSince(live.only(wanted.keys().keySet())));
      case Before.Strayed(ContentDigest live, Instant _) -> withAny(wanted.changedSince(live));
      case Before.Ours(ContentDigest live) when !comparable -> withAny(wanted.changedSince(live));
      case Before.Ours(ContentDigest live) when live.equals(wanted) ->
          // Written, but not recorded: we were stopped in between, and which keys differed is gone.
          withAny(wanted.keys().keySet());
      case Before.Ours(ContentDigest live) -> withAny(wanted.changedSince(live));
    };
  }

  private boolean underOurKey(String recordedHash) {
    return recordedHash.startsWith(hash.keyId() + ":");
  }

  private static Collection<String> withAny(Collection<String> keys) {
    if (keys.isEmpty()) {
      return keys;
    }
    TreeSet<String> all = new TreeSet<>(keys);
    all.add(Content.ANY);
    return all;
  }
}
