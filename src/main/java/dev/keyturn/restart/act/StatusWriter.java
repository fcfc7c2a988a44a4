package dev.keyturn.restart.act;

import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.cluster.OwnStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes our part of the status, and only if it says something new. */
public final class StatusWriter {
  private final OwnStatus<ExternalSecret, ExternalSecretStatus> statuses;

  public StatusWriter(OwnStatus<ExternalSecret, ExternalSecretStatus> statuses) {
    this.statuses = statuses;
  }

  /**
   * @return whether anything was written
   */
  public boolean write(ExternalSecret resource, Outcome outcome, Instant now) {
    ExternalSecretStatus known = statuses.known(resource);
    Optional<RestartStatus> status = Optional.ofNullable(known.restart());
    Optional<Condition> condition = known.condition(ConditionTypes.RESTARTED);
    if (outcome.isSaidBy(status, condition)) {
      return false;
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
    return true;
  }
}
