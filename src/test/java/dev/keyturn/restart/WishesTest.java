package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.ops.Settings.Restart.DefaultPolicy;
import dev.keyturn.restart.act.Acting;
import dev.keyturn.restart.act.Outcome;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.RestartPolicy;
import dev.keyturn.restart.decide.Scene;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WishesTest {
  private static ExternalSecret wishing(String mark) {
    ExternalSecret resource =
        Serialization.unmarshal(
            "metadata: {namespace: shop, name: db}\nspec: {}\n", ExternalSecret.class);
    resource
        .getMetadata()
        .setAnnotations(
            Map.of("keyturn.dev/restart-now", mark, "keyturn.dev/restart-resume", mark));
    return resource;
  }

  private static RestartPolicy policy(ExternalSecret resource) {
    return RestartPolicy.of(resource, DefaultPolicy.Auto);
  }

  /** It stands in the status, and in memory with it. */
  @Test
  void a_mark_of_any_length_is_obeyed_once_and_remembered_briefly() {
    String mark = "x".repeat(200_000);
    ExternalSecret resource = wishing(mark + "1");
    assertThat(policy(resource).restartNow()).isTrue();
    assertThat(policy(resource).resume()).isTrue();
    Outcome outcome = Wishes.outcome(resource, new Acting.Round(List.of(), false), Instant.EPOCH);
    String now = outcome.restartedNow().orElseThrow();
    String resumed = outcome.resumed().orElseThrow();
    assertThat(now).hasSizeLessThan(120);
    assertThat(resumed).hasSizeLessThan(120);

    RestartStatus obeyed =
        new RestartStatus(RestartStatus.State.IDLE, null, null, List.of(), List.of(), now, resumed);
    ExternalSecretStatus status =
        new ExternalSecretStatus(
            List.of(), null, null, null, null, List.of(), null, null, null, obeyed);
    resource.setStatus(status);
    assertThat(policy(resource).restartNow()).isFalse();
    assertThat(policy(resource).resume()).isFalse();

    ExternalSecret again = wishing(mark + "2");
    again.setStatus(status);
    assertThat(policy(again).restartNow()).isTrue();
    assertThat(policy(again).resume()).isTrue();
  }

  /** An attempt that a neighbour's write overtook restarts nobody. */
  @Test
  void it_is_used_up_when_nothing_has_to_be_tried_again() {
    ExternalSecret resource = wishing("now");
    assertThat(restartedNow(resource, new Acting.Round(List.of(), true))).isEmpty();
    for (Decision left :
        List.of(
            new Decision.Restart(),
            new Decision.Report(Reason.REFUSED, ""),
            new Decision.Wait(Reason.OUTSIDE_WINDOW, Optional.empty(), ""))) {
      assertThat(restartedNow(resource, round(left))).as(left.toString()).isEmpty();
    }
    assertThat(restartedNow(resource, round(new Decision.RollingOut(Instant.EPOCH))))
        .contains("now");
  }

  private static Optional<String> restartedNow(ExternalSecret resource, Acting.Round round) {
    return Wishes.outcome(resource, round, Instant.EPOCH).restartedNow();
  }

  private static Acting.Round round(Decision decision) {
    return new Acting.Round(List.of(new Decision.Judged(new Scene().snapshot(), decision)), false);
  }
}
