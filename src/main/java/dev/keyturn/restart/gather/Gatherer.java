package dev.keyturn.restart.gather;

import static java.util.stream.Collectors.toSet;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.restart.decide.Change;
import dev.keyturn.restart.decide.FreshnessRules;
import dev.keyturn.restart.decide.Look;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Snapshot.AskedRestart;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Subject.Consent;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Collects what is known of the workloads that read a Secret: one snapshot each. */
public final class Gatherer {
  /** Of a Deployment whose template reads no Secret, nothing is kept by which pods are found. */
  private static final Look NO_SELECTOR =
      Look.failed(
          "it has no selector, and uses the template of a Deployment that reads no Secret:"
              + " annotate that with keyturn.dev/restart-for instead");

  private final ConsumerIndex consumers;
  private final Changes.Targets targets;
  private final Changes changes;
  private final OwnStatus<ExternalSecret, ExternalSecretStatus> statuses;
  private final Pods pods;
  private final ForeignPods foreignPods;
  private final Namespaces namespaces;
  private final KubernetesClient client;
  private final SeenFresh seenFresh;
  private final Refusals refusals;
  private final RequiredKeys required;

  public Gatherer(
      ConsumerIndex consumers,
      Changes.Targets targets,
      Changes changes,
      OwnStatus<ExternalSecret, ExternalSecretStatus> statuses,
      WorkloadPods pods,
      Namespaces namespaces,
      KubernetesClient client,
      SeenFresh seenFresh,
      Refusals refusals,
      RequiredKeys required) {
    this.consumers = consumers;
    this.targets = targets;
    this.changes = changes;
    this.statuses = statuses;
    this.pods = new Pods(pods);
    this.foreignPods = new ForeignPods(pods, consumers::follows);
    this.namespaces = namespaces;
    this.client = client;
    this.seenFresh = seenFresh;
    this.refusals = refusals;
    this.required = required;
  }

  /**
   * The workloads of an ExternalSecret, with those whose restarts count against theirs.
   *
   * @param neighbours workloads that share another ExternalSecret with one of its own
   */
  public record Gathered(List<Snapshot> own, List<Snapshot> neighbours) {}

  /** The workloads for which the Secret of this ExternalSecret changed. */
  public List<Snapshot> of(ExternalSecret resource, Instant now) {
    return look(concernedBy(Writer.of(resource), now), now);
  }

  /**
   * The same, once more, with the neighbours of some of them.
   *
   * @param anew the uids of those whose pods are listed anew. One that seems taken back is read
   *     itself, since a watch can lag behind; of the others a patch tells, as it holds their
   *     version
   */
  public Gathered again(ExternalSecret resource, Set<String> anew, Instant now) {
    List<Snapshot> concerned =
        concernedBy(Writer.of(resource), now).stream()
            .map(it -> anew.contains(it.subject().uid()) && it.isTakenBack() ? live(it, now) : it)
            .toList();
    concerned.stream()
        .map(Snapshot::subject)
        .filter(it -> anew.contains(it.uid()))
        .forEach(pods::forget);
    Set<String> known = concerned.stream().map(it -> it.subject().uid()).collect(toSet());
    List<Snapshot> neighbours =
        concerned.stream()
            .filter(it -> anew.contains(it.subject().uid()))
            .flatMap(it -> it.changes().stream().map(change -> Writer.of(it.subject(), change)))
            .distinct()
            .filter(it -> !it.equals(Writer.of(resource)))
            .flatMap(it -> concernedBy(it, now).stream())
            .filter(it -> !known.contains(it.subject().uid()))
            .toList();
    return new Gathered(look(concerned, now), look(neighbours, now));
  }

  /** Whatever may roll out because of us, in the whole cluster, without its pods. */
  public List<Snapshot> restartedByUs(Instant now) {
    return consumers
        .all()
        .filter(it -> it.subject().marks().restartedAt().isPresent())
        .map(it -> snapshot(it, changes.of(it.subject()), now))
        .toList();
  }

  /**
   * Pods that are not ours to restart.
   *
   * @return empty while it is not the time to look for them, when none of them was stale since, and
   *     where the namespace said no
   */
  public Optional<List<Snapshot>> foreign(ExternalSecret resource, Instant now) {
    List<Change> all = changes.ofAll(resource);
    if (needsNoForeign(resource, all) || now.isBefore(sureAt(all, now))) {
      return Optional.empty();
    }
    return foreignPods
        .readersOf(
            resource.getMetadata().getNamespace(), resource.targetName(), sureAt(all, now), now)
        .map(readers -> readers.found().stream().map(it -> snapshot(it, readers)).toList());
  }

  private boolean needsNoForeign(ExternalSecret resource, List<Change> all) {
    return isOptedOut(resource.getMetadata().getNamespace())
        || seenFresh.covers(resource.getMetadata().getUid(), all);
  }

