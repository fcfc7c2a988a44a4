package dev.keyturn.cluster;

import static java.util.stream.Collectors.toSet;

import dev.keyturn.api.Annotations;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Leaves of a workload what the restart engine reads: which container reads which Secret, our own
 * annotations, how it rolls and how far it got. A cache of 5,000 workloads stays small this way.
 */
public final class WorkloadPruning {
  /** It may quote what somebody wrote into an analysis or a webhook. */
  private static final int LONGEST_MESSAGE = 200;

  private WorkloadPruning() {}

  public static Deployment prune(Deployment it) {
    PodTemplateSpec template = template(it.getSpec().getTemplate());
    return new DeploymentBuilder()
        .withMetadata(meta(it.getMetadata()))
        .withNewSpec()
        .withReplicas(it.getSpec().getReplicas())
        .withPaused(it.getSpec().getPaused())
        .withStrategy(it.getSpec().getStrategy())
        .withSelector(selector(it.getSpec().getSelector(), template, it.getMetadata()))
        .withTemplate(template)
        .endSpec()
        .withStatus(status(it.getStatus()))
        .build();
  }

  public static StatefulSet prune(StatefulSet it) {
    PodTemplateSpec template = template(it.getSpec().getTemplate());
    return new StatefulSetBuilder()
        .withMetadata(meta(it.getMetadata()))
        .withNewSpec()
        .withReplicas(it.getSpec().getReplicas())
        .withUpdateStrategy(it.getSpec().getUpdateStrategy())
        .withSelector(selector(it.getSpec().getSelector(), template, it.getMetadata()))
        .withTemplate(template)
        .endSpec()
        .withStatus(it.getStatus())
        .editStatus()
        .withConditions(List.of())
        .endStatus()
        .build();
  }

  public static DaemonSet prune(DaemonSet it) {
    PodTemplateSpec template = template(it.getSpec().getTemplate());
    return new DaemonSetBuilder()
        .withMetadata(meta(it.getMetadata()))
        .withNewSpec()
        .withUpdateStrategy(it.getSpec().getUpdateStrategy())
        .withSelector(selector(it.getSpec().getSelector(), template, it.getMetadata()))
        .withTemplate(template)
        .endSpec()
        .withStatus(it.getStatus())
        .editStatus()
        .withConditions(List.of())
        .endStatus()
        .build();
  }

  private static @Nullable DeploymentStatus status(@Nullable DeploymentStatus status) {
    return status == null
        ? null
        : status
            .edit()
            .withConditions(
                status.getConditions().stream()
                    .flatMap(condition -> condition(condition).stream())
                    .toList())
            .build();
  }

  /** When it got on last, and why no pod can be made. */
  private static Optional<DeploymentCondition> condition(DeploymentCondition condition) {
    return switch (condition.getType()) {
      case "Progressing" ->
          Optional.of(condition.edit().withMessage(null).withReason(null).build());
      case "ReplicaFailure" ->
          Optional.of(condition.edit().withMessage(shortened(condition.getMessage())).build());
      default -> Optional.empty();
    };
  }

  static @Nullable String shortened(@Nullable String message) {
    return message == null
        ? null
        : message.substring(0, Math.min(message.length(), LONGEST_MESSAGE));
  }

  static ObjectMeta meta(ObjectMeta meta) {
    return new ObjectMetaBuilder()
        .withNamespace(meta.getNamespace())
        .withName(meta.getName())
        .withUid(meta.getUid())
        .withResourceVersion(meta.getResourceVersion())
        .withGeneration(meta.getGeneration())
        .withCreationTimestamp(meta.getCreationTimestamp())
        .withAnnotations(ours(meta.getAnnotations()))
        .build();
  }

  private static @Nullable Map<String, String> ours(@Nullable Map<String, String> annotations) {
    if (annotations == null) {
      return null;
    }
    Map<String, String> ours = new TreeMap<>(annotations);
    ours.keySet().removeIf(name -> !name.startsWith(Annotations.DOMAIN));
    return ours.isEmpty() ? null : ours;
  }

  /** Nobody looks for the pods of a workload that reads nothing. */
  private static @Nullable LabelSelector selector(
      @Nullable LabelSelector selector, PodTemplateSpec template, ObjectMeta meta) {
    boolean named =
        Optional.ofNullable(meta.getAnnotations())
            .filter((Map<String, String> all) -> all.containsKey(Annotations.RESTART_FOR))
            .isPresent();
    return template.getSpec() == null && !named ? null : selector;
  }

  static PodTemplateSpec template(PodTemplateSpec template) {
    PodTemplateSpecBuilder pruned = new PodTemplateSpecBuilder();
    Optional.ofNullable(template.getMetadata())
        .flatMap(meta -> Optional.ofNullable(ours(meta.getAnnotations())))
        .ifPresent(ours -> pruned.withNewMetadata().withAnnotations(ours).endMetadata());
    Optional.ofNullable(template.getSpec())
        .flatMap(WorkloadPruning::spec)
        .ifPresent(pruned::withSpec);
    return pruned.build();
  }

  /** Empty if no container reads a Secret. */
  private static Optional<PodSpec> spec(PodSpec spec) {
    List<Volume> volumes =
        spec.getVolumes().stream().filter(WorkloadPruning::holdsSecrets).toList();
    Set<String> names = volumes.stream().map(Volume::getName).collect(toSet());
    List<Container> init = containers(spec.getInitContainers(), names);
    List<Container> main = containers(spec.getContainers(), names);
    return init.isEmpty() && main.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodSpecBuilder()
                .withInitContainers(init)
                .withContainers(main)
                .withVolumes(volumes)
                .build());
  }

  private static List<Container> containers(Collection<Container> containers, Set<String> volumes) {
    return containers.stream()
        .map(
            container ->
                new ContainerBuilder()
                    .withName(container.getName())
                    .withEnv(container.getEnv().stream().filter(WorkloadPruning::isSecret).toList())
                    .withEnvFrom(
                        container.getEnvFrom().stream().filter(WorkloadPruning::isSecret).toList())
                    .withVolumeMounts(
                        container.getVolumeMounts().stream()
                            .filter(mount -> volumes.contains(mount.getName()))
                            .toList())
                    .build())
        .filter(
            container ->
                !container.getEnv().isEmpty()
                    || !container.getEnvFrom().isEmpty()
                    || !container.getVolumeMounts().isEmpty())
        .toList();
  }

  private static boolean isSecret(EnvVar variable) {
    return variable.getValueFrom() != null && variable.getValueFrom().getSecretKeyRef() != null;
  }

  private static boolean isSecret(EnvFromSource source) {
    return source.getSecretRef() != null;
  }

  private static boolean holdsSecrets(Volume volume) {
    return volume.getSecret() != null
        || (volume.getProjected() != null
            && volume.getProjected().getSources().stream()
                .anyMatch(source -> Objects.nonNull(source.getSecret())));
  }
}
