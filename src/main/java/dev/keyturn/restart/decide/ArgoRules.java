package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.Optional;

/**
 * What only Argo's controller does: see <a
 * href="https://argo-rollouts.readthedocs.io/en/stable/features/restart/">Restarting Rollout
 * Pods</a>.
 */
final class ArgoRules {
  private ArgoRules() {}

  /** Its own steps and analysis judge it: it holds no others up for that long. */
  static Optional<Decision> atAStep(Snapshot it, Instant now) {
    return Rules.when(
        Rules.isOverdue(it) && it.workload() instanceof Rollout rollout && rollout.atAStep(),
        () ->
            new Decision.Report(
                Reason.PASSED_OVER,
                it.subject() + " is still at the steps of its strategy. Others go on meanwhile."));
  }

  /** A template that differs in anything begins the update anew. */
  static Optional<Decision> wouldTryAgainWhatArgoGaveUp(Snapshot it, Instant now) {
    return Rules.when(
        it.othersUpdateIsDegraded(),
        () ->
            new Decision.Report(
                Reason.DOES_NOT_ROLL,
                it.subject()
                    + " is not restarted: its last update was aborted or is degraded, and a changed"
                    + " template would begin that again. Retry or undo it with kubectl argo"
                    + " rollouts, or remove the annotation keyturn.dev/rollout-strategy, which has"
                    + " its pods replaced as they are."));
  }

  /** Argo does nothing before that; an earlier time would take away what somebody planned. */
  static Optional<Decision> restartsLater(Snapshot it, Instant now) {
    return it.workload() instanceof Rollout rollout && it.restartsByTime()
        ? rollout
            .restartAt()
            .filter(now::isBefore)
            .map(
                at ->
                    new Decision.Report(
                        Reason.DOES_NOT_ROLL,
                        it.subject()
                            + " restarts at "
                            + at
                            + ", as its restartAt says: remove that to have it restarted now"))
        : Optional.empty();
  }

  /** Another template would begin the steps anew, which somebody may have approved of. */
  static Optional<Decision> atAStepOfAnother(Snapshot it, Instant now) {
    return Rules.when(
        it.workload() instanceof Rollout rollout && rollout.atAStep(),
        () ->
            new Decision.Wait(
                Reason.OTHER_ROLLOUT,
                Optional.empty(),
                it.subject() + " is at the steps of an update, after which it is looked at again"));
  }

  /** Why it gave up what we asked for, in its own words. */
  static Optional<String> trouble(Snapshot it) {
    return it.workload() instanceof Rollout rollout
        ? rollout
            .update()
            .map(Rollout.Update::message)
            .filter(message -> it.isDegraded() && !message.isEmpty())
            .map("Argo: "::concat)
        : Optional.empty();
  }
}
