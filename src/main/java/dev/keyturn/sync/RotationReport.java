package dev.keyturn.sync;

import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.Reasons;
import dev.keyturn.rotation.RotationHealth;
import dev.keyturn.rotation.SecretEvent;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.Reference;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What AWS's events told about the rotation of the secrets that an ExternalSecret follows. */
final class RotationReport {
  private final Watchlist watchlist;
  private final RotationHealth health;

  RotationReport(Watchlist watchlist, RotationHealth health) {
    this.watchlist = watchlist;
    this.health = health;
  }

  private record Heard(Reference reference, SecretEvent change) {}

  /**
   * The condition; empty while all is well. What an earlier process was told stays true until
   * something newer is heard, or the resource asks for something else.
   */
  Optional<Condition> condition(ExternalSecret resource, ExternalSecretStatus before) {
    List<Heard> heard =
        watchlist.followed(Dependants.of(resource)).stream()
            .filter(Reference.class::isInstance)
            .map(Reference.class::cast)
            .flatMap(reference -> heard(reference).stream())
            .toList();
    if (heard.isEmpty()) {
      return before
          .condition(ConditionTypes.ROTATION_HEALTHY)
          .filter(
              earlier ->
                  Objects.equals(
                      earlier.observedGeneration(), resource.getMetadata().getGeneration()));
    }
    return heard.stream()
        .filter(one -> one.change().kind().isTrouble())
        .max(Comparator.comparing((Heard one) -> one.change().at()))
        .map(trouble -> condition(resource, trouble));
  }

  private Optional<Heard> heard(Reference reference) {
    return health.latest(reference).map(change -> new Heard(reference, change));
  }

  private static Condition condition(ExternalSecret resource, Heard trouble) {
    boolean abandoned = trouble.change().kind() == SecretEvent.Kind.ROTATION_ABANDONED;
    String message =
        abandoned
            ? "the rotation of secret %s was abandoned in AWS, because its value or labels were changed by hand meanwhile: see that the current value works, then rotate it again"
            : "the rotation of secret %s failed in AWS: see the log of its rotation function, then rotate it again; until then the Secret keeps the current version";
    return new Condition(
        ConditionTypes.ROTATION_HEALTHY,
        Condition.Status.FALSE,
        abandoned ? Reasons.ROTATION_ABANDONED : Reasons.ROTATION_FAILED,
        message.formatted(trouble.reference().ref().key()),
        trouble.change().at(),
        resource.getMetadata().getGeneration());
  }
}
