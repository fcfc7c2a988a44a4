package dev.keyturn.restart;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.api.RestartStatus.WorkloadStatus;
import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.restart.Decision.Judged;
import dev.keyturn.restart.Snapshot.Remembered;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Collects what is known of the workloads that read a Secret, and has the rules judge it. */
final class Gathering {
  private final ConsumerIndex consumers;
  private final Changes.Targets targets;
  private final Changes changes;
  private final WorkloadPods pods;
  private final Predicate<String> namespaceOptedOut;
  private final SeenFresh seenFresh = new SeenFresh();

  /**
   * @param namespaceOptedOut whether a namespace wants no restarts
   */
  Gathering(
      ConsumerIndex consumers,
      Changes.Targets targets,
      Changes changes,
      WorkloadPods pods,
      Predicate<String> namespaceOptedOut) {
    this.consumers = consumers;
    this.targets = targets;
    this.changes = changes;
    this.pods = pods;
    this.namespaceOptedOut = namespaceOptedOut;
  }

  /** A workload with what changed for it. */
  record Concerned(Workload workload, List<Change> changes) {
    Subject subject() {
      return workload.subject();
    }
  }

  /** The workloads for which the Secret of this ExternalSecret changed. */
  List<Concerned> concernedBy(String namespace, String externalSecret, String secret) {
    return consumers.consumersOf(namespace, secret).stream()
        .map(workload -> new Concerned(workload, changes.of(workload.subject())))
        .filter(
            it ->
                it.changes().stream()
                    .anyMatch(change -> change.policy().externalSecret().equals(externalSecret)))
        .toList();
  }

  /** Whether all of them are known to be fresh, without asking anybody. */
  boolean allSeenFresh(List<Concerned> workloads) {
    return workloads.stream().allMatch(it -> seenFresh.covers(it.subject(), it.changes()));
  }

  /**
   * Judges these and all that share an ExternalSecret with one of them that is not fresh: its turn
   * depends on theirs.
   */
  Map<String, Judged> judge(List<Concerned> workloads, Instant now) {
    Map<String, Judged> judged = new LinkedHashMap<>();
    workloads.forEach(it -> judged.computeIfAbsent(it.subject().uid(), _ -> judge(it, now)));
    List.copyOf(judged.values()).stream()
        .filter(it -> it.decision() instanceof Decision.Restart)
        .flatMap(it -> it.changes().stream().map(change -> neighbours(it, change)))
        .flatMap(Collection::stream)
        .forEach(it -> judged.computeIfAbsent(it.subject().uid(), _ -> judge(it, now)));
    return judged;
  }

  private List<Concerned> neighbours(Judged it, Change change) {
    return concernedBy(it.subject().namespace(), change.policy().externalSecret(), change.secret());
  }

  private Judged judge(Concerned it, Instant now) {
    Subject subject = it.subject();
    if (seenFresh.covers(subject, it.changes())) {
      return new Judged(
          Snapshot.of(it.workload(), false, it.changes(), List.of(), Optional.empty()),
          new Decision.Fresh());
    }
    Snapshot snapshot =
        Snapshot.of(
            it.workload(),
            namespaceOptedOut.test(subject.namespace()),
            it.changes(),
            freshByTemplate(it) ? List.of() : podsOf(it.workload()),
            remembered(it));
    Decision decision = Rules.decide(snapshot, now);
    if (decision instanceof Decision.Fresh && sure(it, now)) {
      seenFresh.add(subject, it.changes());
    }
    return new Judged(snapshot, decision);
  }

  /** Every pod is of a template that we patched for this, or came long after. */
  private static boolean freshByTemplate(Concerned it) {
    boolean rolledOut =
        it.subject().marks().cover(it.changes())
            && it.workload().progress().stage() == Progress.Stage.COMPLETE;
    return rolledOut
        || it.changes().stream()
            .allMatch(
                change -> !it.subject().createdAt().isBefore(change.at().plus(Staleness.SURE)));
  }

  /**
   * A pod that is created this soon after a change may still be stale, whatever was seen before.
   */
  private static boolean sure(Concerned it, Instant now) {
    return it.changes().stream()
        .noneMatch(change -> now.isBefore(change.at().plus(Staleness.SURE)));
  }

  private List<PodView> podsOf(Workload workload) {
    Subject subject = workload.subject();
    Optional<LabelSelector> selector = subject.selector();
    if (selector.isEmpty()) {
      return List.of();
    }
    List<Pod> owned =
        switch (workload) {
          case Workload.Deployment _, Workload.Rollout _ ->
              pods.ownedThroughReplicaSets(subject.uid(), subject.namespace(), selector.get());
          case Workload.StatefulSet _, Workload.DaemonSet _ ->
              pods.ownedBy(subject.uid(), subject.namespace(), selector.get());
        };
    return owned.stream().map(pod -> PodViews.of(pod, true)).toList();
  }

  private Optional<Remembered> remembered(Concerned it) {
    Subject subject = it.subject();
    return it.changes().stream()
        .flatMap(change -> targets.writersOf(subject.namespace(), change.secret()).stream())
        .map(ExternalSecret::statusOrEmpty)
        .flatMap(status -> Optional.ofNullable(status.restart()).stream())
        .map(RestartStatus::workloads)
        .flatMap(List::stream)
        .filter(known -> known.kind().equals(subject.kind()) && known.name().equals(subject.name()))
        .flatMap(known -> remembered(known).stream())
        .max(Comparator.comparing(Remembered::askedFor));
  }

  private static Optional<Remembered> remembered(WorkloadStatus known) {
    return Optional.ofNullable(known.askedFor())
        .map(at -> new Remembered(at, Reason.PASSED_OVER.text().equals(known.reason())));
  }
}
