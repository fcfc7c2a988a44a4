package dev.keyturn.restart.decide;

import dev.keyturn.restart.decide.Staleness.StaleContainer;
import dev.keyturn.restart.decide.Workload.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of a workload when it is judged.
 *
 * @param changes of all the Secrets that it reads, as far as they count
 * @param policies of all the Secrets that it reads, whether or not they have ever changed
 * @param seenFresh whether it was seen fresh, for good, after all of these changes
 * @param look at the pods that it owns
 * @param stale containers of them
 * @param remembered what we asked of it
 * @param refusal that the API server did not take its restart a short time ago
 * @param lacks what a new pod of it would not start without and is not there, in words
 */
public record Snapshot(
    Workload workload,
    List<Change> changes,
    List<RestartPolicy> policies,
    boolean namespaceOptedOut,
    boolean seenFresh,
    Look look,
    List<StaleContainer> stale,
    Optional<AskedRestart> remembered,
    Optional<Refusal> refusal,
    Optional<String> lacks) {

  public Snapshot {
    changes = List.copyOf(changes);
    policies = List.copyOf(policies);
    stale = List.copyOf(stale);
  }

  /** What is known without a look at its pods. */
  public static Snapshot of(
      Workload workload,
      List<Change> changes,
      List<RestartPolicy> policies,
      boolean namespaceOptedOut,
      boolean seenFresh,
      Optional<AskedRestart> remembered,
      Optional<Refusal> refusal) {
    return new Snapshot(
        workload,
        changes,
        policies,
        namespaceOptedOut,
        seenFresh,
        Look.NONE,
        List.of(),
        remembered,
        refusal,
        Optional.empty());
  }

  public Snapshot refused(Refusal by) {
    return new Snapshot(
        workload,
        changes,
        policies,
        namespaceOptedOut,
        seenFresh,
        look,
        stale,
        remembered,
        Optional.of(by),
        lacks);
  }

  public Snapshot lacking(Optional<String> what) {
    return new Snapshot(
        workload,
        changes,
        policies,
        namespaceOptedOut,
        seenFresh,
        look,
        stale,
        remembered,
        refusal,
        what);
  }

  public Snapshot with(Look seen) {
    return new Snapshot(
        workload,
        changes,
        policies,
        namespaceOptedOut,
        seenFresh,
        seen,
        Staleness.of(seen.pods(), changes),
        remembered,
        refusal,
        lacks);
  }

  public Subject subject() {
    return workload.subject();
  }

  /** Whether its template says that we restarted it for all of this, and nobody gave that up. */
  public boolean asked() {
    return subject().marks().cover(changes) && !isGivenUp();
  }

  /**
   * Whether Argo is through with what we asked for, and left pods behind: its documentation says
   * that a new template cancels a restart.
   */
  public boolean isGivenUp() {
    return workload instanceof Rollout rollout
        && restartsByTime()
        && rollout.restarted()
        && subject().marks().cover(changes)
        && !stale.isEmpty();
  }

  /** Whether its pods are replaced by their age, and inherit nothing of what we asked for. */
  boolean restartsByTime() {
    return workload instanceof Rollout rollout && !rollout.byTemplate();
  }

  /** Whether Argo gave up what its newest template says. */
  boolean isDegraded() {
    return workload instanceof Rollout rollout && rollout.degraded();
  }

  /**
   * Whether what Argo gave up is an update of somebody else: the pods that stayed are as new as the
   * last restart of ours.
   */
  boolean othersUpdateIsDegraded() {
    return isDegraded()
        && pods().stream()
            .filter(PodView::runs)
            .allMatch(pod -> pod.marks().restartedFor().equals(subject().marks().restartedFor()));
  }

  public List<PodView> pods() {
    return look.pods();
  }

  public Instant newestChange() {
    return changes.stream().map(Change::at).max(Instant::compareTo).orElse(Instant.MIN);
  }

  /**
   * Whether what we asked for has reached every pod that it can reach. A DaemonSet's pods on nodes
   * that do not answer stay as they are. Of a Rollout the pods tell: it may stand at a canary step
   * for days, and its pods are replaced nevertheless.
   */
  boolean complete() {
    Progress.Stage stage = workload.progress().stage();
    return switch (workload) {
      case Rollout rollout when rollout.byTemplate() -> stage == Progress.Stage.COMPLETE;
      case Rollout rollout ->
          rollout.isEmpty() || (noneIsStale() && allAreReady(rollout.counts().wanted()));
      case Workload.DaemonSet _ ->
          stage == Progress.Stage.COMPLETE
              || (stage == Progress.Stage.ROLLING
                  && onlyDeadNodesAreLeft()
                  && stale.stream().noneMatch(container -> container.pod().onReadyNode()));
      case Workload.Deployment _, Workload.StatefulSet _, Workload.Foreign _ ->
          stage == Progress.Stage.COMPLETE;
    };
  }

  boolean noneIsStale() {
    return look.at().isPresent() && stale.isEmpty();
  }

  private boolean allAreReady(int wanted) {
    List<PodView> running = pods().stream().filter(PodView::runs).toList();
    return running.size() >= wanted && running.stream().allMatch(PodView::ready);
  }

  /** Whether what is rolled out carries our marks: its pods come and go because of us. */
  boolean rollsOutForUs() {
    return !subject().marks().restartedFor().isEmpty()
        && !complete()
        && !argoIsThrough()
        && !isDegraded();
  }

  /** Whatever changed since then, and wherever its canary stands. */
  private boolean argoIsThrough() {
    return workload instanceof Rollout rollout
        && restartsByTime()
        && rollout.restarted()
        && allAreReady(rollout.counts().wanted());
  }

  /** A pod that is on its way out has a successor to come. */
  boolean onlyDeadNodesAreLeft() {
    List<PodView> unreachable = pods().stream().filter(pod -> !pod.onReadyNode()).toList();
    List<PodView> reachable =
        pods().stream().filter(PodView::onReadyNode).filter(PodView::runs).toList();
    return workload instanceof Workload.DaemonSet daemons
        && !unreachable.isEmpty()
        && reachable.size() + unreachable.size() >= daemons.counts().wanted()
        && reachable.stream().allMatch(PodView::ready);
  }

  /** Whether we remember having asked for the newest change, so that the outcome is still ours. */
  public boolean isRemembered() {
    return remembered.filter(known -> !known.change().isBefore(newestChange())).isPresent();
  }

  /** Whether what we asked for is gone from its template, though nothing changed since. */
  public boolean isTakenBack() {
    return isRemembered()
        && remembered
            .filter(
                known ->
                    subject().marks().newest().filter(at -> !at.isBefore(known.change())).isEmpty())
            .isPresent();
  }

  boolean passedOver() {
    return isRemembered() && remembered.filter(AskedRestart::passedOver).isPresent();
  }

  /** Whether a person said so on an ExternalSecret whose Secret it reads, now or before. */
  public boolean resumed() {
    return changes.stream().anyMatch(change -> change.policy().resume())
        || (isRemembered() && remembered.filter(AskedRestart::resumed).isPresent());
  }

  /**
   * What it would be restarted for, or was: the changes that a container of it has not read. Others
   * rule over nothing.
   */
  public List<Change> causes() {
    List<Change> unread = changes.stream().filter(this::isUnread).toList();
    if (!unread.isEmpty()) {
      return unread;
    }
    List<Change> unasked =
        changes.stream().filter(change -> !subject().marks().cover(change)).toList();
    return unasked.isEmpty()
        ? changes.stream().filter(change -> change.at().equals(newestChange())).toList()
        : unasked;
  }

  private boolean isUnread(Change change) {
    return stale.stream().anyMatch(container -> container.change().equals(change));
  }

  Instant newestCause() {
    return causes().stream().map(Change::at).max(Instant::compareTo).orElse(Instant.MIN);
  }

  /** The policies of what it would be restarted for. */
  public List<RestartPolicy> causing() {
    return causes().stream().map(Change::policy).distinct().toList();
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

  /**
   * That we asked a workload to restart. The template says so, too, until somebody takes it back.
   *
   * @param change the newest one that it was asked to restart for
   * @param passedOver it failed, and a person said to go on with the others
   * @param resumed somebody took it back, and a person said to restart it again
   */
  public record AskedRestart(Instant change, boolean passedOver, boolean resumed) {

    /**
     * What two ExternalSecrets remember of one workload: of the newest, whatever either was told.
     */
    public AskedRestart and(AskedRestart other) {
      int order = change.compareTo(other.change);
      if (order != 0) {
        return order > 0 ? this : other;
      }
      return new AskedRestart(change, passedOver || other.passedOver, resumed || other.resumed);
    }
  }
}
