package dev.keyturn.restart.gather;

import dev.keyturn.api.Annotations;
import dev.keyturn.cluster.RolloutPruning;
import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.Rollout;
import dev.keyturn.restart.decide.Staleness;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Subject.Consent;
import dev.keyturn.restart.decide.Workload;
import dev.keyturn.restart.decide.Workload.Counts;
import dev.keyturn.restart.decide.Workload.Limit;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDaemonSet;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateStatefulSetStrategy;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what the API server serves as {@link Workload}s, with its defaults for what is absent. */
public final class Workloads {
  private static final Limit QUARTER = new Limit(25, true);
  private static final Limit ALL = new Limit(100, true);
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private Workloads() {}

  public static Workload.Deployment of(Deployment it) {
    DeploymentStatus status = Optional.ofNullable(it.getStatus()).orElseGet(DeploymentStatus::new);
    Optional<DeploymentStrategy> strategy = Optional.ofNullable(it.getSpec().getStrategy());
    return new Workload.Deployment(
        subject(it, it.getSpec().getTemplate(), it.getSpec().getSelector()),
        new Counts(
            observed(it, status.getObservedGeneration()),
            orOne(it.getSpec().getReplicas()),
            orZero(status.getReplicas()),
            orZero(status.getUpdatedReplicas()),
            orZero(status.getAvailableReplicas())),
        Boolean.TRUE.equals(it.getSpec().getPaused()),
        strategy.map(DeploymentStrategy::getType).filter("Recreate"::equals).isPresent(),
        limit(strategy, RollingUpdateDeployment::getMaxUnavailable),
        limit(strategy, RollingUpdateDeployment::getMaxSurge),
        status.getConditions().stream()
            .filter(condition -> "Progressing".equals(condition.getType()))
            .map(DeploymentCondition::getLastUpdateTime)
            .filter(Objects::nonNull)
            .map(Instant::parse)
            .findFirst(),
        Optional.empty(),
        status.getConditions().stream()
            .filter(condition -> "ReplicaFailure".equals(condition.getType()))
            .filter(condition -> "True".equals(condition.getStatus()))
            .map(DeploymentCondition::getMessage)
            .filter(Objects::nonNull)
            .findFirst());
  }

  private static Limit limit(
      Optional<DeploymentStrategy> strategy, Function<RollingUpdateDeployment, IntOrString> which) {
    return strategy
        .map(DeploymentStrategy::getRollingUpdate)
        .map(which)
        .flatMap(Workloads::limit)
        .orElse(QUARTER);
  }

  public static Workload.StatefulSet of(StatefulSet it) {
    StatefulSetStatus status =
        Optional.ofNullable(it.getStatus()).orElseGet(StatefulSetStatus::new);
    Optional<StatefulSetUpdateStrategy> strategy =
        Optional.ofNullable(it.getSpec().getUpdateStrategy());
    return new Workload.StatefulSet(
        subject(it, it.getSpec().getTemplate(), it.getSpec().getSelector()),
        new Counts(
            observed(it, status.getObservedGeneration()),
            orOne(it.getSpec().getReplicas()),
            orZero(status.getReplicas()),
            orZero(status.getUpdatedReplicas()),
            orZero(status.getAvailableReplicas())),
        strategy.map(StatefulSetUpdateStrategy::getType).filter("OnDelete"::equals).isPresent(),
        strategy
            .map(StatefulSetUpdateStrategy::getRollingUpdate)
            .map(RollingUpdateStatefulSetStrategy::getPartition)
            .orElse(0),
        Objects.equals(status.getCurrentRevision(), status.getUpdateRevision()),
        strategy
            .map(StatefulSetUpdateStrategy::getRollingUpdate)
            .map(RollingUpdateStatefulSetStrategy::getMaxUnavailable)
            .flatMap(Workloads::limit)
            .orElse(Limit.ONE));
  }

  public static Workload.DaemonSet of(DaemonSet it) {
    DaemonSetStatus status = Optional.ofNullable(it.getStatus()).orElseGet(DaemonSetStatus::new);
    Optional<DaemonSetUpdateStrategy> strategy =
        Optional.ofNullable(it.getSpec().getUpdateStrategy());
    int wanted = orZero(status.getDesiredNumberScheduled());
    return new Workload.DaemonSet(
        subject(it, it.getSpec().getTemplate(), it.getSpec().getSelector()),
        new Counts(
            observed(it, status.getObservedGeneration()),
            wanted,
            wanted,
            orZero(status.getUpdatedNumberScheduled()),
            orZero(status.getNumberAvailable())),
        strategy.map(DaemonSetUpdateStrategy::getType).filter("OnDelete"::equals).isPresent(),
        strategy
            .map(DaemonSetUpdateStrategy::getRollingUpdate)
            .map(RollingUpdateDaemonSet::getMaxUnavailable)
            .flatMap(Workloads::limit)
            .orElse(Limit.ONE));
  }

