package dev.keyturn.source;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One request for one thing, waiting or under way, and all who wait for its answer. */
final class Flight<K, T> {
  private final K key;
  private final Instant queued;
  private final Optional<Supplier<Stream<K>>> company;
  private final CompletableFuture<Answer<T>> answer = new CompletableFuture<>();
  private volatile Optional<Instant> asked = Optional.empty();
  private int readers;

  Flight(K key, Instant queued) {
    this(key, queued, Optional.empty());
  }

  Flight(K key, Instant queued, Optional<Supplier<Stream<K>>> company) {
    this.key = key;
    this.queued = queued;
    this.company = company;
  }

  K key() {
    return key;
  }

  Instant queued() {
    return queued;
  }

  /** What may go along where there is room; empty when nothing may. */
  Optional<Supplier<Stream<K>>> company() {
    return company;
  }

  /** When AWS was asked; empty while it was not. */
  Optional<Instant> asked() {
    return asked;
  }

  CompletableFuture<Answer<T>> answer() {
    return answer;
  }

  /** How many dependants get the value from this flight. */
  int readers() {
    return readers;
  }

  /** One more dependant waits for it. */
  void board() {
    readers++;
  }

  void leave(Instant now) {
    asked = Optional.of(now);
  }

  /** Whether its answer is still to come and will be as fresh as that. */
  boolean satisfies(Freshness freshness) {
    return !over() && asked.map(freshness::allows).orElse(true);
  }

  void land(Answer<T> result) {
    answer.complete(result);
  }

  boolean over() {
    return answer.isDone();
  }

  /** Nobody waits for ever, even if the call broke down on the way. */
  void close() {
    answer.complete(
        Answer.failed(
            new SourceFailure.Unavailable(
                "request", "Internal", "It broke down inside the operator; it is repeated.")));
  }
}
