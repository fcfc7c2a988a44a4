package dev.keyturn.cluster;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnStatusTest {
  private static final String PATH = "/apis/keyturn.dev/v1/namespaces/shop/externalsecrets/db";

  private static WireMockServer server;
  private static KubernetesClient client;

  private final OwnStatus<ExternalSecret, ExternalSecretStatus> statuses =
      new OwnStatus<>(client, "ours", ExternalSecret::new, ExternalSecret::statusOrEmpty);

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

  @BeforeEach
  void reset() {
    server.resetAll();
  }

  private static ExternalSecret resource(String uid, String version, String mark) {
    ExternalSecret resource = new ExternalSecret();
    resource.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("db")
            .withUid(uid)
            .withResourceVersion(version)
            .build());
    resource.setStatus(status(mark));
    return resource;
  }

  private static ExternalSecretStatus status(String mark) {
    return new ExternalSecretStatus(
        List.of(), null, null, null, null, List.of(), null, null, mark, null);
  }

  private static String json(String uid, String version, String mark) {
    return client.getKubernetesSerialization().asJson(resource(uid, version, mark));
  }

  private static void answers(int code, String body) {
    server.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withStatus(code)
                    .withHeader("Content-Type", "application/json")
                    .withBody(body)));
  }

  /** A list, since the chart does not allow us to get one. */
  private static void answersList(String uid) {
    server.stubFor(
        get(urlPathEqualTo(PATH.substring(0, PATH.lastIndexOf('/'))))
            .withQueryParam("fieldSelector", equalTo("metadata.name=db"))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        "{\"kind\":\"ExternalSecretList\",\"apiVersion\":\"keyturn.dev/v1\",\"items\":[%s]}"
                            .formatted(json(uid, "8", "theirs")))));
  }

  private String known(String version) {
    return String.valueOf(statuses.known(resource("uid", version, "told")).forceSync());
  }

  @Test
  void what_was_written_counts_until_the_watch_has_brought_it() {
    answers(200, json("uid", "100", "written"));
    statuses.write(resource("uid", "8", "told"), status("written"));
    assertThat(known("99")).as("numbers, not texts").isEqualTo("written");
    assertThat(known("100")).isEqualTo("told");
    assertThat(known("101")).isEqualTo("told");
  }

  @Test
  void another_object_of_that_name_is_another() {
    answers(200, json("uid", "100", "written"));
    statuses.write(resource("uid", "8", "told"), status("written"));
    assertThat(statuses.known(resource("other", "9", "told")).forceSync()).isEqualTo("told");
  }

  /** All of them have the one text, so that the test takes no memory. */
  @Test
  void what_is_remembered_takes_a_32nd_of_the_heap_at_most() {
    long most = Runtime.getRuntime().maxMemory() / 32;
    String large = "x".repeat(Math.toIntExact(most / 8));
    for (int i = 0; i < 30; i++) {
      statuses.remember(resource("uid-" + i, "100", large));
    }
    Eventually.holds(
        () ->
            assertThat(
                    IntStream.range(0, 30)
                        .filter(
                            i ->
                                large.equals(
                                    statuses.known(resource("uid-" + i, "8", "told")).forceSync())))
                .hasSizeLessThanOrEqualTo(8));
  }

  @Test
  void what_is_gone_is_forgotten() {
    answers(200, json("uid", "100", "written"));
    statuses.write(resource("uid", "8", "told"), status("written"));
    statuses.forget(resource("uid", "8", "told"));
    assertThat(known("99")).isEqualTo("told");
  }

  @Test
  void only_ours_is_written_and_only_to_that_object() {
    answers(200, json("uid", "100", "written"));
    statuses.write(resource("uid", "8", "told"), status("written"));
    server.verify(
        patchRequestedFor(urlPathEqualTo(PATH + "/status"))
            .withHeader("Content-Type", containing("application/apply-patch+yaml"))
            .withQueryParam("fieldManager", equalTo("ours"))
            .withQueryParam("force", equalTo("true"))
            .withRequestBody(matchingJsonPath("$.metadata.uid", equalTo("uid")))
            .withRequestBody(matchingJsonPath("$.status.forceSync", equalTo("written"))));
  }

  @Test
  void an_object_that_was_deleted_meanwhile_is_left() {
    answers(404, "{}");
    assertThatNoException()
        .isThrownBy(() -> statuses.write(resource("uid", "8", "told"), status("written")));
    assertThat(known("8")).isEqualTo("told");
  }

  @Test
  void so_is_one_whose_name_another_has_by_now() {
    answers(409, "{}");
    answersList("other");
    assertThatNoException()
        .isThrownBy(() -> statuses.write(resource("uid", "8", "told"), status("written")));
  }

  @Test
  void a_race_that_the_api_server_gave_up_is_tried_again_by_the_reconciler() {
    answers(409, "{}");
    answersList("uid");
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> statuses.write(resource("uid", "8", "told"), status("written")));
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 422, 429, 500, 503})
  void so_is_any_other_refusal(int code) {
    answers(code, "{}");
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> statuses.write(resource("uid", "8", "told"), status("written")));
  }
}