  /** Our annotations are on the Rollout itself where its template stays as it is. */
  public static Rollout of(GenericKubernetesResource it) {
    Subject subject =
        subject(
            it,
            RolloutPruning.template(it).orElse(null),
            Optional.<Object>ofNullable(it.get("spec", "selector"))
                .map(selector -> JSON.convertValue(selector, LabelSelector.class))
                .orElse(null));
    String restartAt = text(it, "spec", "restartAt");
    Optional<Rollout.Update> update = update(it);
    return new Rollout(
        update.isPresent() ? subject : subject.marked(marks(it, restartAt)),
        RolloutPruning.deployment(it),
        new Counts(
            text(it, "status", "observedGeneration")
                .equals(String.valueOf(it.getMetadata().getGeneration())),
            number(it, 1, "spec", "replicas"),
            number(it, 0, "status", "replicas"),
            number(it, 0, "status", "updatedReplicas"),
            number(it, 0, "status", "availableReplicas")),
        Boolean.parseBoolean(text(it, "spec", "paused")),
        canary(it, "maxUnavailable").orElse(QUARTER),
        text(it, "status", "phase").equals("Progressing"),
        restartAt.isEmpty() || !isBefore(text(it, "status", "restartedAt"), restartAt),
        Optional.of(restartAt).filter(text -> !text.isEmpty()).map(Instant::parse),
        update);
  }

  /** Empty unless it is to be restarted by a changed template. */
  private static Optional<Rollout.Update> update(GenericKubernetesResource it) {
    String strategy =
        Optional.ofNullable(it.getMetadata().getAnnotations()).orElse(Map.of()).entrySet().stream()
            .filter(entry -> entry.getKey().equals(Annotations.ROLLOUT_STRATEGY))
            .map(entry -> entry.getValue().strip())
            .findFirst()
            .orElse("");
    return Optional.of(strategy)
        .filter("rollout"::equalsIgnoreCase)
        .map(
            _ ->
                new Rollout.Update(
                    text(it, "status", "phase"),
                    text(it, "status", "message"),
                    it.get("spec", "strategy", "blueGreen") == null
                        ? canary(it, "maxSurge").orElse(QUARTER)
                        : ALL));
  }

  private static Optional<Limit> canary(GenericKubernetesResource it, String limit) {
    return Optional.<Object>ofNullable(it.get("spec", "strategy", "canary", limit))
        .map(value -> JSON.convertValue(value, IntOrString.class))
        .flatMap(Workloads::limit);
  }

  /** Whoever takes {@code restartAt} away before Argo is through takes the restart back. */
  private static Marks marks(GenericKubernetesResource it, String restartAt) {
    Marks marks = Marks.of(it.getMetadata().getAnnotations());
    boolean stands =
        marks.restartedFor().values().stream()
            .allMatch(change -> !isBefore(restartAt, change.plus(Staleness.SURE).toString()));
    return stands ? marks : marks.takenBack();
  }

  private static boolean isBefore(String time, String other) {
    return time.isEmpty() || Instant.parse(time).isBefore(Instant.parse(other));
  }

  private static String text(GenericKubernetesResource it, Object... path) {
    return Optional.<Object>ofNullable(it.get(path)).map(Object::toString).orElse("");
  }

  private static int number(GenericKubernetesResource it, int absent, Object... path) {
    return it.get(path) instanceof Number number ? number.intValue() : absent;
  }

  static Subject subject(
      HasMetadata it, @Nullable PodTemplateSpec template, @Nullable LabelSelector selector) {
    ObjectMeta meta = it.getMetadata();
    Optional<PodTemplateSpec> pods = Optional.ofNullable(template);
    return new Subject(
        it.getKind(),
        meta.getNamespace(),
        meta.getName(),
        meta.getUid(),
        meta.getResourceVersion(),
        Instant.parse(meta.getCreationTimestamp()),
        consent(meta.getAnnotations()),
        wave(meta),
        pods.map(PodTemplateSpec::getMetadata)
            .map(ObjectMeta::getAnnotations)
            .map(Marks::of)
            .orElse(Marks.NONE),
        SecretUses.of(
            pods.map(PodTemplateSpec::getSpec).orElse(null),
            annotation(meta.getAnnotations(), Annotations.RESTART_FOR)),
        Optional.ofNullable(selector));
  }

  /**
   * What the annotation {@code keyturn.dev/restart} of a workload or namespace says. Whoever writes
   * what means no has said no, though it is not how we spell it.
   */
  static Consent consent(@Nullable Map<String, String> annotations) {
    String said = annotation(annotations, Annotations.RESTART).orElse("");
    return switch (said.strip().toLowerCase(Locale.ROOT)) {
      case "false", "no", "off", "never" -> Consent.REFUSED;
      case "true" -> Consent.GIVEN;
      default -> Consent.UNSAID;
    };
  }

  private static int wave(ObjectMeta meta) {
    return annotation(meta.getAnnotations(), Annotations.RESTART_WAVE)
        .filter(text -> text.matches("-?[0-9]{1,6}"))
        .map(Integer::parseInt)
        .orElse(0);
  }

  private static Optional<String> annotation(
      @Nullable Map<String, String> annotations, String name) {
    return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(name));
  }

  private static boolean observed(HasMetadata it, @Nullable Long observedGeneration) {
    Long generation = it.getMetadata().getGeneration();
    return generation == null || (observedGeneration != null && observedGeneration >= generation);
  }

  private static Optional<Limit> limit(IntOrString limit) {
    if (limit.getIntVal() != null) {
      return Optional.of(new Limit(limit.getIntVal(), false));
    }
    return Optional.ofNullable(limit.getStrVal())
        .filter(text -> text.matches("[0-9]{1,4}%"))
        .map(text -> new Limit(Integer.parseInt(text.substring(0, text.length() - 1)), true));
  }

  private static int orOne(@Nullable Integer number) {
    return number == null ? 1 : number;
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }
}
