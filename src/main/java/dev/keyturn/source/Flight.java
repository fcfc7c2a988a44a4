package dev.keyturn.source;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One request for one thing, waiting or under way, and all who wait for its answer. */
final class Flight<K, T> {
  private final K key;
  private final Instant queued;
  private final CompletableFuture<Answer<T>> answer = new CompletableFuture<>();
  private volatile Optional<Instant> asked = Optional.empty();
  private int readers;

  Flight(K key, Instant queued) {
    this.key = key;
    this.queued = queued;
  }

  K key() {
    return key;
  }

  Instant queued() {
    return queued;
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
