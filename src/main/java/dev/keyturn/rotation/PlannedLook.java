package dev.keyturn.rotation;

import dev.keyturn.source.Answer;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Known;
import dev.keyturn.source.Sight;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.VersionMark;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The next look at one followed thing: when it is due, and from when on it may be taken along by a
 * batch that leaves anyway. Guarded by the plan, in whose order it may stand only while nothing of
 * it changes.
 */
final class PlannedLook {
  /**
   * The look after somebody began to follow closes the gap between their read and that; the ones
   * after a change and after taking the lead make sure that no late replica of AWS had the last
   * word. Any look does that whose time is half as far away.
   */
  private static final Duration CONFIRMATION = Duration.ofMinutes(1);

  /** Whoever writes more means never; a sum with it stays within what an Instant holds. */
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(365);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
  private static final double INTERVAL_JITTER = 0.05;
  private static final double RETRY_JITTER = 0.5;

  static final Comparator<PlannedLook> SOONEST =
      Comparator.comparing(PlannedLook::due).thenComparingLong(look -> look.number);

  private final Followed followed;
  private final long number;
  private final RandomGenerator random;
  private Optional<Duration> interval;
  private Instant checked;
  private Instant due = Instant.MAX;
  private Instant ready = Instant.MAX;
  private Optional<Sight> sight = Optional.empty();
  private Instant doubted = Instant.MIN;
  private Instant confirmation = Instant.MAX;
  private int failures;
  private int failuresBefore;
  private boolean passes;

  /**
   * @param number tells those apart that are due together
   */
  PlannedLook(
      Followed followed,
      long number,
      Optional<Duration> interval,
      Instant checked,
      RandomGenerator random) {
    this.followed = followed;
    this.number = number;
    this.random = random;
    this.interval = timer(followed, interval);
    this.checked = checked;
  }

  private static Optional<Duration> timer(Followed followed, Optional<Duration> wanted) {
    return followed.pinned() ? Optional.empty() : wanted.map(it -> shorter(it, LONGEST_INTERVAL));
  }

  Followed followed() {
    return followed;
  }

  Instant due() {
    return due;
  }

  boolean isDue(Instant now) {
    return !due.isAfter(now);
  }

  /**
   * Whether a batch may take it along: half of its time is over, so that looking early wastes
   * little; and it is due before what the batch is for is due again, or it could go along then.
   *
   * @param again when that is
   */
  boolean mayGoAlong(Instant now, Instant again) {
    return !ready.isAfter(now) && due.isBefore(again);
  }

  /** When it is due again at the earliest, if it is looked at now. */
  Instant again(Instant now) {
    return failures > 0
        ? now.plus(shortened(pause(), RETRY_JITTER))
        : regular(now, INTERVAL_JITTER);
  }

  /** Another interval counts at once, from the last look. */
  void wants(Optional<Duration> wanted) {
    Optional<Duration> timer = timer(followed, wanted);
    if (!interval.equals(timer)) {
      interval = timer;
      Instant regular = regular(checked, jitter(random));
      if (regular.isBefore(due)) {
        schedule(checked, regular);
      }
    }
  }

  /** Takes in what is known by now. Returns whether it is something else than before. */
  boolean saw(Optional<Answer<VersionMark>> answer) {
    Optional<Sight> seen = answer.map(Sight::ofMark);
    boolean news = !seen.equals(sight);
    sight = seen;
    if (answer.isPresent()
        && answer.get() instanceof Answer.Failed<VersionMark>(SourceFailure failure)) {
      passes = failure.retry() == SourceFailure.Retry.SOON;
      failures = Math.max(failures, failuresBefore) + 1;
    } else {
      // One look that goes well says nothing of the reads that failed before it.
      failuresBefore = failures;
      failures = 0;
    }
    return news;
  }

  /** Somebody read it, and follows it from now on. */
  void read(Optional<Known> known, Instant now) {
    checked = known.map(Known::asked).filter(now::isAfter).orElse(now);
    doubt(now);
    plan(now, jitter(random));
  }

  /**
   * It was looked at.
   *
   * @param jitter the same for all that were looked at together, so that they stay together
   */
  void looked(Optional<Answer<VersionMark>> answer, Instant now, double jitter) {
    checked = now;
    if (!halfway(doubted, confirmation).isAfter(now)) {
      confirmation = Instant.MAX;
    }
    if (saw(answer)) {
      doubt(now);
    }
    plan(now, jitter);
  }

  /** Nobody looked for an unknown time: due then, and not to be believed at once. */
  void startOver(Instant now, Instant next) {
    checked = Instant.EPOCH;
    doubt(now);
    schedule(Instant.EPOCH, next);
  }

  /** Nothing can be told of it: due when the worst trouble would be. */
  void putOff(Instant now) {
    schedule(now, now.plus(LONGEST_RETRY));
  }

  /** Whether there is anything to look for. */
  boolean matters() {
    return !followed.pinned() || failures > 0;
  }

  static double jitter(RandomGenerator random) {
    return random.nextDouble() * INTERVAL_JITTER;
  }

  private void plan(Instant now, double jitter) {
    Instant regular = regular(checked, jitter);
    if (failures > 0) {
      schedule(now, now.plus(shortened(pause(), random.nextDouble() * RETRY_JITTER)));
    } else if (confirmation.isBefore(regular)) {
      schedule(doubted, confirmation);
    } else {
      schedule(checked, regular);
    }
  }

  private void schedule(Instant since, Instant then) {
    due = then;
    ready = halfway(since, then);
  }

  private static Instant halfway(Instant since, Instant then) {
    return then.equals(Instant.MAX) ? then : since.plus(Duration.between(since, then).dividedBy(2));
  }

  private Instant regular(Instant from, double jitter) {
    return interval.map(it -> from.plus(shortened(it, jitter))).orElse(Instant.MAX);
  }

  /** Wants one more look at it, when all replicas have long caught up. */
  private void doubt(Instant now) {
    if (!followed.pinned()) {
      doubted = now;
      confirmation = now.plus(shortened(CONFIRMATION, jitter(random)));
    }
  }

  /** What passes by itself is looked at as often as the interval says; what lasts, ever less. */
  private Duration pause() {
    Duration longest =
        interval.filter(it -> passes).map(it -> shorter(it, LONGEST_RETRY)).orElse(LONGEST_RETRY);
    return shorter(FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 6)), longest);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration shortened(Duration duration, double share) {
    return duration.minusNanos((long) (duration.toNanos() * share));
  }
}
