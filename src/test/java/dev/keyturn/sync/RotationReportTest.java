package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.rotation.Following;
import dev.keyturn.rotation.RotationEvents;
import dev.keyturn.rotation.RotationHealth;
import dev.keyturn.rotation.SecretEvent;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Sight;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The condition RotationHealthy, when events told that … */
class RotationReportTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Reference DB = FakeSource.reference("eu", "db");
  private static final Reference API = FakeSource.reference("eu", "api");

  private final VirtualTime time = new VirtualTime();
  private final SecretCache cache =
      new SecretCache(
          new FakeSource(),
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(new SimpleMeterRegistry()));
  private final Watchlist watchlist = new Watchlist(cache, dependant -> {});
  private final RotationHealth health = new RotationHealth();
  private final RotationReport report = new RotationReport(watchlist, health);
  private final ExternalSecret resource = new ExternalSecret();

  @BeforeEach
  void follow() {
    resource.getMetadata().setNamespace("shop");
    resource.getMetadata().setName("app");
    resource.getMetadata().setUid("u1");
    resource.getMetadata().setGeneration(3L);
    Map<Followed, Following> followed = new HashMap<>();
    for (Reference reference : List.of(DB, API)) {
      followed.put(reference, new Following(Optional.empty(), new Sight("some")));
    }
    watchlist.follow(Dependants.of(resource), followed);
  }

  private void hear(Reference reference, SecretEvent.Kind kind, int second) {
    RotationEvents.tell(health, reference, kind, NOON.plusSeconds(second));
  }

  private Optional<Condition> condition() {
    return report.condition(resource, ExternalSecretStatus.EMPTY);
  }

  @Test
  void nothingIsAbsent() {
    assertThat(condition()).isEmpty();
  }

  @Test
  void aRotationFailedSaysWhichSecretAndWhatToDo() {
    hear(DB, SecretEvent.Kind.ROTATION_FAILED, 1);
    Condition condition = condition().orElseThrow();
    assertThat(condition.status()).isEqualTo(Condition.Status.FALSE);
    assertThat(condition.reason()).isEqualTo("RotationFailed");
    assertThat(condition.message()).contains("secret db", "log of its rotation function");
    assertThat(condition.lastTransitionTime()).isEqualTo(NOON.plusSeconds(1));
    assertThat(condition.observedGeneration()).isEqualTo(3);
  }

  @Test
  void aRotationWasAbandonedSaysSo() {
    hear(API, SecretEvent.Kind.ROTATION_ABANDONED, 1);
    assertThat(condition().orElseThrow().reason()).isEqualTo("RotationAbandoned");
  }

  @Test
  void theNextRotationBeganIsAbsentAgain() {
    hear(DB, SecretEvent.Kind.ROTATION_FAILED, 1);
    hear(DB, SecretEvent.Kind.ROTATION_STARTED, 2);
    assertThat(condition()).isEmpty();
  }

  @Test
  void twoSecretsFailedNamesTheLater() {
    hear(API, SecretEvent.Kind.ROTATION_FAILED, 2);
    hear(DB, SecretEvent.Kind.ROTATION_FAILED, 1);
    assertThat(condition().orElseThrow().message()).contains("secret api");
  }

  @Test
  void oneFailedAndAnotherSucceededNamesTheFailed() {
    hear(DB, SecretEvent.Kind.ROTATION_FAILED, 1);
    hear(API, SecretEvent.Kind.ROTATION_SUCCEEDED, 2);
    assertThat(condition().orElseThrow().message()).contains("secret db");
  }

  @Test
  void nothingSinceTheOperatorStartedKeepsWhatWasSaidBefore() {
    Condition earlier = earlier(3);
    assertThat(report.condition(resource, status(earlier))).contains(earlier);
  }

  @Test
  void nothingSinceTheSpecChangedForgetsWhatWasSaidBefore() {
    assertThat(report.condition(resource, status(earlier(2)))).isEmpty();
  }

  @Test
  void aRotationSucceededSinceTheOperatorStartedEndsIt() {
    hear(DB, SecretEvent.Kind.ROTATION_SUCCEEDED, 1);
    assertThat(report.condition(resource, status(earlier(3)))).isEmpty();
  }

  private static Condition earlier(long generation) {
    return new Condition(
        ConditionTypes.ROTATION_HEALTHY,
        Condition.Status.FALSE,
        "RotationFailed",
        "it failed",
        NOON,
        generation);
  }

  private static ExternalSecretStatus status(Condition condition) {
    return new ExternalSecretStatus(
        List.of(condition), null, null, null, null, List.of(), null, null, null, null);
  }
}
