package dev.keyturn.restart.gather;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.PodView;
import dev.keyturn.restart.decide.PodView.ContainerView;
import dev.keyturn.restart.decide.SecretUse;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads pods as the API server serves them. */
public final class PodViews {
  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  /** How the controllers of Argo, Deployments, and the others say which template a pod is of. */
  private static final List<String> REVISIONS =
      List.of("rollouts-pod-template-hash", "pod-template-hash", "controller-revision-hash");

  private PodViews() {}

  /** Empty if there is something about it that we cannot read. */
  static Optional<PodView> read(Pod pod) {
    try {
      return Optional.of(of(pod));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  /** On a node that answers, as far as the pod tells. */
  public static PodView of(Pod pod) {
    PodStatus status = Optional.ofNullable(pod.getStatus()).orElseGet(PodStatus::new);
    Map<String, Set<String>> reads =
        SecretUses.of(pod.getSpec()).stream()
            .collect(groupingBy(SecretUse::container, mapping(SecretUse::secret, toSet())));
    boolean over = status.getPhase() != null && OVER.contains(status.getPhase());
    return new PodView(
        pod.getMetadata().getName(),
        Instant.parse(pod.getMetadata().getCreationTimestamp()),
        Marks.of(pod.getMetadata().getAnnotations()),
        pod.getMetadata().getDeletionTimestamp() == null && !over,
        revision(pod),
        status.getConditions().stream()
            .filter(it -> "Ready".equals(it.getType()) && "True".equals(it.getStatus()))
            .map(it -> readySince(it, pod))
            .findFirst(),
        true,
        Stream.concat(
                status.getInitContainerStatuses().stream().map(it -> initContainer(it, status)),
                status.getContainerStatuses().stream().map(it -> container(it, status)))
            .map(it -> it.reading(reads.getOrDefault(it.name(), Set.of())))
            .toList());
  }

  private static String revision(Pod pod) {
    Map<String, String> labels =
        Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
    return REVISIONS.stream()
        .flatMap(name -> Optional.ofNullable(labels.get(name)).stream())
        .findFirst()
        .orElse("");
  }

  private static Instant readySince(PodCondition ready, Pod pod) {
    return Instant.parse(
        Optional.ofNullable(ready.getLastTransitionTime())
            .orElse(pod.getMetadata().getCreationTimestamp()));
  }

  /** One that ended will start again, and then read the new content. */
  private static ContainerView container(ContainerStatus status, PodStatus pod) {
    return view(status, running(status), pod);
  }

  /** One that ended left something behind that was made from what it read. */
  private static ContainerView initContainer(ContainerStatus status, PodStatus pod) {
    return view(
        status,
        running(status)
            .or(
                () ->
                    state(status)
                        .map(ContainerState::getTerminated)
                        .map(ContainerStateTerminated::getStartedAt)
                        .map(Instant::parse)),
        pod);
  }

  private static ContainerView view(
      ContainerStatus status, Optional<Instant> startedAt, PodStatus pod) {
    boolean first = status.getRestartCount() == null || status.getRestartCount() == 0;
    return new ContainerView(
        status.getName(),
        startedAt,
        first ? Optional.ofNullable(pod.getStartTime()).map(Instant::parse) : startedAt,
        trouble(status));
  }

  private static Optional<Instant> running(ContainerStatus status) {
    return state(status)
        .map(ContainerState::getRunning)
        .flatMap(running -> Optional.ofNullable(running.getStartedAt()))
        .map(Instant::parse);
  }

  /** Messages are left out: a process may have written anything into them. */
  private static Optional<String> trouble(ContainerStatus status) {
    if (Boolean.TRUE.equals(status.getReady())) {
      return Optional.empty();
    }
    List<String> parts =
        Stream.of(
                state(status)
                    .map(ContainerState::getWaiting)
                    .flatMap(waiting -> Optional.ofNullable(waiting.getReason())),
                state(status).map(ContainerState::getTerminated).flatMap(PodViews::ending),
                Optional.ofNullable(status.getLastState())
                    .map(ContainerState::getTerminated)
                    .flatMap(PodViews::ending)
                    .map(ending -> "last " + ending))
            .flatMap(Optional::stream)
            .toList();
    boolean runs = running(status).isPresent();
    return parts.isEmpty()
        ? Optional.of("not ready").filter(_ -> runs)
        : Optional.of(String.join(", ", parts));
  }

  private static Optional<String> ending(@Nullable ContainerStateTerminated ended) {
    return Optional.ofNullable(ended)
        .filter(it -> it.getExitCode() == null || it.getExitCode() != 0)
        .map(it -> "ended with exit code " + it.getExitCode() + " (" + it.getReason() + ")");
  }

  private static Optional<ContainerState> state(ContainerStatus status) {
    return Optional.ofNullable(status.getState());
  }
}
