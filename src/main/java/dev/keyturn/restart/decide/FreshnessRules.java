package dev.keyturn.restart.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What makes a workload fresh, whoever looks and whenever. All but the last need no pods: they are
 * listed only where nothing else tells.
 */
public final class FreshnessRules {
  private static final Duration NOW_AND_THEN = Duration.ofMinutes(5);
  private static final Duration WHILE_NOBODY_TELLS = Duration.ofSeconds(5);

  private FreshnessRules() {}

  /** Whether somebody has to look at its pods. */
  public static boolean needsPods(Snapshot it) {
    return !Rules.saidNo(it) && !seenBefore(it) && !isOfATemplateWePatched(it) && !hasNoPods(it);
  }

  static boolean seenBefore(Snapshot it) {
    return it.seenFresh();
  }

  /**
   * Its controller has replaced every pod since. Argo's keeps the template, so that its pods do not
   * inherit what we asked for.
   */
  static boolean isOfATemplateWePatched(Snapshot it) {
    return it.asked()
        && it.workload().progress().stage() == Progress.Stage.COMPLETE
        && !(it.workload() instanceof Workload.Rollout);
  }

  static boolean hasNoPods(Snapshot it) {
    return it.workload().isEmpty();
  }

  static boolean noContainerIsStale(Snapshot it) {
    return it.noneIsStale();
  }

  /** Whether no pod that may be stale was still to come when it was looked at. */
  public static boolean isForGood(Snapshot it, Instant now) {
    return nextLook(it, it.look().at().orElse(now)).isEmpty();
  }

  /** When what was seen of the pods at a time is to be looked at again, though nothing happens. */
  public static Optional<Instant> nextLook(Snapshot it, Instant after) {
    return looks(it.pods(), it.changes())
        .filter(after::isBefore)
        .min(Instant::compareTo)
        .or(() -> oneWillStartOld(it) ? Optional.of(after.plus(NOW_AND_THEN)) : Optional.empty());
  }

  /**
   * When to look again at a workload that rolls out what we asked for, until a deadline. Argo says
   * that it is through when it has deleted the last pod, and never when the pods of older templates
   * are ready, which it keeps beside the newest.
   */
  public static Instant nextLookAtRollout(Snapshot it, Instant now, Instant deadline) {
    Instant soon = now.plus(WHILE_NOBODY_TELLS);
    return it.workload() instanceof Workload.Rollout rollout
            && rollout.restarted()
            && soon.isBefore(deadline)
        ? soon
        : deadline;
  }

  /** Nobody tells when it does, if it does not become ready. */
  private static boolean oneWillStartOld(Snapshot it) {
    return it.changes().stream()
        .anyMatch(
            change -> it.pods().stream().anyMatch(pod -> Staleness.willStartOld(pod, change)));
  }

  /**
   * When a look tells more than any before: a pod that is created too soon after a change may be
   * stale, and so may a container that waits to start.
   */
  public static Stream<Instant> looks(List<PodView> pods, List<Change> changes) {
    return changes.stream()
        .flatMap(
            change ->
                pods.stream().anyMatch(pod -> Staleness.mayStartLate(pod, change))
                    ? Stream.of(change.sureAt(), change.readByAll())
                    : Stream.of(change.sureAt()));
  }
}
