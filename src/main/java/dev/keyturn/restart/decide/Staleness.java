package dev.keyturn.restart.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which running containers still use an older content. A fact about pods, told by the clock of the
 * API server; see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">Pod
 * Lifecycle</a>.
 */
public final class Staleness {
  /** A kubelet that starts a pod this long after a change reads the new content. */
  public static final Duration SURE = Duration.ofSeconds(5);

  private Staleness() {}

  public static List<StaleContainer> of(List<PodView> pods, List<Change> changes) {
    return pods.stream()
        .filter(PodView::runs)
        .flatMap(pod -> changes.stream().flatMap(change -> of(pod, change)))
        .toList();
  }

  private static Stream<StaleContainer> of(PodView pod, Change change) {
    boolean newEnough = pod.marks().cover(change) || !pod.createdAt().isBefore(change.sureAt());
    return newEnough
        ? Stream.empty()
        : change.readers().stream()
            .filter(reader -> startedBefore(change.readBy(reader), reader, pod))
            .map(SecretUse::container)
            .distinct()
            .map(container -> new StaleContainer(pod, container, change));
  }

  private static boolean startedBefore(Instant time, SecretUse reader, PodView pod) {
    return pod.container(reader.container())
        .flatMap(PodView.ContainerView::startedAt)
        .filter(startedAt -> startedAt.isBefore(time))
        .isPresent();
  }
}
