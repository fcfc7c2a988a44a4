package dev.keyturn.restart.gather;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.api.RestartStatus.WorkloadStatus;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.restart.decide.Change;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.PodView;
import dev.keyturn.restart.decide.Progress;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.Rules;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Snapshot.Remembered;
import dev.keyturn.restart.decide.Staleness;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Subject.Consent;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what is known of the workloads that read a Secret, and has the rules judge it. */
public final class Gathering {
  private final ConsumerIndex consumers;
  private final Changes.Targets targets;
  private final Changes changes;
  private final Pods pods;
  private final ForeignPods foreignPods;
  private final Namespaces namespaces;
  private final KubernetesClient client;
  private final SeenFresh seenFresh = new SeenFresh();

  public Gathering(
      ConsumerIndex consumers,
      Changes.Targets targets,
      Changes changes,
      WorkloadPods pods,
      Namespaces namespaces,
      KubernetesClient client) {
    this.consumers = consumers;
    this.targets = targets;
    this.changes = changes;
    this.pods = new Pods(pods);
    this.foreignPods = new ForeignPods(pods);
    this.namespaces = namespaces;
    this.client = client;
  }

  /** A workload with what changed for it. */
  public record Concerned(Workload workload, List<Change> changes) {
    public Subject subject() {
      return workload.subject();
    }
  }

  /** The workloads for which the Secret of this ExternalSecret changed. */
  public List<Concerned> concernedBy(String namespace, String externalSecret, String secret) {
    return consumers.consumersOf(namespace, secret).stream()
        .map(workload -> new Concerned(workload, changes.of(workload.subject())))
        .filter(
            it ->
                it.changes().stream()
                    .anyMatch(change -> change.policy().externalSecret().equals(externalSecret)))
        .toList();
  }

  /** Whether all of them are known to be fresh, without asking anybody. */
  public boolean allSeenFresh(ExternalSecret resource, List<Concerned> workloads) {
    return seenFresh.covers(resource.getMetadata().getUid(), changes.ofAll(resource))
        && workloads.stream().allMatch(it -> seenFresh.covers(it.subject().uid(), it.changes()));
  }

  /**
   * Judges these and all that share an ExternalSecret with one of them that is not fresh: its turn
   * depends on theirs.
   */
  public Map<String, Judged> judge(List<Concerned> workloads, Instant now) {
    Map<String, Judged> judged = new LinkedHashMap<>(judgeAll(workloads, now));
    List<Concerned> neighbours =
        judged.values().stream()
            .filter(it -> it.decision() instanceof Decision.Restart)
            .flatMap(it -> it.changes().stream().map(change -> Writer.of(it.subject(), change)))
            .distinct()
            .flatMap(it -> concernedBy(it.namespace(), it.externalSecret(), it.secret()).stream())
            .filter(it -> !judged.containsKey(it.subject().uid()))
            .toList();
    judged.putAll(judgeAll(neighbours, now));
    return judged;
  }

  /** Who writes a Secret. */
  private record Writer(String namespace, String externalSecret, String secret) {
    static Writer of(Subject reader, Change change) {
      return new Writer(reader.namespace(), change.policy().externalSecret(), change.secret());
    }
  }

  /** The same, by the pods that it has now. */
  public Judged judgeAgain(Judged it, Instant now) {
    if (pods.areOf(it.subject(), now)) {
      return it;
    }
    pods.forget(it.subject());
    Concerned concerned = new Concerned(it.snapshot().workload(), it.changes());
    return judgeAll(List.of(concerned), now).getOrDefault(it.subject().uid(), it);
  }

  /** Pods that are stale and not ours to restart, once the content has settled. */
  public List<Judged> foreign(ExternalSecret resource, Instant now) {
    List<Change> all = changes.ofAll(resource);
    if (seenFresh.covers(resource.getMetadata().getUid(), all)
        || all.stream().anyMatch(it -> now.isBefore(it.at().plus(Staleness.SURE)))) {
      return List.of();
    }
    String namespace = resource.getMetadata().getNamespace();
    List<Judged> judged =
        foreignPods.readersOf(namespace, resource.targetName()).stream()
            .map(found -> foreign(found, now))
            .toList();
    if (judged.stream().allMatch(it -> it.decision() instanceof Decision.Fresh)) {
      seenFresh.add(resource.getMetadata().getUid(), all);
    }
    return judged;
  }

  /** When to look for foreign pods that are stale, if they have not been looked for. */
  public Optional<Instant> foreignDue(ExternalSecret resource, Instant now) {
    return changes.ofAll(resource).stream()
        .map(change -> change.at().plus(Staleness.SURE))
        .filter(now::isBefore)
        .findFirst();
  }

  private Judged foreign(ForeignPods.Found found, Instant now) {
    Snapshot snapshot =
        Snapshot.of(
            found.workload(),
            false,
            changes.of(found.workload().subject()),
            found.pods(),
            Optional.empty());
    return new Judged(snapshot, Rules.decide(snapshot, now));
  }

  private Map<String, Judged> judgeAll(List<Concerned> workloads, Instant now) {
    Map<String, List<PodView>> listed =
        pods.of(workloads.stream().filter(this::needsPods).toList(), now);
    Map<String, Judged> judged = new LinkedHashMap<>();
    workloads.forEach(
        it ->
            judged.computeIfAbsent(
                it.subject().uid(), uid -> judge(it, listed.getOrDefault(uid, List.of()), now)));
    return judged;
  }

  private Judged judge(Concerned it, List<PodView> podsOfIt, Instant now) {
    Judged judged = judgeOnce(it, podsOfIt, now);
    if (judged.decision() instanceof Decision.Halted(Reason reason, String _)
        && reason == Reason.UNDONE) {
      return consumers
          .live(client, it.workload())
          .map(live -> judgeOnce(new Concerned(live, it.changes()), podsOfIt, now))
          .orElse(judged);
    }
    return judged;
  }

  private Judged judgeOnce(Concerned it, List<PodView> podsOfIt, Instant now) {
    Subject subject = it.subject();
    if (seenFresh.covers(subject.uid(), it.changes())) {
      return new Judged(
          Snapshot.of(it.workload(), false, it.changes(), List.of(), Optional.empty()),
          new Decision.Fresh());
    }
    Snapshot snapshot =
        Snapshot.of(
            it.workload(),
            Workloads.consent(namespaces.annotations(subject.namespace())) == Consent.REFUSED,
            it.changes(),
            podsOfIt,
            remembered(it));
    Decision decision = Rules.decide(snapshot, now);
    if (decision instanceof Decision.Fresh && sure(it, now)) {
      seenFresh.add(subject.uid(), it.changes());
    }
    return new Judged(snapshot, decision);
  }

  private boolean needsPods(Concerned it) {
    return !seenFresh.covers(it.subject().uid(), it.changes())
        && !freshByTemplate(it)
        && !it.workload().isEmpty();
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
