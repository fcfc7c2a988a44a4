package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * What each ExternalSecret has trouble with, and since when. Losing it in a restart costs an
 * earlier retry, never correctness.
 */
final class Troubles {
  private final InstantSource clock;
  private final RandomGenerator random;
  private final ConcurrentHashMap<String, Trouble> troubles = new ConcurrentHashMap<>();

  /**
   * @param told whether status and an event say so
   */
  private record Trouble(
      String what, long generation, boolean inTurn, Instant since, boolean told) {
    boolean isSame(Trouble other) {
      return what.equals(other.what) && generation == other.generation;
    }
  }

  Troubles(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * How it goes on.
   *
   * @param isDue whether it is to be told now
   * @param told whether just this trouble was told before
   * @param again when to look again without a wake-up
   */
  record Course(boolean isDue, boolean told, Optional<Duration> again) {}

  /** Notes what came of a sync; empty where there is nothing to say. */
  Course note(ExternalSecret resource, Optional<Verdict> verdict) {
    if (verdict.filter(found -> !found.isGood()).isEmpty()) {
      over(resource);
      return new Course(verdict.isPresent(), false, Optional.empty());
    }
    Verdict trouble = verdict.get();
    Duration lasted = lasted(resource, trouble);
    boolean due = lasted.compareTo(trouble.quiet()) >= 0;
    return new Course(
        due,
        due && isTold(resource),
        trouble.retry().map(retry -> retry.after(lasted, random.nextDouble())));
  }

  /** Notes a trouble; gives how long the ExternalSecret has had just this one. */
  Duration lasted(ExternalSecret resource, Verdict verdict) {
    Instant now = clock.instant();
    Trouble found =
        new Trouble(
            verdict.trouble(),
            resource.getMetadata().getGeneration(),
            verdict.retry().filter(Verdict.Retry.IN_TURN::equals).isPresent(),
            now,
            false);
    Trouble noted =
        troubles.merge(
            resource.getMetadata().getUid(),
            found,
            (earlier, later) -> earlier.isSame(later) ? earlier : later);
    return Duration.between(noted.since(), now);
  }

  private boolean isTold(ExternalSecret resource) {
    return Optional.ofNullable(troubles.get(resource.getMetadata().getUid()))
        .map(Trouble::told)
        .orElse(false);
  }

  /** What was noted last has been told: not before it was, since telling can fail. */
  void told(ExternalSecret resource) {
    troubles.computeIfPresent(
        resource.getMetadata().getUid(),
        (_, trouble) ->
            new Trouble(
                trouble.what(), trouble.generation(), trouble.inTurn(), trouble.since(), true));
  }

  /** Whether its last sync came to an end that is no good one, and not for want of a turn. */
  boolean ended(ExternalSecret resource) {
    return Optional.ofNullable(troubles.get(resource.getMetadata().getUid()))
        .filter(trouble -> !trouble.inTurn())
        .isPresent();
  }

  /** All is well, or the ExternalSecret is gone. */
  void over(ExternalSecret resource) {
    troubles.remove(resource.getMetadata().getUid());
  }
}
