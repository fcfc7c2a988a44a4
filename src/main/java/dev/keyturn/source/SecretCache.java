package dev.keyturn.source;

import dev.keyturn.ops.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Fetches each secret once for all who need it. Requests under way are shared, requests that come
 * together are batched, and a value stays only until its dependants have it or a short time is
 * over; after that a mark with its keyed hash is all there is.
 */
public final class SecretCache {

  /**
   * @param hold longest time a value is served; at most half a second later it is out of memory
   * @param holdCompany the same for what came along with something else, until somebody takes it
   * @param holdFailure longest time a failure is served to those who come late
   * @param heldBytes most bytes of values held; what comes on top is served, but not held
   * @param calls most calls under way per identity and kind
   * @param longestWait longest wait for a batch to fill
   */
  public record Bounds(
      Duration hold,
      Duration holdCompany,
      Duration holdFailure,
      long heldBytes,
      int calls,
      Duration longestWait) {
    public static final Bounds DEFAULT =
        new Bounds(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            8 << 20,
            8,
            Duration.ofMillis(200));
  }

  private final CompleteSource source;
  private final InstantSource time;
  private final Shelf<Reference, SecretValue> secrets;
  private final Shelf<Search, List<String>> searches;
  private final Dispatch<Reference, VersionMark> looks;

  /**
   * @param hash asked for when it is first needed
   */
  public SecretCache(
      SecretSource source,
      Supplier<KeyedHash> hash,
      Tasks tasks,
      InstantSource time,
      Bounds bounds,
      CacheMeters meters) {
    this.source = new CompleteSource(source);
    this.time = time;
    this.secrets =
        new Shelf<>(
            Lane::reading,
            this::read,
            value -> value.mark(hash.get()),
            value -> value.bytes().length,
            tasks,
            time,
            bounds,
            meters);
    this.searches =
        new Shelf<>(
            Lane::finding,
            this::find,
            names -> Sight.mark(names, hash.get()),
            names -> names.stream().mapToLong(String::length).sum(),
            tasks,
            time,
            bounds,
            meters);
    this.looks = new Dispatch<>(bounds.calls(), bounds.longestWait(), tasks, time, this::look);
  }

  /** The values, each as soon as it is there. */
  public Map<SecretRef, CompletableFuture<Answer<SecretValue>>> ask(
      Identity identity, Set<SecretRef> refs, Freshness freshness) {
    return ask(identity, refs, freshness, Optional.empty());
  }

  /**
   * The same; what nobody else asked for yet may come along where a batch has room, to be held for
   * whoever asks for it next.
   *
   * @param company what will be asked for soon, as the same identity; compared with others' by
   *     {@code equals}, and asked from a thread of its own
   */
  public Map<SecretRef, CompletableFuture<Answer<SecretValue>>> ask(
      Identity identity,
      Set<SecretRef> refs,
      Freshness freshness,
      Optional<Supplier<Stream<Reference>>> company) {
    Map<SecretRef, CompletableFuture<Answer<SecretValue>>> answers = new LinkedHashMap<>();
    secrets
        .ask(refs.stream().map(ref -> new Reference(identity, ref)).toList(), freshness, company)
        .forEach((reference, answer) -> answers.put(reference.ref(), answer));
    return answers;
  }

  /** The names that match, as soon as they are there. */
  public CompletableFuture<Answer<List<String>>> ask(Search search, Freshness freshness) {
    return searches.ask(List.of(search), freshness, Optional.empty()).values().iterator().next();
  }

  /**
   * Asks now what there is. Values are read where that costs no more than looking at the version;
   * one that is news is held for the dependants.
   *
   * @return done when {@link #known} tells the answers
   */
  public CompletableFuture<Void> check(Set<? extends Followed> what) {
    List<Reference> read = new ArrayList<>();
    List<Search> find = new ArrayList<>();
    Map<Lane, List<Flight<Reference, VersionMark>>> look = new HashMap<>();
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (Followed followed : what) {
      switch (followed) {
        case Search search -> find.add(search);
        case Reference reference when reference.cheapToRead() -> read.add(reference);
        case Reference reference -> {
          Flight<Reference, VersionMark> flight = new Flight<>(reference, time.instant());
          look.computeIfAbsent(Lane.looking(reference), lane -> new ArrayList<>()).add(flight);
          answers.add(flight.answer());
        }
      }
    }
    answers.addAll(secrets.check(read));
    answers.addAll(searches.check(find));
    looks.send(look);
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
  }

  /** What the last request said, without asking. */
  public Optional<Answer<VersionMark>> known(Followed followed) {
    return state(followed).map(Known::answer);
  }

  /** The same with what led to it. */
  public Optional<Known> state(Followed followed) {
    return switch (followed) {
      case Reference reference -> secrets.known(reference);
      case Search search -> searches.known(search);
    };
  }

  /** Says how many dependants follow it: what nobody follows is forgotten at once. */
  public void expect(Followed followed, int dependants) {
    switch (followed) {
      case Reference reference -> secrets.expect(reference, dependants);
      case Search search -> searches.expect(search, dependants);
    }
  }

  private Map<Reference, Answer<SecretValue>> read(Lane lane, List<Reference> references) {
    return byReference(lane, source.read(lane.identity(), refs(references)));
  }

  private Map<Search, Answer<List<String>>> find(Lane lane, List<Search> searches) {
    Map<Search, Answer<List<String>>> answers = new HashMap<>();
    for (Search search : searches) {
      answers.put(search, source.find(lane.identity(), search.find()));
    }
    return answers;
  }

  private void look(Lane lane, List<Flight<Reference, VersionMark>> batch) {
    List<Reference> references = batch.stream().map(Flight::key).toList();
    Map<Reference, Answer<VersionMark>> answers =
        byReference(lane, source.look(lane.identity(), refs(references)));
    for (Flight<Reference, VersionMark> flight : batch) {
      Optional<Answer<VersionMark>> answer = Optional.ofNullable(answers.get(flight.key()));
      Instant asked = flight.asked().orElseGet(flight::queued);
      answer.ifPresent(mark -> secrets.saw(flight.key(), mark, asked));
      answer.ifPresent(flight::land);
    }
  }

  private static Set<SecretRef> refs(List<Reference> references) {
    Set<SecretRef> refs = new HashSet<>();
    references.forEach(reference -> refs.add(reference.ref()));
    return refs;
  }

  private static <T> Map<Reference, Answer<T>> byReference(
      Lane lane, Map<SecretRef, Answer<T>> answers) {
    Map<Reference, Answer<T>> byReference = new HashMap<>();
    answers.forEach((ref, answer) -> byReference.put(new Reference(lane.identity(), ref), answer));
    return byReference;
  }
}
