package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Annotations;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One way to write and look at workloads, so that one case runs on each kind. */
enum WorkloadAdapter {
  DEPLOYMENT("apps/v1", "Deployment", "replicas: 2"),
  STATEFUL_SET("apps/v1", "StatefulSet", "replicas: 2"),
  DAEMON_SET("apps/v1", "DaemonSet", "revisionHistoryLimit: 5"),
  ROLLOUT("argoproj.io/v1alpha1", "Rollout", "replicas: 2, strategy: {canary: {}}");

  private final String apiVersion;
  private final String kind;
  private final String size;

  WorkloadAdapter(String apiVersion, String kind, String size) {
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.size = size;
  }

  String kind() {
    return kind;
  }

  /** As kubectl takes it: {@code Deployment/web}. */
  String reference(String name) {
    return (this == ROLLOUT ? "rollouts.argoproj.io" : kind) + "/" + name;
  }

  /**
   * @param spec of its pods: YAML flow, such as {@code containers: [...]}
   * @param extra of its own spec, beginning with a comma, or empty
   */
  String manifest(String name, String spec, String annotations, String extra) {
    return manifest(size, name, spec, annotations, extra);
  }

  /** One that loses service for a while when its pods are replaced. */
  String manifestThatLosesService(String name, String spec) {
    return switch (this) {
      case DEPLOYMENT -> manifest(size, name, spec, "", ", strategy: {type: Recreate}");
      case STATEFUL_SET, ROLLOUT ->
          manifest(size.replace("replicas: 2", "replicas: 1"), name, spec, "", "");
      case DAEMON_SET ->
          manifest(
              size,
              name,
              spec,
              "",
              ", updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 100%}}");
    };
  }

  private String manifest(
      String replicas, String name, String spec, String annotations, String extra) {
    return """
        apiVersion: %s
        kind: %s
        metadata: {name: %s, annotations: {%s}}
        spec: {%s, selector: {matchLabels: {app: %s}}%s, template: {metadata: {labels: {app: %s}}, spec: {%s}}}
        """
        .formatted(apiVersion, kind, name, annotations, replicas, name, extra, name, written(spec));
  }

  /** As Argo writes it back, when it does: what it adds would make another generation. */
  private String written(String spec) {
    return this == ROLLOUT ? spec.replace("image: i", "image: i, resources: {}") : spec;
  }

  void apply(TestCluster cluster, String namespace, String manifest) {
    cluster.kubectlWithInput(manifest, "apply", "-n", namespace, "-f", "-");
  }

  void awaitRollout(TestCluster cluster, String namespace, String name) {
    if (this == ROLLOUT) {
      Eventually.holds(() -> assertComplete(get(cluster.client(), namespace, name)));
    } else {
      cluster.kubectl("rollout", "status", kind + "/" + name, "-n", namespace, "--timeout=180s");
    }
    if (this == STATEFUL_SET) {
      // kubectl is content when they are ready, minReadySeconds or not.
      Eventually.isTrue(
          name + " is available", () -> isAvailable(get(cluster.client(), namespace, name)));
    }
  }

  /** As a person does who does not want the restart that is under way. */
  void takeBack(TestCluster cluster, String namespace, String name) {
    if (this == ROLLOUT) {
      cluster.kubectl(
          "patch",
          reference(name),
          "-n",
          namespace,
          "--type=merge",
          "-p",
          "{\"spec\":{\"restartAt\":null}}");
    } else {
      cluster.kubectl("rollout", "undo", reference(name), "-n", namespace);
    }
  }

  private static boolean isAvailable(GenericKubernetesResource it) {
    return Objects.equals(
        it.<Object>get("status", "availableReplicas"), it.<Object>get("spec", "replicas"));
  }

  private static void assertComplete(GenericKubernetesResource rollout) {
    assertThat(rollout.<Object>get("status", "observedGeneration"))
        .isEqualTo(rollout.getMetadata().getGeneration().toString());
    assertThat(rollout.<Object>get("status", "phase")).isEqualTo("Healthy");
    assertThat(rollout.<Object>get("status", "restartedAt"))
        .isEqualTo(rollout.<Object>get("spec", "restartAt"));
    assertThat(rollout.<Object>get("status", "availableReplicas"))
        .isEqualTo(rollout.<Object>get("spec", "replicas"));
  }

  GenericKubernetesResource get(KubernetesClient client, String namespace, String name) {
    return client
        .genericKubernetesResources(apiVersion, kind)
        .inNamespace(namespace)
        .withName(name)
        .get();
  }

  long generation(KubernetesClient client, String namespace, String name) {
    return get(client, namespace, name).getMetadata().getGeneration();
  }

  /** Of the template, and of a Rollout itself, whose template stays as it is. */
  Optional<String> annotation(
      KubernetesClient client, String namespace, String name, String annotation) {
    GenericKubernetesResource it = get(client, namespace, name);
    return this == ROLLOUT
        ? Optional.ofNullable(it.getMetadata().getAnnotations())
            .map((Map<String, String> all) -> all.get(annotation))
        : Optional.<Object>ofNullable(
                it.get("spec", "template", "metadata", "annotations", annotation))
            .map(Object::toString);
  }

  Map<String, String> restartedFor(KubernetesClient client, String namespace, String name) {
    return annotation(client, namespace, name, Annotations.RESTARTED_FOR)
        .map(WorkloadAdapter::times)
        .orElse(Map.of());
  }

  @SuppressWarnings("unchecked")
  static Map<String, String> times(String json) {
    return Serialization.unmarshal(json, Map.class);
  }
}
