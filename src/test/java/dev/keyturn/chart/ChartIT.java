package dev.keyturn.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.testbed.Chart;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import org.junit.jupiter.api.Test;

@RealCluster
class ChartIT {

  @Test
  void helm_has_nothing_to_object() {
    assertThat(Chart.lint()).contains("0 chart(s) failed");
  }

  @Test
  void every_value_that_is_set_reaches_the_manifests() {
    assertThat(
            Chart.render(
                "elsewhere",
                "fullnameOverride=kt",
                "image.repository=example/kt",
                "image.digest=sha256:" + "0".repeat(64),
                "serviceAccount.annotations.role=arn",
                "controllerClass=team-a",
                "stores.allowOperatorIdentity=true",
                "events.queueUrls={https://sqs.example/1,https://sqs.example/2}",
                "restart.defaultPolicy=OptIn",
                "restart.maxRollouts=17",
                "nodeSelector.disk=ssd",
                "extraEnv[0].name=AWS_REGION"))
        .contains(
            "name: elsewhere.kt",
            "system:serviceaccount:elsewhere:kt",
            "image: example/kt@sha256:0000",
            "role: arn",
            "value: \"team-a\"",
            "value: \"https://sqs.example/1,https://sqs.example/2\"",
            "value: \"OptIn\"",
            "value: \"17\"",
            "disk: ssd",
            "name: AWS_REGION");
  }

  @Test
  void a_value_that_is_misspelt_is_refused() {
    assertThatThrownBy(() -> Chart.render("x", "stores.allowOperatorIdentitiy=true"))
        .hasMessageContaining("allowOperatorIdentitiy");
    assertThatThrownBy(() -> Chart.render("x", "restart.defaultPolicy=Always"))
        .hasMessageContaining("defaultPolicy");
  }

  @Test
  void one_replica_has_no_disruption_budget_that_would_hold_up_a_drain() {
    assertThat(Chart.render("x", "replicaCount=1")).doesNotContain("PodDisruptionBudget");
  }

  @Test
  void the_api_server_takes_all_of_it_as_strictly_as_it_can(
      TestCluster cluster, Namespace namespace) {
    assertThat(
            cluster.kubectlWithInput(
                Chart.render(namespace.getMetadata().getName()),
                "apply",
                "--server-side",
                "--force-conflicts",
                "--dry-run=server",
                "--validate=strict",
                "-f",
                "-"))
        .contains("deployment.apps/keyturn", "poddisruptionbudget.policy/keyturn");
  }

  /**
   * The nodes are pretended, so the image need not exist; Pod Security's strictest level is real.
   */
  @Test
  void two_replicas_come_up_in_a_namespace_that_allows_only_restricted_pods(
      TestCluster cluster, Namespace namespace) {
    var name = namespace.getMetadata().getName();
    cluster.kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted");
    Chart.install(cluster, name);
    cluster.kubectl("rollout", "status", "deployment/keyturn", "-n", name, "--timeout=180s");
    assertThat(
            cluster.kubectl(
                "get", "pdb", "keyturn", "-n", name, "-o", "jsonpath={.status.desiredHealthy}"))
        .isEqualTo("1");
    cluster.kubectlWithInput(Chart.render(name), "delete", "-f", "-", "-l", "helm.sh/chart");
  }
}
