package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealNode;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One Deployment in a namespace, {@code web}, whose containers really read the Secret {@code db}.
 */
record OnNode(TestCluster cluster, KubernetesClient client, String ns) {
  static final WorkloadAdapter KIND = WorkloadAdapter.DEPLOYMENT;

  static String container(String says, String reads) {
    return "terminationGracePeriodSeconds: 1, containers: [{name: c, image: "
        + RealNode.BUSYBOX
        + ", args: [-c, \"trap 'exit 1' TERM; "
        + says
        + "; while busybox sleep 0.2; do :; done\"]"
        + (reads.isEmpty() ? "" : ", " + reads)
        + "}]";
  }

  static String fromEnvironment(boolean optional) {
    return container(
        "echo $P",
        "env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password, optional: %s}}}]"
            .formatted(optional));
  }

  void secret(String value) {
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: db}
        stringData: {password: %s}
        """
            .formatted(value),
        "apply",
        "--server-side",
        "-n",
        ns,
        "-f",
        "-");
  }

  /** As the sync reconciler finds it: the API server's time of the write. */
  Instant writtenAt() {
    return client
        .secrets()
        .inNamespace(ns)
        .withName("db")
        .get()
        .getMetadata()
        .getManagedFields()
        .stream()
        .map(ManagedFieldsEntry::getTime)
        .map(Instant::parse)
        .max(Instant::compareTo)
        .orElseThrow();
  }

  void externalSecret() {
    cluster.kubectlWithInput(
        Manifests.externalSecret("db", "db", ""), "apply", "-n", ns, "-f", "-");
  }

  void deploy(String spec) {
    deploy(spec, "");
  }

  void deploy(String spec, String extra) {
    KIND.apply(
        cluster, ns, KIND.manifest("web", spec, "", extra).replace("replicas: 2", "replicas: 1"));
  }

  void written() {
    RestartBed.record(client, ns, "db", Map.of());
  }

  /** All that the pods of the workload said, the newest pod's words only. */
  void untilThePodsSay(String words) {
    Eventually.holds(
        () -> {
          List<Pod> pods = pods();
          assertThat(pods).hasSize(1);
          assertThat(
                  cluster
                      .kubectl("logs", pods.getFirst().getMetadata().getName(), "-c", "c", "-n", ns)
                      .trim())
              .isEqualTo(words);
        });
  }

  List<Pod> pods() {
    return client.pods().inNamespace(ns).withLabel("app", "web").list().getItems().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  void untilIdle() {
    Eventually.holds(
        () ->
            assertThat(
                    client
                        .resources(ExternalSecret.class)
                        .inNamespace(ns)
                        .withName("db")
                        .get()
                        .statusOrEmpty()
                        .restart())
                .isNull());
  }

  ContainerStatus status() {
    return pods().getFirst().getStatus().getContainerStatuses().getFirst();
  }
}
