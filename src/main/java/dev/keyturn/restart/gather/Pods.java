package dev.keyturn.restart.gather;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.cluster.WorkloadPods.Wanted;
import dev.keyturn.restart.decide.Change;
import dev.keyturn.restart.decide.FreshnessRules;
import dev.keyturn.restart.decide.Look;
import dev.keyturn.restart.decide.PodView;
import dev.keyturn.restart.decide.Rollout;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Staleness;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pods of workloads. What was listed is told once more for a while: whenever one gets on, all
 * that wait for their turn are judged again, and while one rolls out, each of its pods is an event.
 */
final class Pods {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** Some 6 MiB. */
  private static final int MOST_PODS = 10_000;

  private final WorkloadPods pods;
  private final Cache<String, Listed> known =
      Caffeine.newBuilder()
          .maximumWeight(MOST_PODS)
          .weigher((String _, Listed listed) -> listed.pods().size() + 1)
          .expireAfterWrite(LONGEST)
          .build();

  Pods(WorkloadPods pods) {
    this.pods = pods;
  }

  private record Listed(String resourceVersion, Instant at, List<PodView> pods) {
    Look look() {
      return Look.of(at, pods);
    }
  }

  /** By the uid of each; all of one namespace. */
  Map<String, Look> of(Collection<Snapshot> workloads, Instant now) {
    Map<String, Look> found = new HashMap<>();
    List<Snapshot> unknown = new ArrayList<>();
    workloads.forEach(
        it ->
            remembered(it, now)
                .ifPresentOrElse(
                    look -> found.put(it.subject().uid(), look), () -> unknown.add(it)));
    found.putAll(list(unknown, now));
    return found;
  }

  void forget(Subject workload) {
    known.invalidate(workload.uid());
  }

  private Optional<Look> remembered(Snapshot it, Instant now) {
    return Optional.ofNullable(known.getIfPresent(it.subject().uid()))
        .flatMap(listed -> once(it, listed, now));
  }

  private static Optional<Look> once(Snapshot it, Listed listed, Instant now) {
    Snapshot seen = it.with(listed.look());
    Instant end = listed.at().plus(FreshnessRules.lookLasts(seen, now));
    if (!now.isBefore(end)) {
      return Optional.empty();
    }
    if (!FreshnessRules.isAtRest(it)) {
      // Argo says that it is through when it has deleted the last pod: an earlier look has that.
      return Optional.of(listed.look().until(end))
          .filter(
              _ ->
                  !(it.workload() instanceof Rollout)
                      || listed.resourceVersion().equals(it.subject().resourceVersion()));
    }
    return Optional.of(listed.look())
        .filter(_ -> listed.resourceVersion().equals(it.subject().resourceVersion()))
        .filter(_ -> !isTooEarly(listed, it.changes(), now));
  }

  /**
   * Whether nothing was stale when nobody could be sure of that yet, and now one can. What was
   * stale is listed again right before its restart.
   */
  private static boolean isTooEarly(Listed listed, List<Change> changes, Instant now) {
    List<PodView> seen = listed.look().pods();
    return Staleness.of(seen, changes).isEmpty()
        && FreshnessRules.looks(seen, changes)
            .anyMatch(at -> listed.at().isBefore(at) && !now.isBefore(at));
  }

  private Map<String, Look> list(List<Snapshot> workloads, Instant now) {
    List<Wanted> wanted =
        workloads.stream()
            .map(Snapshot::subject)
            .flatMap(it -> it.selector().map(selector -> new Wanted(it.uid(), selector)).stream())
            .toList();
    WorkloadPods.OwnedPods<Seen> listed =
        wanted.isEmpty()
            ? WorkloadPods.OwnedPods.none()
            : pods.of(workloads.getFirst().subject().namespace(), wanted, Seen::of);
    Map<String, Look> looks = new HashMap<>();
    workloads.forEach(
        it -> {
          String uid = it.subject().uid();
          Look look = look(it.workload(), listed, now);
          looks.put(uid, look);
          if (look.at().isPresent()) {
            known.put(uid, new Listed(it.subject().resourceVersion(), now, look.pods()));
          }
        });
    return looks;
  }

  private Look look(Workload workload, WorkloadPods.OwnedPods<Seen> listed, Instant now) {
    String uid = workload.subject().uid();
    if (listed.unlistable().contains(uid)) {
      return Look.failed("no pods can be listed by its selector: mend spec.selector");
    }
    List<PodView> views = new ArrayList<>();
    for (Seen pod : listed.byUid().getOrDefault(uid, List.of())) {
      if (pod.view().isEmpty()) {
        return Look.failed("pod " + pod.name() + " of it cannot be read: replace that");
      }
      views.add(workload instanceof Workload.DaemonSet ? onItsNode(pod) : pod.view().get());
    }
    return Look.of(now, views);
  }

  /** The node is asked for only if the pod is not ready, as it is when its node does not answer. */
  private PodView onItsNode(Seen pod) {
    PodView view = pod.view().orElseThrow();
    return view.ready() || pod.node().filter(node -> !pods.isReady(node)).isEmpty()
        ? view
        : view.onDeadNode();
  }

  /**
   * What is kept of a pod.
   *
   * @param node empty: it has none yet, and so is on none that does not answer
   * @param view empty: it cannot be read
   */
  private record Seen(String name, Optional<String> node, Optional<PodView> view) {
    static Seen of(Pod pod) {
      return new Seen(
          pod.getMetadata().getName(),
          Optional.ofNullable(pod.getSpec().getNodeName()),
          PodViews.read(pod));
    }
  }
}
