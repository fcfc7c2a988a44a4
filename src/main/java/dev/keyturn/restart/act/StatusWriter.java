package dev.keyturn.restart.act;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.cluster.OwnStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Writes our part of the status, and only if it says something new: how many containers are still
 * stale changes with each pod, and is told now and then.
 */
public final class StatusWriter {
  private static final Duration COUNTS = Duration.ofSeconds(10);

  private final Cache<String, Instant> written =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(COUNTS).build();
  private final OwnStatus<ExternalSecret, ExternalSecretStatus> statuses;

  public StatusWriter(OwnStatus<ExternalSecret, ExternalSecretStatus> statuses) {
    this.statuses = statuses;
  }

  /**
   * What came of it.
   *
   * @param again when to come again for what was not worth a write yet
   */
  public record Told(boolean written, Optional<Instant> again) {}

  public Told write(ExternalSecret resource, Outcome outcome, Instant now) {
    ExternalSecretStatus known = statuses.known(resource);
    Optional<RestartStatus> status = Optional.ofNullable(known.restart());
    Optional<Condition> condition = known.condition(ConditionTypes.RESTARTED);
    if (outcome.isSaidBy(status, condition)) {
      return new Told(false, Optional.empty());
    }
    String uid = resource.getMetadata().getUid();
    Optional<Instant> next =
        Optional.ofNullable(written.getIfPresent(uid))
            .map(at -> at.plus(COUNTS))
            .filter(now::isBefore);
    if (next.isPresent() && outcome.isSaidBesidesCounts(status, condition)) {
      return new Told(false, next);
    }
    statuses.write(
        resource,
        new ExternalSecretStatus(
            outcome
                .condition(now, resource.getMetadata().getGeneration(), condition)
                .map(List::of)
                .orElse(List.of()),
            null,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            outcome.status().orElse(null)));
    written.put(uid, now);
    return new Told(true, Optional.empty());
  }
}
