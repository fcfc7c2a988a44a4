package dev.keyturn.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.Settings;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreconditionsTest {
  private static final String NAMESPACES =
      "/api/v1/namespaces?fieldSelector=metadata.name%3Dkeyturn";

  private final KubernetesMockServer server = new KubernetesMockServer(false);
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @ParameterizedTest
  @CsvSource({
    "keyturn.reconcilers, 0, 1",
    "keyturn.watch.max-objects, -1, 0",
    "keyturn.restart.max-rollouts, -1, 0"
  })
  void a_number_that_means_nothing(String setting, String value, String least) {
    assertThat(Preconditions.unusable(settings(Map.of(setting, value))))
        .hasValue("%s is %s: set it to %s or more".formatted(setting, value, least));
    assertThat(Preconditions.unusable(settings(Map.of(setting, least)))).isEmpty();
  }

  private static Settings settings(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withDefaultValues(values)
        .withMapping(Settings.class)
        .withConverter(Duration.class, 200, new DurationConverter())
        .build()
        .getConfigMapping(Settings.class);
  }

  @Test
  void a_namespace_that_is_not_there() {
    answer(NAMESPACES, 200, new NamespaceListBuilder().build());
    assertThat(Preconditions.lacking(client, "keyturn"))
        .hasValue("Namespace keyturn does not exist: create it, or set keyturn.namespace");
  }

  @Test
  void a_crd_that_is_not_there() {
    namespace();
    kind("externalsecrets", 200);
    kind("secretstores", 404);
    assertThat(Preconditions.lacking(client, "keyturn"))
        .hasValue("CRD secretstores.keyturn.dev is not in the cluster: apply crds/");
  }

  @Test
  void rights_that_are_not_there() {
    namespace();
    kind("externalsecrets", 403);
    assertThat(Preconditions.lacking(client, "keyturn"))
        .hasValue(
            "The operator may not list externalsecrets.keyturn.dev: give it the ClusterRole of the"
                + " chart");
  }

  @Test
  void all_is_there_and_what_fails_otherwise_is_tried_again_later() {
    namespace();
    kind("externalsecrets", 200);
    kind("secretstores", 200);
    kind("clustersecretstores", 400);
    assertThat(Preconditions.lacking(client, "keyturn")).isEmpty();
  }

  private void namespace() {
    answer(
        NAMESPACES,
        200,
        new NamespaceListBuilder()
            .withItems(
                new NamespaceBuilder().withNewMetadata().withName("keyturn").endMetadata().build())
            .build());
  }

  private void kind(String plural, int code) {
    answer(
        "/apis/keyturn.dev/v1/%s?limit=1".formatted(plural),
        code,
        code == 200
            ? "{\"apiVersion\": \"keyturn.dev/v1\", \"kind\": \"List\", \"items\": []}"
            : new StatusBuilder().withCode(code).build());
  }

  private void answer(String path, int code, Object body) {
    server.expect().get().withPath(path).andReturn(code, body).always();
  }
}
