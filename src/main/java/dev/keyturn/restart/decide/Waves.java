package dev.keyturn.restart.decide;

import static java.util.Comparator.comparingInt;

import dev.keyturn.restart.decide.Decision.Judged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Which of the workloads that should restart may do so now: lower waves first, so many at a time,
 * and none after a failure. Each ExternalSecret whose Secret changed has its say.
 */
public final class Waves {
  private final List<Judged> undecided;
  private final List<Judged> decided = new ArrayList<>();

  private Waves(List<Judged> inOrder) {
    this.undecided = new ArrayList<>(inOrder);
  }

  /** The same workloads, in the order in which they restart; those that must are held back. */
  public static List<Judged> admit(List<Judged> judged) {
    Waves waves =
        new Waves(
            judged.stream()
                .sorted(
                    comparingInt((Judged it) -> it.subject().wave())
                        .thenComparing(it -> it.subject().name())
                        .thenComparing(it -> it.subject().kind()))
                .toList());
    while (!waves.undecided.isEmpty()) {
      Judged next = waves.undecided.removeFirst();
      waves.decided.add(waves.decide(next));
    }
    return List.copyOf(waves.decided);
  }

  private Judged decide(Judged it) {
    return switch (it.decision()) {
      case Decision.Restart _ ->
          it.snapshot().causing().stream()
              .flatMap(policy -> objection(it, policy).stream())
              .findFirst()
              .map(it::with)
              .orElse(it);
      case Decision.Fresh _,
          Decision.OptedOut _,
          Decision.RollingOut _,
          Decision.Wait _,
          Decision.Report _,
          Decision.Failed _,
          Decision.Undone _,
          Decision.HeldBack _ ->
          it;
    };
  }

  private Optional<Decision> objection(Judged it, RestartPolicy policy) {
    List<Judged> others =
        Stream.concat(decided.stream(), undecided.stream())
            .filter(other -> concernedBy(policy, other))
            .toList();
    return halted(others, policy)
        .or(() -> lowerWave(it, others))
        .or(() -> noTurn(it, others, policy));
  }

  private static Optional<Decision> halted(List<Judged> others, RestartPolicy policy) {
    if (!policy.halts() || policy.resume()) {
      return Optional.empty();
    }
    return others.stream()
        .map(Judged::decision)
        .flatMap(decision -> decision.failure().stream())
        .findFirst()
        .map(message -> new Decision.HeldBack("held back: " + message));
  }

  private static Optional<Decision> lowerWave(Judged it, List<Judged> others) {
    OptionalInt lower =
        others.stream()
            .filter(other -> other.decision().holdsWaves())
            .mapToInt(other -> other.subject().wave())
            .filter(wave -> wave < it.subject().wave())
            .min();
    return lower.isEmpty()
        ? Optional.empty()
        : Decision.of(
            new Decision.Wait(
                Reason.WAITS_FOR_WAVE,
                Optional.empty(),
                "wave " + lower.getAsInt() + " has to be complete first"));
  }

  /** Ahead of it: what restarts already, and what was admitted before it in this round. */
  private Optional<Decision> noTurn(Judged it, List<Judged> others, RestartPolicy policy) {
    if (policy.maxConcurrent() == 0) {
      return Optional.empty();
    }
    long restarting = others.stream().filter(Waves::holdsPlace).count();
    long admitted =
        decided.stream()
            .filter(other -> other.decision() instanceof Decision.Restart)
            .filter(other -> concernedBy(policy, other))
            .count();
    long ahead = restarting + admitted;
    int places = canaryPassed(it, others, policy) ? policy.maxConcurrent() : 1;
    return ahead < places
        ? Optional.empty()
        : Decision.of(
            new Decision.Wait(
                Reason.WAITS_FOR_TURN, Optional.empty(), ahead + " restarting at the moment"));
  }

  /** Until it is complete or its deadline is over, whatever changes meanwhile. */
  private static boolean holdsPlace(Judged other) {
    return other.decision().rollsOutUntil().isPresent()
        || (other.decision() instanceof Decision.Wait(Reason reason, Optional<Instant> _, String _)
            && reason == Reason.WAITS_FOR_CLUSTER);
  }

  /**
   * The first of a wave goes alone; the rest follow when it is healthy with what they restart for:
   * one that was restarted for something older tells nothing.
   */
  private static boolean canaryPassed(Judged it, List<Judged> others, RestartPolicy policy) {
    Instant newest =
        it.snapshot().causes().stream()
            .filter(cause -> isOf(policy, cause))
            .map(Change::at)
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    return others.stream()
        .filter(other -> other.subject().wave() == it.subject().wave())
        .filter(other -> other.decision() instanceof Decision.Fresh)
        .anyMatch(
            other ->
                other.changes().stream()
                    .filter(change -> isOf(policy, change) && !change.at().isBefore(newest))
                    .anyMatch(other.subject().marks()::cover));
  }

  private static boolean concernedBy(RestartPolicy policy, Judged it) {
    return it.changes().stream().anyMatch(change -> isOf(policy, change));
  }

  private static boolean isOf(RestartPolicy policy, Change change) {
    return change.policy().externalSecret().equals(policy.externalSecret());
  }
}
