package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.ops.Settings.Restart.DefaultPolicy;
import dev.keyturn.restart.act.Acting;
import dev.keyturn.restart.act.Outcome;
import dev.keyturn.restart.decide.RestartPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
}
