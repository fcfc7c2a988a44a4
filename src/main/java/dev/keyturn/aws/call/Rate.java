package dev.keyturn.aws.call;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How often one operation may be called for one account and region: an even flow with a small
 * burst, halved when AWS throttles, growing back while it does not.
 */
final class Rate {
  private static final double FLOOR = 0.5;
  private static final Duration FIRST_REST = Duration.ofMillis(500);
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);
  private static final Duration BURST = Duration.ofMillis(500);
  private static final Duration STEP = Duration.ofSeconds(1);

  private final double ceiling;
  private double perSecond;
  private Instant due = Instant.EPOCH;
  private Instant changed = Instant.EPOCH;
  private Duration rest = FIRST_REST;

  Rate(double ceiling) {
    this.ceiling = ceiling;
    this.perSecond = ceiling;
  }

  /**
   * Takes the next place in the flow and says how long to wait for it; empty, and nothing taken,
   * when that would be longer than {@code longest}. So no more callers wait than flow off in that
   * time.
   */
  synchronized Optional<Duration> reserve(Instant now, Duration longest) {
    Instant earliest = now.minus(BURST);
    Instant place = due.isBefore(earliest) ? earliest : due;
    Duration wait = place.isAfter(now) ? Duration.between(now, place) : Duration.ZERO;
    if (wait.compareTo(longest) > 0) {
      return Optional.empty();
    }
    due = place.plus(seconds(1 / perSecond));
    return Optional.of(wait);
  }

  /** AWS throttled a call: one halving for all that are refused within the same second. */
  synchronized void throttled(Instant now) {
    if (now.isBefore(changed.plus(STEP)) && perSecond < ceiling) {
      return;
    }
    perSecond = Math.max(FLOOR, perSecond / 2);
    changed = now;
    Instant rested = now.plus(rest);
    due = due.isAfter(rested) ? due : rested;
    rest = rest.multipliedBy(2).compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest.multipliedBy(2);
  }

  synchronized void served(Instant now) {
    rest = FIRST_REST;
    if (perSecond < ceiling && !now.isBefore(changed.plus(STEP))) {
      perSecond = Math.min(ceiling, perSecond + ceiling / 20);
      changed = now;
    }
  }

  synchronized double perSecond() {
    return perSecond;
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1_000_000_000));
  }
}
