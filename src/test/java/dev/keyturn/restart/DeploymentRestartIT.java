package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.api.Annotations;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@RealCluster
class DeploymentRestartIT {
  private static RestartBed bed;

  @BeforeAll
  static void start(KubernetesClient client) {
    bed = RestartBed.start(client, Clock.systemUTC());
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @Test
  void a_change_restarts_once_and_the_status_is_short_again(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    cluster.kubectlWithInput(
        Manifests.externalSecret("db", "db", ""), "apply", "-n", ns, "-f", "-");
    cluster.kubectlWithInput(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers: [{name: web, image: example/web, %s}]
        """
            .formatted(Manifests.environment("db", "password")),
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    cluster.kubectl("rollout", "status", "deployment/web", "-n", ns, "--timeout=30s");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        client
                            .apps()
                            .deployments()
                            .inNamespace(ns)
                            .withName("web")
                            .get()
                            .getSpec()
                            .getTemplate()
                            .getMetadata()
                            .getAnnotations())
                    .containsEntry(Annotations.RESTARTED_FOR, "{\"db\":\"" + at + "\"}"));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        cluster.kubectl("get", "kes", "db", "-n", ns, "-o", "jsonpath={.status}"))
                    .doesNotContain("Restarting"));
  }
}
