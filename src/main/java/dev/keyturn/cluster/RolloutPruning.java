package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Leaves of an Argo Rollout what the restart engine reads. */
public final class RolloutPruning {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();
  private static final List<String> SPEC =
      List.of("replicas", "paused", "restartAt", "selector", "workloadRef");
  private static final List<String> STATUS =
      List.of(
          "observedGeneration",
          "replicas",
          "updatedReplicas",
          "availableReplicas",
          "phase",
          "restartedAt");

  private RolloutPruning() {}

  public static GenericKubernetesResource prune(GenericKubernetesResource it) {
    GenericKubernetesResource pruned = new GenericKubernetesResource();
    pruned.setApiVersion(it.getApiVersion());
    pruned.setKind(it.getKind());
    pruned.setMetadata(WorkloadPruning.meta(it.getMetadata()));
    Map<String, Object> spec = some(it, "spec", SPEC);
    template(it)
        .map(WorkloadPruning::template)
        .ifPresent(template -> spec.put("template", JSON.convertValue(template, Map.class)));
    Optional.<Object>ofNullable(it.get("spec", "strategy", "canary", "maxUnavailable"))
        .ifPresent(
            value -> spec.put("strategy", Map.of("canary", Map.of("maxUnavailable", value))));
    pruned.setAdditionalProperty("spec", spec);
    pruned.setAdditionalProperty("status", some(it, "status", STATUS));
    return pruned;
  }

  /** Empty if it takes its pods' template from another workload. */
  public static Optional<PodTemplateSpec> template(GenericKubernetesResource it) {
    return Optional.ofNullable(it.get("spec", "template"))
        .map(template -> JSON.convertValue(template, PodTemplateSpec.class));
  }

  /** The Deployment whose template it uses. */
  public static Optional<String> deployment(GenericKubernetesResource it) {
    return "Deployment".equals(it.get("spec", "workloadRef", "kind"))
        ? Optional.<Object>ofNullable(it.get("spec", "workloadRef", "name")).map(Object::toString)
        : Optional.empty();
  }

  /** Whether what its pods read is known to who follows Rollouts and Deployments. */
  public static boolean templateIsKnown(GenericKubernetesResource it) {
    return template(it).isPresent() || deployment(it).isPresent();
  }

  private static Map<String, Object> some(
      GenericKubernetesResource it, String part, List<String> fields) {
    Map<String, Object> some = new TreeMap<>();
    fields.forEach(
        field ->
            Optional.<Object>ofNullable(it.get(part, field))
                .ifPresent(value -> some.put(field, value)));
    return some;
  }
}
