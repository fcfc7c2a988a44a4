package dev.keyturn.restart.decide;

import java.time.Instant;

/**
 * What makes a workload fresh, whoever looks and whenever. All but the last need no pods: they are
 * listed only where nothing else tells.
 */
public final class FreshnessRules {
  private FreshnessRules() {}

  /** Whether somebody has to look at its pods. */
  public static boolean needsPods(Snapshot it) {
    return !seenBefore(it)
        && !isOfATemplateWePatched(it)
        && !isYoungerThanTheChanges(it)
        && !hasNoPods(it);
  }

  static boolean seenBefore(Snapshot it) {
    return it.seenFresh();
  }

  /** Its controller has replaced every pod since. */
  static boolean isOfATemplateWePatched(Snapshot it) {
    return it.asked() && it.workload().progress().stage() == Progress.Stage.COMPLETE;
  }

  static boolean isYoungerThanTheChanges(Snapshot it) {
    return it.changes().stream()
        .allMatch(change -> !it.subject().createdAt().isBefore(change.sureAt()));
  }

  static boolean hasNoPods(Snapshot it) {
    return it.workload().isEmpty();
  }

  static boolean noContainerIsStale(Snapshot it) {
    return it.look().at().isPresent() && it.stale().isEmpty();
  }

  /** A pod that is created too soon after a change may be stale, whatever was seen before. */
  public static boolean isForGood(Snapshot it, Instant now) {
    return it.changes().stream().noneMatch(change -> now.isBefore(change.sureAt()));
  }
}
