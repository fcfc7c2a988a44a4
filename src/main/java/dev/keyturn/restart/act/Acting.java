package dev.keyturn.restart.act;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.cluster.WorkloadEvents;
import dev.keyturn.restart.act.Restarter.Result;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.RestartPolicy;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Waves;
import dev.keyturn.restart.gather.ConsumerIndex;
import dev.keyturn.restart.gather.Gathering.Concerned;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Restarts what has been admitted, one after the other; who is refused does not hold others up. */
public final class Acting {
  private static final Duration AGAIN_SOON = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofMinutes(1);
  private static final Duration RECHECK = Duration.ofMinutes(5);

  private final Restarter restarter;
  private final ConsumerIndex consumers;
  private final WorkloadEvents events;
  private final Metrics metrics;

  /** Why the API server refused a workload a short time ago. */
  private final Cache<String, Decision> refused =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(AGAIN).build();

  public Acting(
      Restarter restarter, ConsumerIndex consumers, WorkloadEvents events, Metrics metrics) {
    this.metrics = metrics;
    this.restarter = restarter;
    this.consumers = consumers;
    this.events = events;
  }

  /**
   * What was decided about the workloads of one ExternalSecret.
   *
   * @param overtaken one of them changed while we decided
   */
  public record Round(List<Judged> judged, boolean overtaken) {
    public Round with(List<Judged> more) {
      return new Round(Stream.concat(judged.stream(), more.stream()).toList(), overtaken);
    }

    public static Round of(List<Judged> judged) {
      return new Round(judged, false);
    }

    /** When to look again if nothing happens. */
    public Optional<Instant> wakeAt(Instant now) {
      return judged.stream().flatMap(it -> wakeAt(it, now).stream()).min(Instant::compareTo);
    }

    private static Optional<Instant> wakeAt(Judged it, Instant now) {
      return switch (it.decision()) {
        case Decision.Fresh _ -> it.snapshot().sureAt().filter(now::isBefore);
        case Decision.OptedOut _, Decision.Halted _ -> Optional.empty();
        case Decision.Restart _ -> Optional.of(now);
        case Decision.RollingOut(Instant deadline) -> Optional.of(deadline);
        case Decision.Wait(Reason _, Optional<Instant> until, String _) -> until;
        case Decision.Report(Reason reason, String _) ->
            Optional.of(
                now.plus(
                    switch (reason) {
                      case REFUSED, NOT_OURS -> AGAIN;
                      default -> RECHECK;
                    }));
      };
    }
  }

  /**
   * @param own the workloads of the ExternalSecret that we act for
   * @param judged these, and those whose restarts count against theirs
   * @param again judges one by what it is right before its restart
   */
  public Round act(
      List<Concerned> own, Map<String, Judged> judged, UnaryOperator<Judged> again, Instant now) {
    Set<String> ours = own.stream().map(it -> it.subject().uid()).collect(toSet());
    judged.values().stream()
        .filter(it -> it.decision() instanceof Decision.Fresh && it.snapshot().isRemembered())
        .forEach(it -> metrics.count(it.snapshot(), "completed"));
    List<Judged> current = new ArrayList<>(judged.values());
    current.replaceAll(this::recallRefusal);
    while (true) {
      List<Judged> admitted = Waves.admit(current);
      List<Judged> next =
          admitted.stream()
              .filter(it -> ours.contains(it.subject().uid()))
              .filter(it -> it.decision() instanceof Decision.Restart)
              .toList();
      if (next.isEmpty()) {
        return new Round(of(ours, admitted), false);
      }
      for (Judged it : next) {
        Judged certain = again.apply(it);
        if (certain.decision() instanceof Decision.Restart) {
          Result result = restarter.restart(certain.snapshot());
          if (result instanceof Result.Overtaken) {
            return new Round(of(ours, Waves.admit(current)), true);
          }
          replace(current, certain.with(consequence(certain, result, now)));
        } else {
          replace(current, certain);
        }
      }
    }
  }

  private static void replace(List<Judged> judged, Judged by) {
    judged.replaceAll(it -> it.subject().uid().equals(by.subject().uid()) ? by : it);
  }

  private Judged recallRefusal(Judged it) {
    Decision known = refused.getIfPresent(key(it));
    return known != null && it.decision() instanceof Decision.Restart ? it.with(known) : it;
  }

  private Decision consequence(Judged it, Result result, Instant now) {
    return switch (result) {
      case Result.Done(var written) -> {
        consumers.put(written);
        metrics.began(it.snapshot(), now);
        events.tell(reference(it.subject()), false, "SecretChanged", words(it));
        yield new Decision.RollingOut(now.plus(longestDeadline(it)));
      }
      case Result.NotNow(String message) ->
          Decision.waitFor(Reason.REFUSED, now.plus(AGAIN_SOON), message);
      case Result.Refused(String message) -> {
        Decision refusal =
            new Decision.Report(
                Reason.REFUSED, it.subject() + " could not be restarted: " + message);
        refused.put(key(it), refusal);
        metrics.count(it.snapshot(), "refused");
        events.tell(reference(it.subject()), true, "RestartRefused", message);
        yield refusal;
      }
      case Result.Overtaken _ -> it.decision();
    };
  }

  /** Says on the workloads themselves what went wrong with them. */
  public void tellFailures(List<Judged> judged) {
    judged.forEach(
        it -> {
          if (it.decision() instanceof Decision.Halted(Reason reason, String message)
              && reason != Reason.HALTED) {
            metrics.count(it.snapshot(), reason == Reason.UNDONE ? "undone" : "failed");
            events.tell(reference(it.subject()), true, reason.text(), message);
          }
        });
  }

  private static List<Judged> of(Set<String> ours, List<Judged> judged) {
    return judged.stream().filter(it -> ours.contains(it.subject().uid())).toList();
  }

  private static Duration longestDeadline(Judged it) {
    return Snapshot.longest(
        it.snapshot().policies().stream().map(RestartPolicy::progressDeadline).toList());
  }

  private static String key(Judged it) {
    return it.subject().uid() + "/" + it.snapshot().newestChange();
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
