package dev.keyturn.cluster;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.cluster.SecretApplier.Applied;
import dev.keyturn.ops.EventPublisher;
import dev.keyturn.source.CredentialException;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What comes back for a write, from a proxy, a webhook, or an API server on a bad day. Each writer
 * says so in the one way that its caller tells people about: anything else would be tried again in
 * silence.
 */
class BadAnswersTest {
  private static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);

  private static final CredentialSubject.WebIdentity WEB =
      new CredentialSubject.WebIdentity("shop", "reader", "u", List.of("sts"), "arn", "s");

  private static WireMockServer server;
  private static KubernetesClient client;

  /** Nobody changes a response. */
  @SuppressWarnings("ImmutableEnumChecker")
  enum Answer {
    CUT_OFF(json(200, "{\"kind\": \"Secret\", \"metadata\": {\"name\": \"d")),
    HTML(aResponse().withHeader("Content-Type", "text/html").withBody("<html>Busy</html>")),
    HTML_502(aResponse().withStatus(502).withBody("<html>Bad Gateway</html>")),
    NOTHING(json(200, "")),
    NULL(json(200, "null")),
    A_LIST(json(200, "[]")),
    ANOTHER_KIND(
        json(200, "{\"apiVersion\": \"v1\", \"kind\": \"Status\", \"status\": \"Failure\"}")),
    NO_KIND(json(200, "{}")),
    NO_METADATA(json(200, "{\"apiVersion\": \"v1\", \"kind\": \"Secret\"}")),
    BROKEN_DATA(
        json(
            200,
            """
            {"apiVersion": "v1", "kind": "Secret", "data": {"a": "no base64"},
             "metadata": {"name": "db", "namespace": "shop", "uid": "u", "resourceVersion": "9",
                          "managedFields": [{"operation": "Apply"}]}}
            """)),
    TOO_MANY(json(429, "").withHeader("Retry-After", "1")),
    HANGS_UP(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK));

    private final ResponseDefinitionBuilder response;

    Answer(ResponseDefinitionBuilder response) {
      this.response = response;
    }
  }

  private static ResponseDefinitionBuilder json(int code, String body) {
    return aResponse()
        .withStatus(code)
        .withHeader("Content-Type", "application/json")
        .withBody(body);
  }

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
            .withKubernetesSerialization(
                TotalReading.serialization(new UnreadableObjects(new SimpleMeterRegistry())))
            .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.stop();
  }

  private static void answers(Answer answer) {
    server.resetAll();
    server.stubFor(any(anyUrl()).willReturn(answer.response));
  }

  private static Secret secret() {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("db")
        .withUid("u")
        .withResourceVersion("7")
        .endMetadata()
        .withData(Map.of("a", "YQ=="))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void a_secret_is_not_written(Answer answer) {
    answers(answer);
    SecretApplier applier = new SecretApplier(client);
    assertThat(
            List.of(
                applier.apply(secret(), "u"),
                applier.tryOut(secret()),
                applier.removeKeys(SecretView.of(secret(), HASH), List.of("a"), "u"),
                applier.disown(secret(), "u")))
        .allSatisfy(it -> assertThat(it).isInstanceOf(Applied.Refused.class));
  }

  /** The client has a code of its own for that, which is none of HTTP. */
  @Test
  void an_api_server_that_hangs_up_is_out_of_reach() {
    server.resetAll();
    server.stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
    assertThat(new SecretApplier(client).apply(secret(), "u"))
        .isEqualTo(new Applied.Refused(0, "it cannot be reached"));
    assertThat(catchThrowable(() -> new ServiceAccountTokens(client).mint(WEB)))
        .hasMessageContaining("(no answer)");
  }

  @ParameterizedTest
  @EnumSource
  void a_status_is_not_written(Answer answer) {
    answers(answer);
    ExternalSecret resource = new ExternalSecret();
    resource.setMetadata(secret().getMetadata());
    OwnStatus<ExternalSecret, ExternalSecretStatus> statuses =
        new OwnStatus<>(client, "ours", ExternalSecret::new, ExternalSecret::statusOrEmpty);
    onlyTheClientsException(() -> statuses.write(resource, ExternalSecretStatus.EMPTY));
  }

  @ParameterizedTest
  @EnumSource
  void a_workload_is_not_restarted(Answer answer) {
    answers(answer);
    TemplatePatcher patcher = new TemplatePatcher(client);
    TemplatePatcher.Target target =
        new TemplatePatcher.Target("Deployment", "shop", "web", "u", "7");
    onlyTheClientsException(() -> patcher.annotate(target, Map.of("a", "b")));
    onlyTheClientsException(() -> patcher.restartRollout(target, Map.of("a", "b"), Instant.EPOCH));
  }

  @ParameterizedTest
  @EnumSource
  void an_event_is_lost(Answer answer) {
    answers(answer);
    new EventPublisher(client, Clock.systemUTC(), "keyturn").warning(secret(), "Because", "so");
  }

  @ParameterizedTest
  @EnumSource
  void a_token_is_not_given(Answer answer) {
    answers(answer);
    assertThat(catchThrowable(() -> new ServiceAccountTokens(client).mint(WEB)))
        .isInstanceOf(CredentialException.class);
  }

  private static void onlyTheClientsException(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable write) {
    Throwable thrown = catchThrowable(write);
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(KubernetesClientException.class);
    }
  }
}
