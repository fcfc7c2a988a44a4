package dev.keyturn.restart.decide;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.keyturn.restart.decide.Decision.Judged;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What to do about the workloads of one ExternalSecret.
 *
 * @param judged these, and those whose restarts count against theirs, each by itself
 * @param admitted the same, after each has or has not got its turn
 * @param own the uids of the workloads of the ExternalSecret
 */
public record RestartPlan(List<Judged> judged, List<Judged> admitted, Set<String> own) {

  public RestartPlan {
    judged = List.copyOf(judged);
    admitted = List.copyOf(admitted);
    own = Set.copyOf(own);
  }

  /**
   * @param neighbours workloads of other ExternalSecrets that share one with a workload of this
   */
  public static RestartPlan of(
      Collection<Snapshot> own, Collection<Snapshot> neighbours, Instant now) {
    return of(
        Stream.concat(own.stream(), neighbours.stream()).map(it -> judge(it, now)).toList(),
        own.stream().map(it -> it.subject().uid()).collect(toSet()));
  }

  private static RestartPlan of(List<Judged> judged, Set<String> own) {
    return new RestartPlan(judged, Waves.admit(judged), own);
  }

  public static Judged judge(Snapshot snapshot, Instant now) {
    return new Judged(snapshot, Rules.decide(snapshot, now));
  }

  /** What came of the workloads of the ExternalSecret. */
  public List<Judged> outcome() {
    return admitted.stream().filter(it -> own.contains(it.subject().uid())).toList();
  }

  /** Those that may restart now. */
  public List<Judged> restarts() {
    return outcome().stream().filter(it -> it.decision() instanceof Decision.Restart).toList();
  }

  /**
   * What has to be looked at once more before anything is done or said: who would restart, by its
   * pods, and whose restart somebody seems to have taken back, since a watch can lag behind.
   */
  public Set<String> toLookAtAgain() {
    return outcome().stream()
        .filter(
            it ->
                it.decision() instanceof Decision.Restart
                    || it.decision() instanceof Decision.Undone)
        .map(it -> it.subject().uid())
        .collect(toSet());
  }

  /** The same with what came of some of them, by which others may get or lose their turn. */
  public RestartPlan with(Collection<Judged> results) {
    Map<String, Judged> byUid = results.stream().collect(toMap(it -> it.subject().uid(), it -> it));
    return of(judged.stream().map(it -> byUid.getOrDefault(it.subject().uid(), it)).toList(), own);
  }
}
