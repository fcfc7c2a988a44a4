package dev.keyturn.restart;

import dev.keyturn.api.Annotations;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;

/** One way to write and look at workloads, so that one case runs on each kind. */
enum WorkloadAdapter {
  DEPLOYMENT("Deployment", "replicas: 2"),
  STATEFUL_SET("StatefulSet", "replicas: 2"),
  DAEMON_SET("DaemonSet", "revisionHistoryLimit: 5");

  private final String kind;
  private final String size;

  WorkloadAdapter(String kind, String size) {
    this.kind = kind;
    this.size = size;
  }

  String kind() {
    return kind;
  }

  /**
   * @param spec of its pods: YAML flow, such as {@code containers: [...]}
   * @param extra of its own spec, beginning with a comma, or empty
   */
  String manifest(String name, String spec, String annotations, String extra) {
    return """
        apiVersion: apps/v1
        kind: %s
        metadata: {name: %s, annotations: {%s}}
        spec: {%s, selector: {matchLabels: {app: %s}}%s, template: {metadata: {labels: {app: %s}}, spec: {%s}}}
        """
        .formatted(kind, name, annotations, size, name, extra, name, spec);
  }

  void apply(TestCluster cluster, String namespace, String manifest) {
    cluster.kubectlWithInput(manifest, "apply", "-n", namespace, "-f", "-");
  }

  void awaitRollout(TestCluster cluster, String namespace, String name) {
    cluster.kubectl("rollout", "status", kind + "/" + name, "-n", namespace, "--timeout=60s");
  }

  GenericKubernetesResource get(KubernetesClient client, String namespace, String name) {
    return client
        .genericKubernetesResources("apps/v1", kind)
        .inNamespace(namespace)
        .withName(name)
        .get();
  }

  long generation(KubernetesClient client, String namespace, String name) {
    return get(client, namespace, name).getMetadata().getGeneration();
  }

  Map<String, String> restartedFor(KubernetesClient client, String namespace, String name) {
    Object annotation =
        get(client, namespace, name)
            .get("spec", "template", "metadata", "annotations", Annotations.RESTARTED_FOR);
    return Optional.ofNullable((String) annotation).map(WorkloadAdapter::times).orElse(Map.of());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> times(String json) {
    return Serialization.unmarshal(json, Map.class);
  }
}
