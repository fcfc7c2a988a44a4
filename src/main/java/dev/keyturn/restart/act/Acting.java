package dev.keyturn.restart.act;

import static java.util.stream.Collectors.joining;

import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.cluster.WorkloadEvents;
import dev.keyturn.restart.act.Restarter.Result;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.FreshnessRules;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.RestartPlan;
import dev.keyturn.restart.decide.RestartPolicy;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Snapshot.Refusal;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.gather.ConsumerIndex;
import dev.keyturn.restart.gather.Refusals;
import dev.keyturn.restart.gather.SeenFresh;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/** Restarts what has been admitted; who is refused does not hold others up. */
public final class Acting {
  private static final Duration AGAIN_SOON = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofMinutes(1);
  private static final Duration RECHECK = Duration.ofMinutes(5);

  /** Patches that are under way at a time, of those that may restart together. */
  private static final int AT_ONCE = 8;

  private final Restarter restarter;
  private final ConsumerIndex consumers;
  private final WorkloadEvents events;
  private final Metrics metrics;

  private final SeenFresh seenFresh;
  private final Refusals refusals;
  private final Places places;

  public Acting(
      Restarter restarter,
      ConsumerIndex consumers,
      WorkloadEvents events,
      Metrics metrics,
      SeenFresh seenFresh,
      Refusals refusals,
      Places places) {
    this.restarter = restarter;
    this.consumers = consumers;
    this.events = events;
    this.metrics = metrics;
    this.seenFresh = seenFresh;
    this.refusals = refusals;
    this.places = places;
  }

  /**
   * What was decided about the workloads of one ExternalSecret.
   *
   * @param unfinished one of them changed while we decided, or has to be looked at first
   */
  public record Round(List<Judged> judged, boolean unfinished) {
    public Round with(List<Judged> more) {
      return new Round(Stream.concat(judged.stream(), more.stream()).toList(), unfinished);
    }

    /** Whether one of them waits for a place in the cluster. */
    public boolean waitsForCluster() {
      return judged.stream()
          .anyMatch(
              it ->
                  it.decision() instanceof Decision.Wait(Reason reason, var _, var _)
                      && reason == Reason.WAITS_FOR_CLUSTER);
    }

    /** When to look again if nothing happens. */
    public Optional<Instant> wakeAt(Instant now) {
      return judged.stream().flatMap(it -> wakeAt(it, now).stream()).min(Instant::compareTo);
    }

    private static Optional<Instant> wakeAt(Judged it, Instant now) {
      return Stream.of(wakeFor(it, now), it.snapshot().look().again())
          .flatMap(Optional::stream)
          .min(Instant::compareTo);
    }

    private static Optional<Instant> wakeFor(Judged it, Instant now) {
      return switch (it.decision()) {
        case Decision.Fresh _ -> FreshnessRules.nextLook(it.snapshot(), now);
        case Decision.OptedOut _ -> Optional.empty();
        // Who mends a failure by not reading the Secret any more is no event of ours.
        case Decision.Failed _, Decision.Undone _, Decision.HeldBack _ ->
            Optional.of(now.plus(RECHECK));
        case Decision.Restart _ -> Optional.of(now);
        case Decision.RollingOut(Instant deadline) ->
            Optional.of(FreshnessRules.nextLookAtRollout(it.snapshot(), now, deadline));
        case Decision.Wait(Reason reason, Optional<Instant> until, String _) ->
            reason == Reason.ROLLING_OUT
                ? until.map(
                    deadline -> FreshnessRules.nextLookAtRollout(it.snapshot(), now, deadline))
                : until;
        case Decision.Report(Reason reason, String _) ->
            switch (reason) {
              case NOT_OURS -> Optional.empty();
              case REFUSED, WOULD_NOT_START -> Optional.of(now.plus(AGAIN));
              default -> Optional.of(now.plus(RECHECK));
            };
      };
    }
  }

  /** Remembers what is fresh, where nobody restarts. */
  public Round note(RestartPlan plan, Instant now) {
    places.note(plan.judged());
    plan.judged().stream()
        .filter(it -> it.decision() instanceof Decision.Fresh)
        .map(Judged::snapshot)
        .forEach(
            it -> {
              if (it.isRemembered()) {
                metrics.count(it, "completed");
              }
              if (FreshnessRules.isForGood(it, now)) {
                seenFresh.add(it.subject().uid(), it.changes());
              }
            });
    return new Round(plan.outcome(), false);
  }

