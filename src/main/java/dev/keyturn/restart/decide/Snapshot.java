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
 * @param seenFresh whether it was seen fresh, for good, after all of these changes
 * @param look at the pods that it owns
 * @param stale containers of them
 * @param remembered what we asked of it
 * @param refusal that the API server did not take its restart a short time ago
 */
public record Snapshot(
    Workload workload,
    List<Change> changes,
    boolean namespaceOptedOut,
    boolean seenFresh,
    Look look,
    List<StaleContainer> stale,
    Optional<AskedRestart> remembered,
    Optional<Refusal> refusal) {

  public Snapshot {
    changes = List.copyOf(changes);
    stale = List.copyOf(stale);
  }

  /** What is known without a look at its pods. */
  public static Snapshot of(
      Workload workload,
      List<Change> changes,
      boolean namespaceOptedOut,
      boolean seenFresh,
      Optional<AskedRestart> remembered,
      Optional<Refusal> refusal) {
    return new Snapshot(
        workload, changes, namespaceOptedOut, seenFresh, Look.NONE, List.of(), remembered, refusal);
  }

  public Snapshot refused(Refusal by) {
    return new Snapshot(
        workload, changes, namespaceOptedOut, seenFresh, look, stale, remembered, Optional.of(by));
  }

  public Snapshot with(Look seen) {
    return new Snapshot(
        workload,
        changes,
        namespaceOptedOut,
        seenFresh,
        seen,
        Staleness.of(seen.pods(), changes),
        remembered,
        refusal);
  }

  public Subject subject() {
    return workload.subject();
  }

  /** Whether its template says that we restarted it for all of this. */
  public boolean asked() {
    return subject().marks().cover(changes);
  }

  public List<PodView> pods() {
    return look.pods();
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

  /**
   * Whether a rollout is under way and its template carries our marks for a change of this
   * ExternalSecret: its pods come and go because of us, also when a newer change has made it stale
   * again meanwhile.
   */
  boolean rollsOutFor(String externalSecret) {
    return !complete()
        && changes.stream()
            .filter(change -> change.policy().externalSecret().equals(externalSecret))
            .anyMatch(change -> subject().marks().restartedFor().containsKey(change.secret()));
  }

  /** A pod that is on its way out has a successor to come. */
  private boolean onlyDeadNodesAreLeft(int wanted) {
    List<PodView> unreachable = pods().stream().filter(pod -> !pod.onReadyNode()).toList();
    List<PodView> reachable =
        pods().stream().filter(PodView::onReadyNode).filter(PodView::runs).toList();
    return !unreachable.isEmpty()
        && reachable.size() + unreachable.size() >= wanted
        && reachable.stream().allMatch(PodView::ready)
        && stale.stream().noneMatch(container -> container.pod().onReadyNode());
  }

  /** Whether we remember having asked for the newest change, so that the outcome is still ours. */
  public boolean isRemembered() {
    return remembered.filter(known -> !known.change().isBefore(newestChange())).isPresent();
  }

  boolean passedOver() {
    return isRemembered() && remembered.filter(AskedRestart::passedOver).isPresent();
  }

  /** When anything of the rollout last happened. */
  Instant lastSign() {
    return List.of(
            workload.progress().lastSign(),
            subject().marks().restartedAt(),
            pods().stream().map(PodView::createdAt).max(Instant::compareTo))
        .stream()
        .flatMap(Optional::stream)
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }

  Instant deadline() {
    return lastSign().plus(progressDeadline());
  }

  /** Until when what is rolled out is taken for our last restart. */
  Instant ownDeadline() {
    return subject().marks().restartedAt().orElse(Instant.MIN).plus(progressDeadline());
  }

  private Duration progressDeadline() {
    return longest(policies().stream().map(RestartPolicy::progressDeadline).toList());
  }

  /** When no pod that is created from now on can be stale any more. */
  public Optional<Instant> sureAt() {
    return changes.stream().map(Change::sureAt).max(Instant::compareTo);
  }

  /** The policies of all that changed. */
  public List<RestartPolicy> policies() {
    return changes.stream().map(Change::policy).distinct().toList();
  }

  public static Duration longest(Collection<Duration> durations) {
    return durations.stream().max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /**
   * That the API server did not take a restart a short time ago.
   *
   * @param until when to ask again; empty: it refused for good, as far as that goes
   */
  public record Refusal(String message, Optional<Instant> until) {}
}
