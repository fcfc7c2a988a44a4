package dev.keyturn.restart.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of a workload when it is judged.
 *
 * @param changes of all the Secrets that it reads, as far as they count
 * @param pods that it owns
 * @param stale containers of them
 * @param remembered what our status says of it
 */
public record Snapshot(
    Workload workload,
    boolean namespaceOptedOut,
    List<Change> changes,
    List<PodView> pods,
    List<StaleContainer> stale,
    Optional<Remembered> remembered) {

  public Snapshot {
    changes = List.copyOf(changes);
    pods = List.copyOf(pods);
    stale = List.copyOf(stale);
  }

  public static Snapshot of(
      Workload workload,
      boolean namespaceOptedOut,
      List<Change> changes,
      List<PodView> pods,
      Optional<Remembered> remembered) {
    return new Snapshot(
        workload, namespaceOptedOut, changes, pods, Staleness.of(pods, changes), remembered);
  }

  public Subject subject() {
    return workload.subject();
  }

  /** Whether its template says that we restarted it for all of this. */
  public boolean asked() {
    return subject().marks().cover(changes);
  }

  public Instant newestChange() {
    return changes.stream().map(Change::at).max(Instant::compareTo).orElse(Instant.MIN);
  }

  /**
   * Whether the newest template has reached every pod that it can reach: a DaemonSet's pods on
   * nodes that do not answer stay as they are, and a Rollout whose template changes meanwhile may
   * never say that it did the restart.
   */
  boolean complete() {
    return switch (workload.progress().stage()) {
      case COMPLETE -> true;
      case UNOBSERVED -> false;
      case ROLLING ->
          switch (workload) {
            case Workload.DaemonSet daemons -> onlyDeadNodesAreLeft(daemons.counts().wanted());
            case Workload.Rollout rollout ->
                rollout.healthy() && rollout.counts().settled() && stale.isEmpty();
            case Workload.Deployment _, Workload.StatefulSet _, Workload.Foreign _ -> false;
          };
    };
  }

  /** A pod that is on its way out has a successor to come. */
  private boolean onlyDeadNodesAreLeft(int wanted) {
    List<PodView> unreachable = pods.stream().filter(pod -> !pod.onReadyNode()).toList();
    List<PodView> reachable =
        pods.stream().filter(PodView::onReadyNode).filter(PodView::runs).toList();
    return !unreachable.isEmpty()
        && reachable.size() + unreachable.size() >= wanted
        && reachable.stream().allMatch(PodView::ready)
        && stale.stream().noneMatch(container -> container.pod().onReadyNode());
  }

  /** Whether our status already tells of the newest change, so that the outcome is still ours. */
  public boolean isRemembered() {
    return remembered.filter(known -> !known.askedFor().isBefore(newestChange())).isPresent();
  }

  boolean passedOver() {
    return isRemembered() && remembered.filter(Remembered::passedOver).isPresent();
  }

  /** When anything of the rollout last happened. */
  Instant lastSign() {
    return List.of(
            workload.progress().lastSign(),
            subject().marks().restartedAt(),
            pods.stream().map(PodView::createdAt).max(Instant::compareTo))
        .stream()
        .flatMap(Optional::stream)
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }

  Instant deadline() {
    return lastSign()
        .plus(longest(policies().stream().map(RestartPolicy::progressDeadline).toList()));
  }

  /** When no pod that is created from now on can be stale any more. */
  public Optional<Instant> sureAt() {
    return changes.stream().map(change -> change.at().plus(Staleness.SURE)).max(Instant::compareTo);
  }

  /** The policies of all that changed. */
  public List<RestartPolicy> policies() {
    return changes.stream().map(Change::policy).distinct().toList();
  }

  public static Duration longest(Collection<Duration> durations) {
    return durations.stream().max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /**
   * What our status says of a workload.
   *
   * @param askedFor the newest change that we asked it to restart for
   * @param passedOver it failed, and a person said to go on with the others
   */
  public record Remembered(Instant askedFor, boolean passedOver) {}
}
