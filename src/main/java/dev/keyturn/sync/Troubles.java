package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What each ExternalSecret has trouble with, and since when. Losing it in a restart costs an
 * earlier retry, never correctness.
 */
final class Troubles {
  private final InstantSource clock;
  private final ConcurrentHashMap<String, Trouble> troubles = new ConcurrentHashMap<>();

  private record Trouble(String reason, String message, long generation, Instant since) {
    boolean isSame(Trouble other) {
      return reason.equals(other.reason)
          && message.equals(other.message)
          && generation == other.generation;
    }
  }

  Troubles(InstantSource clock) {
    this.clock = clock;
  }

  /** Notes a trouble; gives how long the ExternalSecret has had just this one. */
  Duration lasted(ExternalSecret resource, Verdict verdict) {
    Instant now = clock.instant();
    Trouble found =
        new Trouble(
            verdict.reason(), verdict.message(), resource.getMetadata().getGeneration(), now);
    Trouble noted =
        troubles.merge(
            resource.getMetadata().getUid(),
            found,
            (earlier, later) -> earlier.isSame(later) ? earlier : later);
    return Duration.between(noted.since(), now);
  }

  /** All is well, or the ExternalSecret is gone. */
  void over(ExternalSecret resource) {
    troubles.remove(resource.getMetadata().getUid());
  }
}
