package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.Optional;

/**
 * What we restart, each kind by its own rules; see <a
 * href="https://kubernetes.io/docs/concepts/workloads/controllers/">Workload Management</a>.
 */
public sealed interface Workload
    permits Workload.Deployment,
        Workload.StatefulSet,
        Workload.DaemonSet,
        Workload.Foreign,
        Rollout {
  Subject subject();

  /** The same with other marks of its template. */
  Workload marked(Marks marks);

  /** How far its newest template has been rolled out, as its status tells. */
  Progress progress();

  /** Why a changed template would not reach its pods. */
  Optional<String> obstacle();

  /** Whether it has no pods, and wants none. */
  boolean isEmpty();

  /** Whether a rollout leaves it without a running pod for a while. */
  boolean losesService();

  /**
   * Replaces pods through ReplicaSets.
   *
   * @param rollout uses its template instead of one of its own; empty: none does
   * @param failure why its controller cannot make pods, in its words
   */
  record Deployment(
      Subject subject,
      Counts counts,
      boolean paused,
      boolean recreate,
      Limit maxUnavailable,
      Limit maxSurge,
      Optional<Instant> lastSign,
      Optional<String> rollout,
      Optional<String> failure)
      implements Workload {

    public Deployment usedBy(String other) {
      return with(subject, Optional.of(other));
    }

    @Override
    public Workload marked(Marks marks) {
      return with(subject.marked(marks), rollout);
    }

    private Deployment with(Subject as, Optional<String> by) {
      return new Deployment(
          as, counts, paused, recreate, maxUnavailable, maxSurge, lastSign, by, failure);
    }

    @Override
    public Progress progress() {
      boolean complete = counts.updated() == counts.wanted() && counts.settled();
      return Progress.of(counts.observed(), complete, lastSign);
    }

    @Override
    public Optional<String> obstacle() {
      return rollout
          .map(
              it ->
                  "Rollout "
                      + it
                      + " uses its template, and would begin an update: scale it to 0, or replace"
                      + " its pods yourself")
          .or(() -> Optional.of("it is paused: kubectl rollout resume").filter(_ -> paused));
    }

    @Override
    public boolean isEmpty() {
      return counts.none();
    }

    @Override
    public boolean losesService() {
      return recreate
          || Limit.missing(maxUnavailable, maxSurge, counts.wanted()) >= counts.wanted();
    }
  }

  /** Replaces pods in turn, the old ones first. */
  record StatefulSet(
      Subject subject,
      Counts counts,
      boolean onDelete,
      int partition,
      boolean revisionsEqual,
      Limit maxUnavailable)
      implements Workload {

    @Override
    public Workload marked(Marks marks) {
      return new StatefulSet(
          subject.marked(marks), counts, onDelete, partition, revisionsEqual, maxUnavailable);
    }

    @Override
    public Progress progress() {
      return Progress.of(counts.observed(), revisionsEqual && counts.settled(), Optional.empty());
    }

    @Override
    public Optional<String> obstacle() {
      if (onDelete) {
        return Optional.of("its updateStrategy is OnDelete: delete its pods");
      }
      return partition > 0
          ? Optional.of("its partition is " + partition + ": pods below it are not replaced")
          : Optional.empty();
    }

    @Override
    public boolean isEmpty() {
      return counts.none();
    }

    @Override
    public boolean losesService() {
      return Math.max(maxUnavailable.roundedDown(counts.wanted()), 1) >= counts.wanted();
    }
  }

  /** Replaces pods node by node. */
  record DaemonSet(Subject subject, Counts counts, boolean onDelete, Limit maxUnavailable)
      implements Workload {

    @Override
    public Workload marked(Marks marks) {
      return new DaemonSet(subject.marked(marks), counts, onDelete, maxUnavailable);
    }

    @Override
    public Progress progress() {
      boolean complete = counts.updated() >= counts.wanted() && counts.settled();
      return Progress.of(counts.observed(), complete, Optional.empty());
    }

    @Override
    public Optional<String> obstacle() {
      return onDelete
          ? Optional.of("its updateStrategy is OnDelete: delete its pods")
          : Optional.empty();
    }

    @Override
    public boolean isEmpty() {
      return counts.none();
    }

    @Override
    public boolean losesService() {
      return maxUnavailable.roundedUp(counts.wanted()) >= counts.wanted();
    }
  }

  /** A pod of its own, or pods of a controller that we do not know. */
  record Foreign(Subject subject) implements Workload {

    @Override
    public Workload marked(Marks marks) {
      return new Foreign(subject.marked(marks));
    }

    @Override
    public Progress progress() {
      return new Progress(Progress.Stage.COMPLETE, Optional.empty());
    }

    @Override
    public Optional<String> obstacle() {
      return Optional.of(
          subject.kind().equals("Rollout")
              ? "we follow no workloadRef but to a Deployment: replace its pods yourself"
              : "we do not restart a " + subject.kind() + ": replace its pods yourself");
    }

    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public boolean losesService() {
      return true;
    }
  }

  /**
   * What its status counts.
   *
   * @param wanted by its spec, or by the nodes that match
   * @param all that it has, of any template
   */
  record Counts(boolean observed, int wanted, int all, int updated, int available) {
    boolean settled() {
      return available >= wanted && all <= wanted;
    }

    boolean none() {
      return observed && wanted == 0 && all == 0;
    }
  }

  /** A number of pods or a percentage, which each controller rounds in its own way. */
  record Limit(int value, boolean percent) {
    public static final Limit ONE = new Limit(1, false);

    /** Where it may neither surge nor be short of pods, by rounding, a controller takes one. */
    static int missing(Limit maxUnavailable, Limit maxSurge, int wanted) {
      int least = maxSurge.roundedUp(wanted) == 0 ? 1 : 0;
      return Math.max(maxUnavailable.roundedDown(wanted), least);
    }

    int roundedDown(int total) {
      return percent ? clamped((long) total * value / 100) : value;
    }

    int roundedUp(int total) {
      return percent ? clamped(((long) total * value + 99) / 100) : value;
    }

    private static int clamped(long pods) {
      return Math.clamp(pods, 0, Integer.MAX_VALUE);
    }
  }

  /**
   * How far the newest template of a workload has been rolled out.
   *
   * @param lastSign when it last got further, as far as the workload tells
   */
  record Progress(Stage stage, Optional<Instant> lastSign) {

    /** How far. */
    public enum Stage {
      /** Its controller has not seen the newest template. */
      UNOBSERVED,
      /** Pods of an older template are there, or some of the newest are not available. */
      ROLLING,
      /** Every pod is of the newest template and available. */
      COMPLETE
    }

    static Progress of(boolean observed, boolean complete, Optional<Instant> lastSign) {
      if (!observed) {
        return new Progress(Stage.UNOBSERVED, lastSign);
      }
      return new Progress(complete ? Stage.COMPLETE : Stage.ROLLING, lastSign);
    }
  }
}
