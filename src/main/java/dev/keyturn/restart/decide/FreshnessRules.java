package dev.keyturn.restart.decide;

import dev.keyturn.restart.decide.Workload.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What makes a workload fresh, whoever looks and whenever. All but the last need no pods: they are
 * listed only where nothing else tells.
 */
public final class FreshnessRules {
  private static final Duration NOW_AND_THEN = Duration.ofMinutes(5);
  private static final Duration WHILE_NOBODY_TELLS = Duration.ofSeconds(5);
  private static final Duration AT_REST = Duration.ofSeconds(10);
  private static final Duration WHILE_IT_ROLLS = Duration.ofSeconds(1);
  private static final Duration WHILE_ITS_STATUS_TELLS = Duration.ofSeconds(10);
  private static final Duration WHILE_IT_WAITS = Duration.ofMinutes(30);

  private static final Set<Reason> TIMES =
      EnumSet.of(Reason.SETTLING, Reason.TOO_SOON, Reason.OUTSIDE_WINDOW);

  private FreshnessRules() {}

  /** Whether somebody has to look at its pods. */
  public static boolean needsPods(Snapshot it) {
    return !Rules.saidNo(it) && !seenBefore(it) && !isOfATemplateWePatched(it) && !hasNoPods(it);
  }

  static boolean seenBefore(Snapshot it) {
    return it.seenFresh();
  }

  /**
   * Its controller has replaced every pod since, or, of a blue-green Rollout, sends nothing to
   * those that are left. A Rollout that keeps its template does not tell by that.
   */
  static boolean isOfATemplateWePatched(Snapshot it) {
    return it.asked()
        && it.workload().progress().stage() == Progress.Stage.COMPLETE
        && !it.restartsByTime();
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
    return it.workload() instanceof Rollout rollout
            && it.restartsByTime()
            && rollout.restarted()
            && soon.isBefore(deadline)
        ? soon
        : deadline;
  }

  /**
   * How long a look may be told once more in the place of a new one. Each pod that a rollout
   * replaces is an event, and each look is at all of them.
   *
   * @param it with the earlier look
   */
  public static Duration lookLasts(Snapshot it, Instant now) {
    if (isAtRest(it)) {
      return waitsForATime(it, now) ? WHILE_IT_WAITS : AT_REST;
    }
    return itsStatusTells(it, now) ? WHILE_ITS_STATUS_TELLS : WHILE_IT_ROLLS;
  }

  /** Whether its pods change only if it does. */
  public static boolean isAtRest(Snapshot it) {
    return it.workload().progress().stage() == Progress.Stage.COMPLETE && !it.asked();
  }

  /** What is stale is looked at again right before it restarts. */
  private static boolean waitsForATime(Snapshot it, Instant now) {
    return Rules.decide(it, now)
            instanceof Decision.Wait(Reason reason, Optional<Instant> until, String _)
        && TIMES.contains(reason)
        && until.filter(now::isBefore).isPresent();
  }

  /** Whether its pods decide nothing until its deadline, which those that become ready put off. */
  private static boolean itsStatusTells(Snapshot it, Instant now) {
    return it.asked()
        && now.isBefore(Deadlines.ofOurs(it))
        && switch (it.workload()) {
          case Workload.Deployment _, Workload.StatefulSet _ -> true;
          case Workload.DaemonSet _, Rollout _, Workload.Foreign _ -> false;
        };
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
