package dev.keyturn.restart.act;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.restart.act.Restarter.Result;
import dev.keyturn.restart.decide.Rollout;
import dev.keyturn.restart.decide.Scene;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a patch that the API server does not take. */
class RefusedPatchTest {
  private static WireMockServer server;
  private static KubernetesClient client;

  @BeforeAll
  static void start() {
    server = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.port())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .withHttpClientFactory(new OkHttpClientFactory())
            .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.stop();
  }

  private static Result restart() {
    return restart(new Scene().snapshot());
  }

  private static Result restart(Snapshot snapshot) {
    return new Restarter(
            new TemplatePatcher(client), Clock.fixed(Scene.CHANGED.plusSeconds(9), ZoneOffset.UTC))
        .restart(snapshot);
  }

  private static void answers(int code, String reason, String causes) {
    answers(code, reason, causes, "words of the server");
  }

  private static void answers(int code, String reason, String causes, String words) {
    server.resetAll();
    server.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withStatus(code)
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        """
                        {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d,
                         "reason": "%s", "message": "%s",
                         "details": {"causes": [%s]}}
                        """
                            .formatted(code, reason, words, causes))));
  }

  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource({
    "404, NotFound, Overtaken",
    "409, Conflict, Overtaken",
    "429, TooManyRequests, NotNow",
    "502, BadGateway, NotNow",
    "503, ServiceUnavailable, NotNow",
    "504, Timeout, NotNow",
    "403, Forbidden, Refused",
    "422, Invalid, Refused",
    "500, InternalError, Refused"
  })
  void answers_mean(int code, String reason, String expected) {
    answers(code, reason, "");
    assertThat(restart().getClass().getSimpleName()).isEqualTo(expected);
    server.verify(
        patchRequestedFor(urlPathEqualTo("/apis/apps/v1/namespaces/shop/deployments/web")));
  }

  static Stream<String> ofOurPolicy() throws IOException {
    return Files.readAllLines(Path.of("helm/keyturn/templates/admissionpolicy.yaml")).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("message: "))
        .map(line -> line.substring("message: ".length()));
  }

  @ParameterizedTest
  @MethodSource("ofOurPolicy")
  void our_own_policy_refuses_us_for_what_somebody_else_added(String message) {
    answers(403, "Forbidden", "", denied(message));
    assertThat(restart())
        .isInstanceOfSatisfying(
            Result.Refused.class,
            it ->
                assertThat(it.message().contains("a mutating webhook or policy changed more"))
                    .isEqualTo(!message.contains("neither creates")));
  }

  @Test
  void another_policy_refuses_us_for_reasons_of_its_own() {
    answers(403, "Forbidden", "", denied("not today"));
    assertThat(restart()).isEqualTo(new Result.Refused("HTTP 403: " + denied("not today")));
  }

  private static String denied(String message) {
    return "deployments.apps 'web' is forbidden: ValidatingAdmissionPolicy 'keyturn-keyturn' with"
        + " binding 'keyturn-keyturn' denied request: "
        + message;
  }

  @Test
  void a_conflict_over_our_annotations_names_the_other_manager() {
    answers(
        409,
        "Conflict",
        """
        {"reason": "FieldManagerConflict", "message": "conflict with \\"flux\\"",
         "field": ".spec.template.metadata.annotations.keyturn.dev/restarted-for"}
        """);
    assertThat(restart())
        .isEqualTo(
            new Result.Refused(
                "conflict with \"flux\" on"
                    + " .spec.template.metadata.annotations.keyturn.dev/restarted-for: remove our"
                    + " annotations from the manifest"));
  }

  @Test
  void who_owns_an_empty_map_of_annotations_keeps_it_and_does_not_hold_us_up() {
    answers(
        409,
        "Conflict",
        """
        {"reason": "FieldManagerConflict", "message": "conflict with \\"flux\\"",
         "field": ".spec.template.metadata.annotations"}
        """);
    assertThat(restart()).isInstanceOf(Result.Refused.class);
    server.verify(1, patchRequestedFor(anyUrl()).withQueryParam("force", equalTo("false")));
    server.verify(1, patchRequestedFor(anyUrl()).withQueryParam("force", equalTo("true")));
  }

  @Test
  void who_restarted_a_rollout_by_hand_once_is_no_obstacle_ever_after() {
    answers(
        409,
        "Conflict",
        """
        {"reason": "FieldManagerConflict", "message": "conflict with \\"kubectl-argo-rollouts\\"",
         "field": ".spec.restartAt"},
        {"reason": "FieldManagerConflict", "message": "conflict with \\"flux\\"",
         "field": ".metadata.annotations"}
        """);
    knowsRollouts();
    assertThat(restart(rollout(Optional.of(Scene.CHANGED.minusSeconds(60)))))
        .isInstanceOf(Result.Refused.class);
    server.verify(1, rolloutPatched("false", "2026-11-24T12:00:05Z"));
    server.verify(1, rolloutPatched("true", "2026-11-24T12:00:05Z"));
  }

  @Test
  void a_restart_that_somebody_wants_later_stays_as_late() {
    answers(
        409,
        "Conflict",
        """
        {"reason": "FieldManagerConflict", "message": "conflict", "field": ".spec.restartAt"}
        """);
    knowsRollouts();
    assertThat(restart(rollout(Optional.of(Scene.CHANGED.plusSeconds(60)))))
        .isInstanceOf(Result.Refused.class);
    server.verify(1, rolloutPatched("true", "2026-11-24T12:01:00Z"));
  }

  @Test
  void who_owns_more_of_a_rollout_than_its_restart_holds_us_up() {
    answers(
        409,
        "Conflict",
        """
        {"reason": "FieldManagerConflict", "message": "conflict", "field": ".spec.restartAt"},
        {"reason": "FieldManagerConflict", "message": "conflict",
         "field": ".metadata.annotations.keyturn.dev/restarted-for"}
        """);
    knowsRollouts();
    assertThat(restart(rollout(Optional.empty()))).isInstanceOf(Result.Refused.class);
    server.verify(1, patchRequestedFor(anyUrl()));
  }

  /** By which the client learns where Rollouts are. */
  private static void knowsRollouts() {
    server.stubFor(
        get(urlPathEqualTo("/apis/argoproj.io/v1alpha1"))
            .willReturn(
                okJson(
                    """
                    {"kind": "APIResourceList", "groupVersion": "argoproj.io/v1alpha1",
                     "resources": [{"name": "rollouts", "kind": "Rollout", "namespaced": true}]}
                    """)));
  }

  private static RequestPatternBuilder rolloutPatched(String force, String restartAt) {
    return patchRequestedFor(
            urlPathEqualTo("/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web"))
        .withQueryParam("force", equalTo(force))
        .withRequestBody(matchingJsonPath("$.spec.restartAt", equalTo(restartAt)));
  }

  private static Snapshot rollout(Optional<Instant> restartAt) {
    Snapshot web = new Scene().snapshot();
    Subject it = web.subject();
    Subject subject =
        new Subject(
            "Rollout",
            it.namespace(),
            it.name(),
            it.uid(),
            it.resourceVersion(),
            it.createdAt(),
            it.consent(),
            it.wave(),
            it.marks(),
            it.references(),
            it.selector());
    return Snapshot.of(
        new Rollout(
            subject,
            Optional.empty(),
            new Workload.Counts(true, 2, 2, 2, 2),
            false,
            new Workload.Limit(25, true),
            false,
            true,
            restartAt,
            Optional.empty()),
        web.changes(),
        web.policies(),
        false,
        false,
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void no_answer_at_all_is_tried_again_soon() {
    server.resetAll();
    server.stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    assertThat(restart()).isInstanceOf(Result.NotNow.class);
  }
}
