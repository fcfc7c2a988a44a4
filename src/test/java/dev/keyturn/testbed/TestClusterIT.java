package dev.keyturn.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import org.junit.jupiter.api.Test;

@RealCluster
class TestClusterIT {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 3
        selector: {matchLabels: {app: web}}
        template:
          metadata:
            labels: {app: web}
            annotations: {%s}
          spec:
            containers: [{name: web, image: example/web}]
      """;

  @Test
  void aDeploymentBecomesAvailableAndRolls(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    var name = namespace.getMetadata().getName();
    cluster.kubectlWithInput(DEPLOYMENT.formatted(""), "apply", "-n", name, "-f", "-");
    cluster.kubectl("rollout", "status", "deployment/web", "-n", name, "--timeout=180s");
    assertThat(client.pods().inNamespace(name).list().getItems())
        .hasSize(3)
        .allSatisfy(TestClusterIT::isRunning);

    cluster.kubectlWithInput(DEPLOYMENT.formatted("round: second"), "apply", "-n", name, "-f", "-");
    cluster.kubectl("rollout", "status", "deployment/web", "-n", name, "--timeout=180s");
    Eventually.holds(
        () ->
            assertThat(client.pods().inNamespace(name).list().getItems())
                .hasSize(3)
                .allSatisfy(
                    pod ->
                        assertThat(pod.getMetadata().getAnnotations())
                            .containsEntry("round", "second")));
  }

  private static void isRunning(Pod pod) {
    assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
    assertThat(pod.getStatus().getContainerStatuses())
        .singleElement()
        .satisfies(
            container -> {
              assertThat(container.getReady()).isTrue();
              assertThat(container.getState().getRunning().getStartedAt()).isNotNull();
            });
    assertThat(pod.getStatus().getConditions())
        .extracting("type", "status")
        .contains(tuple("PodScheduled", "True"))
        .contains(tuple("Ready", "True"));
  }

  @Test
  void aPodCanBeToldNeverToBecomeReady(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    var name = namespace.getMetadata().getName();
    cluster.kubectlWithInput(
        DEPLOYMENT.formatted("testbed/never-ready: 'yes'"), "apply", "-n", name, "-f", "-");
    Eventually.holds(
        () ->
            assertThat(client.pods().inNamespace(name).withLabel("app", "web").list().getItems())
                .anySatisfy(pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Running")));
    assertThatThrownBy(
            () ->
                cluster.kubectl("rollout", "status", "deployment/web", "-n", name, "--timeout=2s"))
        .hasMessageContaining("timed out");
  }

  @Test
  void kubectlReadsTheServersVersion(TestCluster cluster) {
    assertThat(cluster.kubectl("version")).contains("Server Version: v1.34.4");
  }

  @Test
  void serverSideApplyKnowsWhoOwnsAField(KubernetesClient client, Namespace namespace) {
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName("apply")
            .withNamespace(namespace.getMetadata().getName())
            .endMetadata()
            .addToStringData("key", "first");
    client.resource(secret.build()).patch(applyAs("one"));
    var second = client.resource(secret.addToStringData("key", "second").build());
    assertThatThrownBy(() -> second.patch(applyAs("two")))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
  }

  private static PatchContext applyAs(String manager) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(manager)
        .build();
  }

  @Test
  void tokensForAwsAreIssuedAndTheirKeysServed(
      TestCluster cluster, KubernetesClient client, Namespace namespace) throws IOException {
    var name = namespace.getMetadata().getName();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("app")
                .withNamespace(name)
                .endMetadata()
                .build())
        .create();
    var request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences("sts.amazonaws.com")
            .withExpirationSeconds(600L)
            .endSpec()
            .build();
    var token =
        client
            .serviceAccounts()
            .inNamespace(name)
            .withName("app")
            .tokenRequest(request)
            .getStatus()
            .getToken();
    var parts = token.split("\\.", -1);
    var claims = new ObjectMapper().readTree(decode(parts[1]));
    assertThat(claims.path("aud").path(0).asText()).isEqualTo("sts.amazonaws.com");
    assertThat(claims.path("sub").asText())
        .isEqualTo("system:serviceaccount:%s:app".formatted(name));

    var key = new ObjectMapper().readTree(decode(parts[0])).path("kid").asText();
    assertThat(cluster.kubectl("get", "--raw", "/openid/v1/jwks")).contains(key);
  }

  private static String decode(String part) {
    return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
  }

  @Test
  void aServiceAccountMayNothingUntilAllowed(TestCluster cluster, Namespace namespace) {
    var name = namespace.getMetadata().getName();
    try (var client = cluster.clientOf(name, "default")) {
      var secrets = client.secrets().inNamespace(name);
      assertThatThrownBy(secrets::list)
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    }
  }

  @Test
  void writesAreAudited(TestCluster cluster, KubernetesClient client, Namespace namespace) {
    var name = namespace.getMetadata().getName();
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("audited")
                .withNamespace(name)
                .endMetadata()
                .addToStringData("key", "never-in-the-log")
                .build())
        .create();
    Eventually.holds(
        () ->
            assertThat(Files.readString(cluster.auditLog()))
                .contains("\"resource\":\"secrets\",\"namespace\":\"" + name)
                .doesNotContain(
                    "never-in-the-log",
                    Base64.getEncoder()
                        .encodeToString("never-in-the-log".getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aDumpHasTheObjectsButNoSecretValues(
      TestCluster cluster, KubernetesClient client, Namespace namespace) throws IOException {
    var name = namespace.getMetadata().getName();
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: dumped}
        stringData: {password: do-not-show}
        """,
        "apply",
        "-n",
        name,
        "-f",
        "-");
    NamespaceDump.write(cluster, name, "TestClusterIT.dump");
    var dump =
        Files.readString(Launcher.projectRoot().resolve("target/dumps/TestClusterIT.dump.json"));
    assertThat(dump)
        .contains("\"dumped\"", "\"password\" : \"<16 characters>\"")
        .doesNotContain(
            "do-not-show",
            Base64.getEncoder().encodeToString("do-not-show".getBytes(StandardCharsets.UTF_8)));
  }
}