  /**
   * Restarts those whose turn it is.
   *
   * @param looked the uids of those that were looked at for it, at {@code now}; nobody else
   *     restarts
   */
  public Round act(RestartPlan plan, Set<String> looked, Instant now) {
    var _ = note(plan, now);
    RestartPlan current = plan;
    while (true) {
      List<Judged> next =
          current.restarts().stream().filter(it -> looked.contains(it.subject().uid())).toList();
      if (next.isEmpty()) {
        return new Round(current.outcome(), !current.restarts().isEmpty());
      }
      List<Judged> without = next.stream().map(it -> place(it, now)).toList();
      List<Judged> ready =
          without.stream().filter(it -> it.decision() instanceof Decision.Restart).toList();
      List<Result> results =
          ready.stream()
              .gather(Gatherers.mapConcurrent(AT_ONCE, it -> restarter.restart(it.snapshot())))
              .toList();
      List<Judged> told = new ArrayList<>(without);
      told.removeAll(ready);
      for (int i = 0; i < ready.size(); i++) {
        Judged it = ready.get(i);
        told.add(it.with(consequence(it, results.get(i), now)));
      }
      current = current.with(told);
      if (results.stream().anyMatch(Result.Overtaken.class::isInstance)) {
        return new Round(current.outcome(), true);
      }
    }
  }

  /** The same if it has a place. */
  private Judged place(Judged it, Instant now) {
    return places
        .take(it.subject(), now, now.plus(longestDeadline(it)))
        .map(why -> it.with(new Decision.Wait(Reason.WAITS_FOR_CLUSTER, Optional.empty(), why)))
        .orElse(it);
  }

  private Decision consequence(Judged it, Result result, Instant now) {
    if (!(result instanceof Result.Done)) {
      places.give(it.subject());
    }
    return switch (result) {
      case Result.Done(var written) -> {
        consumers.put(written);
        metrics.began(it.snapshot(), now);
        events.tellSoon(reference(it.subject()), false, "SecretChanged", words(it));
        yield new Decision.RollingOut(now.plus(longestDeadline(it)));
      }
      case Result.NotNow(String message) -> {
        Instant until = now.plus(AGAIN_SOON);
        refusals.add(it.snapshot(), new Refusal(message, Optional.of(until)));
        yield Decision.waitFor(Reason.REFUSED, until, message);
      }
      case Result.Refused(String message) -> {
        String refusal = it.subject() + " could not be restarted: " + message;
        refusals.add(it.snapshot(), new Refusal(refusal, Optional.empty()));
        metrics.count(it.snapshot(), "refused");
        events.tell(reference(it.subject()), true, "RestartRefused", message);
        yield new Decision.Report(Reason.REFUSED, refusal);
      }
      case Result.Overtaken _ -> it.decision();
    };
  }

  /** Says on the workloads themselves what went wrong with them. */
  public void tellFailures(List<Judged> judged) {
    judged.forEach(
        it -> {
          if (it.decision() instanceof Decision.Failed(String message)) {
            tellFailure(it, "failed", Reason.FAILED, message);
          }
          if (it.decision() instanceof Decision.Undone(String message)) {
            tellFailure(it, "undone", Reason.UNDONE, message);
          }
        });
  }

  private void tellFailure(Judged it, String outcome, Reason reason, String message) {
    metrics.count(it.snapshot(), outcome);
    events.tell(reference(it.subject()), true, reason.text(), message);
  }

  private static Duration longestDeadline(Judged it) {
    return Snapshot.longest(
        it.snapshot().causing().stream().map(RestartPolicy::progressDeadline).toList());
  }

  private static String words(Judged it) {
    return it.changes().stream()
        .filter(change -> !it.subject().marks().cover(change))
        .map(
            change ->
                (change.keys().isEmpty() ? "" : String.join(", ", change.keys()) + " of ")
                    + "Secret "
                    + change.secret()
                    + " changed at "
                    + change.at())
        .distinct()
        .collect(joining("; ", "Restarting: ", ""));
  }

  private static ObjectReference reference(Subject subject) {
    return new ObjectReferenceBuilder()
        .withApiVersion(subject.kind().equals("Rollout") ? TemplatePatcher.ROLLOUT_API : "apps/v1")
        .withKind(subject.kind())
        .withNamespace(subject.namespace())
        .withName(subject.name())
        .withUid(subject.uid())
        .withResourceVersion(subject.resourceVersion())
        .build();
  }
}
