package dev.keyturn.sync;

import dev.keyturn.ops.Patience;
import dev.keyturn.render.StoreName;
import dev.keyturn.rotation.FoundNames;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Reference;
import dev.keyturn.source.Search;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads the values of one ExternalSecret within a bound of memory, whatever it names: a Secret
 * takes 1 MiB, and AWS lets a value have 64 KiB.
 */
final class BoundedFetch {
  /** What the values of one sync may have in all. */
  static final long MOST_BYTES = 4 << 20;

  /** Characters of all names that the searches of one sync find. */
  static final long MOST_NAMES = 1 << 20;

  /** Read together: these cannot have more than {@link #MOST_BYTES}. */
  private static final int TOGETHER = 64;

  /** At most so many are read at once without a turn: fifty reconcilers hold 50 MiB by it. */
  private static final int FEW = 16;

  /**
   * Larger fetches at a time: they hold twice {@link #MOST_BYTES} each at the worst, 48 MiB. One
   * namespace has two of them, and leaves two to those who have none.
   */
  static final Patience.Limits LARGE_AT_A_TIME =
      new Patience.Limits(2, 4, 6, Duration.ZERO, Duration.ZERO);

  private static final String TOO_LARGE = "TooLarge";

  private final SecretCache cache;
  private final FoundNames found;
  private final Patience large;

  /**
   * @param large by {@link #LARGE_AT_A_TIME}
   */
  BoundedFetch(SecretCache cache, FoundNames found, Patience large) {
    this.cache = cache;
    this.found = found;
    this.large = large;
  }

  private record Wanted(StoreName store, SecretRef ref) {}

  /**
   * Whom to read as, and what may come along.
   *
   * @param company empty when nothing may
   */
  record Reading(Identity identity, Optional<Supplier<Stream<Reference>>> company) {}

  /** An answer to each; what no room was left for is told as too large, with the numbers. */
  Map<StoreName, Map<SecretRef, Answer<SecretValue>>> fetch(
      Function<StoreName, Reading> readings,
      Map<StoreName, Set<SecretRef>> refs,
      Freshness freshness,
      Patience.Waiter waiter,
      Patience.Wait wait) {
    List<Wanted> wanted = new ArrayList<>();
    refs.forEach((store, ofStore) -> ofStore.forEach(ref -> wanted.add(new Wanted(store, ref))));
    if (wanted.size() <= FEW) {
      return fetch(readings, wanted, freshness, wait);
    }
    try (Patience.Wait _ = large.begin(waiter)) {
      return fetch(readings, wanted, freshness, wait);
    }
  }

  /** One after the other. After one that failed none is asked: the sync has failed with it. */
  Map<StoreName, Map<Find, Answer<List<String>>>> search(
      Sources sources, Freshness freshness, Patience.Wait wait) {
    Map<StoreName, Map<Find, Answer<List<String>>>> answers = new HashMap<>();
    Optional<SourceFailure> failed = Optional.empty();
    long characters = 0;
    for (StoreName store : sources.plan().stores()) {
      Map<Find, Answer<List<String>>> ofStore =
          answers.computeIfAbsent(store, _ -> new HashMap<>());
      for (Find find : sources.request().finds(store)) {
        Answer<List<String>> answer =
            failed.isPresent()
                ? Answer.failed(failed.get())
                : wait.join(cache.ask(new Search(sources.identity(store), find), freshness));
        if (answer instanceof Answer.Found<List<String>>(List<String> names)) {
          characters += names.stream().mapToLong(String::length).sum();
          answer =
              characters > MOST_NAMES
                  ? Answer.failed(tooManyNames(characters))
                  : Answer.found(found.shared(names));
        }
        if (answer instanceof Answer.Failed<List<String>>(SourceFailure failure)) {
          failed = Optional.of(failure);
        }
        ofStore.put(find, answer);
      }
    }
    return answers;
  }

  static boolean isTooLarge(Answer<SecretValue> answer) {
    return answer instanceof Answer.Failed<SecretValue>(SourceFailure failure)
        && failure.code().equals(TOO_LARGE);
  }

  /** Found names take memory, too, and no Secret has room for more. */
  static SourceFailure tooManyNames(long characters) {
    return new SourceFailure.Malformed(
        "spec",
        TOO_LARGE,
        ("the names that its searches find have %d characters, more than the %d that one"
                + " ExternalSecret may find: narrow find.path, find.name or find.tags, or split it"
                + " over several")
            .formatted(characters, MOST_NAMES));
  }

  private Map<StoreName, Map<SecretRef, Answer<SecretValue>>> fetch(
      Function<StoreName, Reading> readings,
      List<Wanted> wanted,
      Freshness freshness,
      Patience.Wait wait) {
    Map<StoreName, Map<SecretRef, Answer<SecretValue>>> values = new HashMap<>();
    long bytes = 0;
    for (int from = 0; from < wanted.size(); from += TOGETHER) {
      int to = Math.min(from + TOGETHER, wanted.size());
      bytes += join(ask(readings, wanted.subList(from, to), freshness), values, wait);
      if (bytes > MOST_BYTES) {
        return refused(wanted, to, bytes);
      }
    }
    return values;
  }

  private Map<StoreName, Map<SecretRef, CompletableFuture<Answer<SecretValue>>>> ask(
      Function<StoreName, Reading> readings, List<Wanted> wanted, Freshness freshness) {
    Map<StoreName, Set<SecretRef>> refs = new HashMap<>();
    for (Wanted each : wanted) {
      refs.computeIfAbsent(each.store(), _ -> new HashSet<>()).add(each.ref());
    }
    Map<StoreName, Map<SecretRef, CompletableFuture<Answer<SecretValue>>>> asked = new HashMap<>();
    refs.forEach(
        (store, ofStore) -> {
          Reading reading = readings.apply(store);
          asked.put(store, cache.ask(reading.identity(), ofStore, freshness, reading.company()));
        });
    return asked;
  }

  /** Gives the bytes of what came. */
  private static long join(
      Map<StoreName, Map<SecretRef, CompletableFuture<Answer<SecretValue>>>> asked,
      Map<StoreName, Map<SecretRef, Answer<SecretValue>>> into,
      Patience.Wait wait) {
    long bytes = 0;
    for (var ofStore : asked.entrySet()) {
      for (var answer : ofStore.getValue().entrySet()) {
        Answer<SecretValue> come = wait.join(answer.getValue());
        into.computeIfAbsent(ofStore.getKey(), _ -> new HashMap<>()).put(answer.getKey(), come);
        bytes +=
            come instanceof Answer.Found<SecretValue>(SecretValue value) ? value.bytes().length : 0;
      }
    }
    return bytes;
  }

  /**
   * All of them: what was read is let go, so that nothing of it waits for its turn to be rendered.
   */
  private static Map<StoreName, Map<SecretRef, Answer<SecretValue>>> refused(
      List<Wanted> wanted, int read, long bytes) {
    Answer<SecretValue> failed =
        Answer.failed(
            new SourceFailure.Malformed(
                "spec",
                TOO_LARGE,
                ("the first %d of the %d secrets it names have %d bytes, more than the %d that one"
                        + " ExternalSecret may read: name fewer, or split it over several")
                    .formatted(read, wanted.size(), bytes, MOST_BYTES)));
    Map<StoreName, Map<SecretRef, Answer<SecretValue>>> values = new HashMap<>();
    for (Wanted each : wanted) {
      values.computeIfAbsent(each.store(), _ -> new HashMap<>()).put(each.ref(), failed);
    }
    return values;
  }
}
