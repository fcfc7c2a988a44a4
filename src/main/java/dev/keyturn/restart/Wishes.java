package dev.keyturn.restart;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.ops.Brief;
import dev.keyturn.restart.act.Acting;
import dev.keyturn.restart.act.Outcome;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Decision.Judged;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What people ask of an ExternalSecret's restarts by its annotations. */
final class Wishes {
  private Wishes() {}

  /**
   * An annotation of a person is obeyed once nothing waits for a window or has to be tried again.
   */
  static Outcome outcome(ExternalSecret resource, Acting.Round round, Instant now) {
    Optional<RestartStatus> before = Optional.ofNullable(resource.statusOrEmpty().restart());
    boolean waiting =
        round.unfinished()
            || round.judged().stream().map(Judged::decision).anyMatch(Decision::willBeTriedAgain);
    return Outcome.of(
        resource.getMetadata().getName(),
        round.judged(),
        now,
        waiting
            ? before.map(RestartStatus::restartedNow)
            : annotation(resource, Annotations.RESTART_NOW),
        annotation(resource, Annotations.RESTART_RESUME));
  }

  private static Optional<String> annotation(ExternalSecret resource, String name) {
    return Optional.ofNullable(resource.getMetadata().getAnnotations())
        .map((Map<String, String> annotations) -> annotations.get(name))
        .map(Brief::of);
  }
}
