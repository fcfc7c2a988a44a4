package dev.keyturn.source;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * Gathers the requests of one identity into batches. A full batch leaves at once, and so does a
 * request that comes alone, or a group that fills half a batch by itself; else a batch waits for as
 * long as the recent load promises to fill it. Such groups are no load: who asks for many at once,
 * as the watch does, says nothing of who else will come. Guarded by the cache.
 */
final class Batcher<F extends Flight<?, ?>> {
  /** For how long requests count as load. */
  private static final Duration MEMORY = Duration.ofMillis(100);

  /** Times the square of the load: a few hardly wait, many gain by waiting for each other. */
  private static final Duration PATIENCE = Duration.ofMillis(2);

  /** More load than a single caller makes who asks again after each answer, 20 ms away. */
  private static final double COMPANY = 6;

  private final int size;
  private final int calls;
  private final Duration longestWait;
  private final InstantSource time;
  private final Queue<F> waiting = new ArrayDeque<>();
  private int underWay;
  private double load;
  private Instant loadAt;

  /**
   * @param size requests in a full batch
   * @param calls most batches under way at a time
   */
  Batcher(int size, int calls, Duration longestWait, InstantSource time) {
    this.size = size;
    this.calls = calls;
    this.longestWait = longestWait;
    this.time = time;
    this.loadAt = time.instant();
  }

  void add(F flight) {
    waiting.add(flight);
  }

  void landed() {
    underWay--;
  }

  boolean idle() {
    return waiting.isEmpty() && underWay == 0;
  }

  /** The batches that leave now, after {@code arrived} requests came in. */
  List<List<F>> depart(int arrived) {
    Instant now = time.instant();
    double before = fade(now);
    boolean group = 2 * arrived >= size;
    load = group ? before : before + arrived;
    List<List<F>> leaving = new ArrayList<>();
    while (underWay < calls
        && (waiting.size() >= size
            || (!waiting.isEmpty() && (group || !departure(before).isAfter(now))))) {
      leaving.add(board(now));
    }
    return leaving;
  }

  /** How long until a partly filled batch leaves; empty when only a landing can send one. */
  Optional<Duration> untilDeparture() {
    if (waiting.isEmpty() || underWay >= calls) {
      return Optional.empty();
    }
    Instant now = time.instant();
    return Optional.of(
        Collections.max(List.of(Duration.between(now, departure(fade(now))), Duration.ZERO)));
  }

  private Instant departure(double recent) {
    return waiting.element().queued().plus(window(recent));
  }

  private Duration window(double recent) {
    boolean alone = underWay == 0 && recent < COMPANY;
    if (size == 1 || recent < 1 || alone) {
      return Duration.ZERO;
    }
    Duration untilFull = times(MEMORY, (size - waiting.size()) / recent);
    Duration patience = times(PATIENCE, recent * recent);
    return Collections.min(List.of(longestWait, untilFull, patience));
  }

  private static Duration times(Duration duration, double factor) {
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }

  private double fade(Instant now) {
    double age = (double) Duration.between(loadAt, now).toNanos() / MEMORY.toNanos();
    load *= Math.exp(-Math.max(age, 0));
    loadAt = now;
    return load;
  }

  private List<F> board(Instant now) {
    List<F> batch = new ArrayList<>(size);
    while (batch.size() < size && !waiting.isEmpty()) {
      F flight = waiting.remove();
      flight.leave(now);
      batch.add(flight);
    }
    underWay++;
    return batch;
  }
}
