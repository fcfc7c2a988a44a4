package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Annotates the pod template of a workload, once, as a server-side apply of nothing else: what
 * other managers apply later leaves it alone. See <a
 * href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-Side Apply</a>.
 */
public final class TemplatePatcher {
  /** Owns our annotations on templates and our part of the status. */
  public static final String FIELD_MANAGER = "keyturn-restart";

  public static final String ROLLOUT_API = "argoproj.io/v1alpha1";

  /**
   * Owns what we write into the template of a Rollout. One that was restarted by its time keeps
   * that when it is restarted by its template, and the other way round: an apply takes away what
   * its manager applied before.
   */
  public static final String ROLLOUT_MANAGER = "keyturn-rollout";

  private static final String MAP = ".annotations";
  private static final String RESTART_AT = ".spec.restartAt";

  private final KubernetesClient client;

  public TemplatePatcher(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The workload decided on: another uid or resourceVersion, and the API server answers 409.
   *
   * @param kind Deployment, StatefulSet, DaemonSet or Rollout
   */
  public record Target(
      String kind, String namespace, String name, String uid, String resourceVersion) {

    private ObjectMeta meta() {
      return new ObjectMetaBuilder()
          .withNamespace(namespace)
          .withName(name)
          .withUid(uid)
          .withResourceVersion(resourceVersion)
          .build();
    }
  }

  /**
   * @return the workload as it is now
   * @throws KubernetesClientException if the API server refuses
   */
  public HasMetadata annotate(Target target, Map<String, String> annotations) {
    String manager = target.kind().equals("Rollout") ? ROLLOUT_MANAGER : FIELD_MANAGER;
    return apply(patch(target, annotations), manager);
  }

  /**
   * Has Argo replace the pods of a Rollout that are older than {@code restartAt}; its template
   * stays.
   *
   * @param restartAt not before what the Rollout says already, whoever wrote it
   * @return the Rollout as it is now
   * @throws KubernetesClientException if the API server refuses
   */
  public HasMetadata restartRollout(
      Target target, Map<String, String> annotations, Instant restartAt) {
    GenericKubernetesResource patch = rollout(target, Map.of("restartAt", restartAt.toString()));
    patch.getMetadata().setAnnotations(annotations);
    return apply(patch, FIELD_MANAGER);
  }

  private static GenericKubernetesResource rollout(Target target, Map<String, ?> spec) {
    GenericKubernetesResource patch = new GenericKubernetesResource();
    patch.setApiVersion(ROLLOUT_API);
    patch.setKind("Rollout");
    patch.setMetadata(target.meta());
    patch.setAdditionalProperty("spec", spec);
    return patch;
  }

  /**
   * Not by force: who owns one of our annotations has a reason. But who applied an empty map of
   * annotations owns just that, and keeps it; and who restarted a Rollout by hand owns its {@code
   * restartAt} ever after.
   */
  private <T extends HasMetadata> T apply(T patch, String manager) {
    try {
      return WholeAnswer.of(client.resource(patch).patch(apply(manager, false)));
    } catch (KubernetesClientException e) {
      if (!isHarmless(e)) {
        throw e;
      }
      return WholeAnswer.of(client.resource(patch).patch(apply(manager, true)));
    }
  }

  private static boolean isHarmless(KubernetesClientException e) {
    List<StatusCause> conflicts =
        Optional.ofNullable(e.getStatus())
            .flatMap(status -> Optional.ofNullable(status.getDetails()))
            .map(StatusDetails::getCauses)
            .orElse(List.of());
    return !conflicts.isEmpty()
        && conflicts.stream()
            .allMatch(
                it ->
                    "FieldManagerConflict".equals(it.getReason())
                        && it.getField() != null
                        && (it.getField().endsWith(MAP) || it.getField().equals(RESTART_AT)));
  }

  private static PatchContext apply(String manager, boolean force) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(manager)
        .withForce(force)
        .build();
  }

  private static HasMetadata patch(Target target, Map<String, String> annotations) {
    var template =
        new PodTemplateSpecBuilder()
            .withNewMetadata()
            .withAnnotations(annotations)
            .endMetadata()
            .build();
    return switch (target.kind()) {
      case "Deployment" ->
          new DeploymentBuilder()
              .withMetadata(target.meta())
              .withNewSpec()
              .withTemplate(template)
              .endSpec()
              .build();
      case "StatefulSet" ->
          new StatefulSetBuilder()
              .withMetadata(target.meta())
              .withNewSpec()
              .withTemplate(template)
              .endSpec()
              .build();
      case "DaemonSet" ->
          new DaemonSetBuilder()
              .withMetadata(target.meta())
              .withNewSpec()
              .withTemplate(template)
              .endSpec()
              .build();
      case "Rollout" -> rollout(target, Map.of("template", template));
      default -> throw new IllegalArgumentException(target.kind() + " has no pod template of ours");
    };
  }
}
