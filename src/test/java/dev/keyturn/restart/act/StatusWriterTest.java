package dev.keyturn.restart.act;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.keyturn.restart.decide.Scene.CHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.Scene;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
  private final WireMockServer server =
      new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
  private KubernetesClient client;
  private StatusWriter writer;

  @BeforeEach
  void start() {
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder().withMasterUrl("http://127.0.0.1:" + server.port()).build())
            .build();
    writer =
        new StatusWriter(
            new OwnStatus<>(client, "ours", ExternalSecret::new, ExternalSecret::statusOrEmpty));
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop();
  }

  private static ExternalSecret resource(String version, Optional<Outcome> told) {
    ExternalSecret resource = new ExternalSecret();
    resource.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("db")
            .withUid("uid")
            .withGeneration(1L)
            .withResourceVersion(version)
            .build());
    resource.setStatus(
        new ExternalSecretStatus(
            told.flatMap(it -> it.condition(CHANGED, 1, Optional.empty()))
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
            told.flatMap(Outcome::status).orElse(null)));
    return resource;
  }

  /** Of so many stale pods. */
  private static Outcome rollingOut(int stale) {
    return outcome(new Scene().stale(stale), new Decision.RollingOut(CHANGED));
  }

  private static Outcome outcome(Scene scene, Decision decision) {
    return Outcome.of(
        "db",
        List.of(new Decision.Judged(scene.snapshot(), decision)),
        CHANGED,
        Optional.empty(),
        Optional.empty());
  }

  /** The API server answers with what it was given, as long as the version differs each time. */
  private StatusWriter.Told write(Outcome outcome, int second) {
    String answer =
        client.getKubernetesSerialization().asJson(resource("1" + second, Optional.of(outcome)));
    server.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse().withHeader("Content-Type", "application/json").withBody(answer)));
    return writer.write(resource("1", Optional.empty()), outcome, CHANGED.plusSeconds(second));
  }

  private int writes() {
    return server.findAll(anyRequestedFor(anyUrl())).size();
  }

  @Test
  void how_many_are_still_stale_is_told_each_ten_seconds() {
    assertThat(write(rollingOut(500), 0).written()).isTrue();
    Instant next = CHANGED.plusSeconds(10);
    for (int second = 1; second < 10; second++) {
      assertThat(write(rollingOut(500 - second), second))
          .isEqualTo(new StatusWriter.Told(false, Optional.of(next)));
    }
    assertThat(writes()).isOne();
    assertThat(write(rollingOut(490), 10).written()).isTrue();
    assertThat(writes()).isEqualTo(2);
  }

  @Test
  void a_deadline_that_each_pod_puts_off_is_told_each_ten_seconds() {
    for (int second = 0; second < 10; second++) {
      Instant deadline = CHANGED.plusSeconds(600 + second);
      write(
          outcome(
              new Scene().stale(500),
              new Decision.Wait(
                  Reason.ROLLING_OUT, Optional.of(deadline), "goes on at " + deadline)),
          second);
    }
    assertThat(writes()).isOne();
  }

  @Test
  void anything_else_is_told_at_once_and_nothing_twice() {
    assertThat(write(rollingOut(2), 0).written()).isTrue();
    assertThat(write(rollingOut(2), 1)).isEqualTo(new StatusWriter.Told(false, Optional.empty()));
    assertThat(write(outcome(new Scene().stale(2), new Decision.Failed("it fails")), 2).written())
        .isTrue();
    assertThat(writes()).isEqualTo(2);
  }
}
