package dev.keyturn.restart.act;

import static java.util.Comparator.comparingInt;

import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.api.RestartStatus.AskedStatus;
import dev.keyturn.api.RestartStatus.State;
import dev.keyturn.api.RestartStatus.WorkloadStatus;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an ExternalSecret's status says of the workloads that read its Secret.
 *
 * @param externalSecret its name
 * @param pending those that are not fresh, in the order in which they restart
 */
public record Outcome(
    String externalSecret,
    List<Judged> pending,
    Optional<String> restartedNow,
    Optional<String> resumed) {
  /** More would make the status long and nobody wiser. */
  private static final int MOST_LISTED = 50;

  /** Some 100 KiB; who lets that many restart at once will not miss the undo of one. */
  private static final int MOST_REMEMBERED = 1_000;

  /** A wait this short ends before anybody reads of it. */
  private static final Duration NOT_WORTH_A_WRITE = Duration.ofSeconds(5);

  public static Outcome of(
      String externalSecret,
      List<Judged> judged,
      Instant now,
      Optional<String> restartedNow,
      Optional<String> resumed) {
    return new Outcome(
        externalSecret,
        judged.stream().filter(it -> isPending(it.decision(), now)).toList(),
        restartedNow,
        resumed);
  }

  private static boolean isPending(Decision decision, Instant now) {
    return switch (decision) {
      case Decision.Fresh _, Decision.OptedOut _ -> false;
      case Decision.Wait(Reason reason, Optional<Instant> until, String _) ->
          reason != Reason.SETTLING
              || until.filter(at -> at.isAfter(now.plus(NOT_WORTH_A_WRITE))).isPresent();
      case Decision.Restart _,
          Decision.RollingOut _,
          Decision.Report _,
          Decision.Failed _,
          Decision.Undone _,
          Decision.HeldBack _ ->
          true;
    };
  }

  /** Absent while nothing is pending and no annotation of a person has to be remembered. */
  Optional<RestartStatus> status() {
    if (pending.isEmpty() && restartedNow.isEmpty() && resumed.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new RestartStatus(
            foremost().map(it -> state(it.decision())).orElse(State.IDLE),
            foremost().map(Outcome::message).orElse(null),
            until().orElse(null),
            pending.stream().limit(MOST_LISTED).map(this::listed).toList(),
            pending.stream().flatMap(it -> asked(it).stream()).limit(MOST_REMEMBERED).toList(),
            restartedNow.orElse(null),
            resumed.orElse(null)));
  }

  /** Says something only while something is pending. */
  Optional<Condition> condition(Instant now, long generation, Optional<Condition> before) {
    return foremost()
        .map(
            it ->
                new Condition(
                    ConditionTypes.RESTARTED,
                    Condition.Status.FALSE,
                    reason(it.decision()).text(),
                    message(it),
                    before
                        .flatMap(known -> Optional.ofNullable(known.lastTransitionTime()))
                        .orElse(now),
                    generation));
  }

  int staleContainers() {
    return pending.stream().mapToInt(this::staleContainers).sum();
  }

  /** The one that tells most: a failure before a restart before what a person has to do. */
  private Optional<Judged> foremost() {
    return pending.stream().min(comparingInt((Judged it) -> rank(it.decision())));
  }

  private static int rank(Decision decision) {
    return switch (decision) {
      case Decision.Failed _, Decision.Undone _ -> 0;
      case Decision.HeldBack _ -> 1;
      case Decision.Restart _, Decision.RollingOut _ -> 2;
      case Decision.Report(Reason reason, String _) -> reason == Reason.NOT_OURS ? 5 : 3;
      case Decision.Wait _ -> 4;
      case Decision.Fresh _, Decision.OptedOut _ -> 6;
    };
  }

  private Optional<Instant> until() {
    return pending.stream()
        .flatMap(
            it ->
                it.decision() instanceof Decision.Wait(Reason _, Optional<Instant> until, String _)
                    ? until.stream()
                    : Optional.<Instant>empty().stream())
        .min(Instant::compareTo);
  }

  private WorkloadStatus listed(Judged it) {
    return new WorkloadStatus(
        it.subject().kind(),
        it.subject().name(),
        state(it.decision()),
        reason(it.decision()).text(),
        staleContainers(it));
  }

  /** Who reads other Secrets as well is counted for those by who writes them. */
  private int staleContainers(Judged it) {
    return (int)
        it.snapshot().stale().stream()
            .filter(stale -> stale.change().policy().externalSecret().equals(externalSecret))
            .map(stale -> stale.pod().name() + "/" + stale.container())
            .distinct()
            .count();
  }

  /**
   * What we must remember of each, listed or not: that we asked for it in the template. Of one that
   * is gone from there it is kept, whatever the workload waits for, and with it that a person said
   * to restart it again: the other ExternalSecrets that it reads remember it, too.
   */
  private static Optional<AskedStatus> asked(Judged it) {
    Snapshot known = it.snapshot();
    if (it.decision() instanceof Decision.RollingOut || known.asked()) {
      return Optional.of(
          status(it, known.newestChange(), reason(it.decision()) == Reason.PASSED_OVER, false));
    }
    return known
        .remembered()
        .filter(_ -> known.isRemembered())
        .map(
            asked ->
                status(
                    it,
                    asked.change(),
                    asked.passedOver(),
                    asked.resumed() || (known.isTakenBack() && known.resumed())));
  }

  private static AskedStatus status(
      Judged it, Instant change, boolean passedOver, boolean resumed) {
    return new AskedStatus(
        it.subject().kind(),
        it.subject().name(),
        change,
        passedOver ? true : null,
        resumed ? true : null);
  }

  private static State state(Decision decision) {
    return switch (decision) {
      case Decision.Fresh _, Decision.OptedOut _ -> State.IDLE;
      case Decision.Restart _, Decision.RollingOut _ -> State.RESTARTING;
      case Decision.Wait _, Decision.Report _ -> State.WAITING;
      case Decision.Failed _, Decision.Undone _, Decision.HeldBack _ -> State.HALTED;
    };
  }

  private static Reason reason(Decision decision) {
    return switch (decision) {
      case Decision.Fresh _, Decision.OptedOut _, Decision.Restart _, Decision.RollingOut _ ->
          Reason.ROLLING_OUT;
      case Decision.Wait(Reason reason, Optional<Instant> _, String _) -> reason;
      case Decision.Report(Reason reason, String _) -> reason;
      case Decision.Failed _ -> Reason.FAILED;
      case Decision.Undone _ -> Reason.UNDONE;
      case Decision.HeldBack _ -> Reason.HALTED;
    };
  }

  private static String message(Judged it) {
    return switch (it.decision()) {
      case Decision.Fresh _, Decision.OptedOut _, Decision.Restart _, Decision.RollingOut _ ->
          it.subject() + " replaces its pods";
      case Decision.Wait(Reason _, Optional<Instant> until, String message) ->
          it.subject() + " waits: " + message + until.map(at -> "; goes on at " + at).orElse("");
      case Decision.Report(Reason _, String message) -> message;
      case Decision.Failed(String message) -> message;
      case Decision.Undone(String message) -> message;
      case Decision.HeldBack(String message) -> message;
    };
  }

  /** Whether the status says the same already. */
  boolean isSaidBy(Optional<RestartStatus> status, Optional<Condition> condition) {
    return status().equals(status) && isSaidBy(condition);
  }

  /**
   * Whether it says the same but for how many containers are stale, and until when, which its
   * sentence says as well: each pod that becomes ready puts a deadline off.
   */
  boolean isSaidBesidesCounts(Optional<RestartStatus> status, Optional<Condition> condition) {
    return status().map(Outcome::uncounted).equals(status.map(Outcome::uncounted))
        && condition(Instant.EPOCH, 0, condition)
            .map(Condition::reason)
            .equals(condition.map(Condition::reason));
  }

  private static RestartStatus uncounted(RestartStatus it) {
    return new RestartStatus(
        it.state(),
        null,
        null,
        it.workloads().stream()
            .map(
                listed ->
                    new WorkloadStatus(
                        listed.kind(), listed.name(), listed.state(), listed.reason(), null))
            .toList(),
        it.asked(),
        it.restartedNow(),
        it.resumed());
  }

  private boolean isSaidBy(Optional<Condition> condition) {
    Optional<Condition> wanted = condition(Instant.EPOCH, 0, condition);
    return wanted.isPresent() == condition.isPresent()
        && (wanted.isEmpty() || wanted.get().saysTheSameAs(condition.get()));
  }
}
