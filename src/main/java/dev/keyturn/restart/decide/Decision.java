package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What to do about a workload. */
public sealed interface Decision {

  /** Nothing: each of its containers uses the newest content. */
  record Fresh() implements Decision {}

  /** Nothing, ever: somebody said so. */
  record OptedOut() implements Decision {}

  /** Patch its template. */
  record Restart() implements Decision {}

  /** Nothing: we asked, and its controller is at it. */
  record RollingOut(Instant deadline) implements Decision {}

  /**
   * Nothing yet; those of higher waves wait as well.
   *
   * @param until empty: until something else happens
   */
  record Wait(Reason reason, Optional<Instant> until, String message) implements Decision {}

  /** Say that it is stale, and why that is not ours to change; nobody waits for it. */
  record Report(Reason reason, String message) implements Decision {}

  /** Say that it did not become healthy; the others stop, too, unless told otherwise. */
  record Failed(String message) implements Decision {}

  /** Say that somebody took our restart back; the others stop, too, unless told otherwise. */
  record Undone(String message) implements Decision {}

  /** Nothing, because another one failed or was undone. */
  record HeldBack(String message) implements Decision {}

  /** Whether workloads of higher waves wait for it. */
  default boolean holdsWaves() {
    return switch (this) {
      case Restart _, RollingOut _, Wait _ -> true;
      case Fresh _, OptedOut _, Report _, Failed _, Undone _, HeldBack _ -> false;
    };
  }

  /** Whether it is to restart, as soon as it may or can. */
  default boolean willBeTriedAgain() {
    return switch (this) {
      case Restart _, Wait _ -> true;
      case Report(Reason reason, String _) -> reason == Reason.REFUSED;
      case Fresh _, OptedOut _, RollingOut _, Failed _, Undone _, HeldBack _ -> false;
    };
  }

  /** Until when its pods come and go because of us, at the latest. */
  default Optional<Instant> rollsOutUntil() {
    return switch (this) {
      case RollingOut(Instant deadline) -> Optional.of(deadline);
      case Wait(Reason reason, Optional<Instant> until, String _) ->
          until.filter(_ -> reason == Reason.ROLLING_OUT);
      case Fresh _, OptedOut _, Restart _, Report _, Failed _, Undone _, HeldBack _ ->
          Optional.empty();
    };
  }

  /** What went wrong with its restart. */
  default Optional<String> failure() {
    return switch (this) {
      case Failed(String message) -> Optional.of(message);
      case Undone(String message) -> Optional.of(message);
      case Fresh _, OptedOut _, Restart _, RollingOut _, Wait _, Report _, HeldBack _ ->
          Optional.empty();
    };
  }

  /** A rule's answer, if it has one. */
  static Optional<Decision> of(Decision decision) {
    return Optional.of(decision);
  }

  static Wait waitFor(Reason reason, Instant until, String message) {
    return new Wait(reason, Optional.of(until), message);
  }

  /** A workload with what is to be done about it. */
  record Judged(Snapshot snapshot, Decision decision) {
    public Subject subject() {
      return snapshot.workload().subject();
    }

    public Judged with(Decision other) {
      return new Judged(snapshot, other);
    }

    public List<Change> changes() {
      return snapshot.changes();
    }
  }
}