  private Snapshot snapshot(ForeignPods.Found found, ForeignPods.Readers readers) {
    Look look = Look.of(readers.at(), found.pods());
    Snapshot seen =
        Snapshot.of(
                found.workload(),
                changes.of(found.workload().subject()),
                List.of(),
                false,
                false,
                Optional.empty(),
                Optional.empty())
            .with(look);
    return seen.stale().isEmpty() ? seen : seen.with(look.until(readers.again()));
  }

  private static Instant sureAt(List<Change> changes, Instant otherwise) {
    return changes.stream().map(Change::sureAt).max(Instant::compareTo).orElse(otherwise);
  }

  /** When to look for foreign pods that are stale, if it was not the time to. */
  public Optional<Instant> foreignDue(ExternalSecret resource, Instant now) {
    List<Change> all = changes.ofAll(resource);
    if (needsNoForeign(resource, all)) {
      return Optional.empty();
    }
    Instant sure = sureAt(all, now);
    return now.isBefore(sure)
        ? Optional.of(sure)
        : foreignPods.due(resource.getMetadata().getNamespace(), sure);
  }

  /** No foreign pod uses an older content, so that nobody has to look until the next change. */
  public void noForeignIsStale(ExternalSecret resource) {
    seenFresh.add(resource.getMetadata().getUid(), changes.ofAll(resource));
  }

  /** Who writes a Secret. */
  private record Writer(String namespace, String externalSecret, String secret) {
    static Writer of(ExternalSecret resource) {
      return new Writer(
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName(),
          resource.targetName());
    }

    static Writer of(Subject reader, Change change) {
      return new Writer(reader.namespace(), change.policy().externalSecret(), change.secret());
    }
  }

  private List<Snapshot> concernedBy(Writer writer, Instant now) {
    return consumers.consumersOf(writer.namespace(), writer.secret()).stream()
        .map(workload -> snapshot(workload, changes.of(workload.subject()), now))
        .filter(
            it ->
                it.changes().stream()
                    .anyMatch(
                        change -> change.policy().externalSecret().equals(writer.externalSecret())))
        .toList();
  }

  private Snapshot live(Snapshot it, Instant now) {
    return consumers
        .live(client, it.workload())
        .map(workload -> snapshot(workload, changes.of(workload.subject()), now))
        .orElse(it);
  }

  private Snapshot snapshot(Workload read, List<Change> changed, Instant now) {
    Workload workload = read.marked(read.subject().marks().asOf(latest(changed, now)));
    Subject subject = workload.subject();
    boolean fresh = seenFresh.covers(subject.uid(), changed);
    Snapshot known =
        Snapshot.of(
                workload,
                changed,
                changes.policies(subject),
                isOptedOut(subject.namespace()),
                fresh,
                fresh ? Optional.empty() : asked(subject, changed),
                Optional.empty())
            .lacking(fresh ? Optional.empty() : required.missing(subject));
    return refusals.of(known).map(known::refused).orElse(known);
  }

  private boolean isOptedOut(String namespace) {
    return Workloads.consent(namespaces.annotations(namespace)) == Consent.REFUSED;
  }

  /** A clock that was set back does not make a restart for a known change one that is to come. */
  private static Instant latest(List<Change> changed, Instant now) {
    return changed.stream()
        .map(Change::at)
        .filter(now::isBefore)
        .max(Instant::compareTo)
        .orElse(now);
  }

  /** The same with their pods, where those tell anything. */
  private List<Snapshot> look(Collection<Snapshot> snapshots, Instant now) {
    Map<String, Snapshot> byUid = new LinkedHashMap<>();
    snapshots.forEach(it -> byUid.putIfAbsent(it.subject().uid(), it));
    List<Snapshot> wanted = byUid.values().stream().filter(FreshnessRules::needsPods).toList();
    pods.of(wanted.stream().filter(it -> it.subject().selector().isPresent()).toList(), now)
        .forEach((uid, look) -> byUid.computeIfPresent(uid, (_, it) -> it.with(look)));
    wanted.stream()
        .filter(it -> it.subject().selector().isEmpty())
        .forEach(it -> byUid.put(it.subject().uid(), it.with(NO_SELECTOR)));
    return List.copyOf(byUid.values());
  }

  private Optional<AskedRestart> asked(Subject subject, List<Change> changed) {
    return changed.stream()
        .flatMap(change -> targets.writersOf(subject.namespace(), change.secret()).stream())
        .map(statuses::known)
        .flatMap(status -> Optional.ofNullable(status.restart()).stream())
        .flatMap(status -> asked(subject, status))
        .reduce(AskedRestart::and);
  }

  private static Stream<AskedRestart> asked(Subject subject, RestartStatus status) {
    return status.asked().stream()
        .filter(known -> known.kind().equals(subject.kind()) && known.name().equals(subject.name()))
        .map(
            known ->
                new AskedRestart(
                    known.change(),
                    Boolean.TRUE.equals(known.passedOver()),
                    Boolean.TRUE.equals(known.resumed())));
  }
}
