package dev.keyturn.restart.act;

import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.RestartPolicy;
import dev.keyturn.restart.decide.Rollout;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Staleness;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Restarts a workload that was decided on, by one patch of its template. */
public final class Restarter {
  private static final int TOO_MANY_REQUESTS = 429;

  /** How the client says that there was no answer at all. */
  private static final int NO_ANSWER = -1;

  private static final int LONGEST_MESSAGE = 300;

  /** How the chart's admission policy begins where a request changes more than we ever ask for. */
  private static final String MORE_THAN_WE_ASKED = "denied request: Keyturn changes ";

  private static final String BY_A_WEBHOOK =
      "; Keyturn sent annotations alone, so that a mutating webhook or policy changed more in the"
          + " same request. Annotate the workload once yourself, after which nothing is left to"
          + " change, or leave Keyturn's ServiceAccount out of that webhook";

  private final TemplatePatcher patcher;
  private final Clock clock;

  public Restarter(TemplatePatcher patcher, Clock clock) {
    this.patcher = patcher;
    this.clock = clock;
  }

  /** What came of it. */
  sealed interface Result {
    record Done(HasMetadata written) implements Result {}

    /** It changed meanwhile: gather again. */
    record Overtaken() implements Result {}

    /** The API server is not at its best: try again soon. */
    record NotNow(String message) implements Result {}

    /** The API server refused; it may do so again. */
    record Refused(String message) implements Result {}
  }

  Result restart(Snapshot snapshot) {
    try {
      return new Result.Done(patch(snapshot, clock.instant()));
    } catch (KubernetesClientException e) {
      return result(e);
    }
  }

  private HasMetadata patch(Snapshot snapshot, Instant now) {
    Subject subject = snapshot.subject();
    TemplatePatcher.Target target =
        new TemplatePatcher.Target(
            subject.kind(),
            subject.namespace(),
            subject.name(),
            subject.uid(),
            subject.resourceVersion());
    Map<String, String> annotations = marks(snapshot, now).annotations();
    return switch (snapshot.workload()) {
      case Workload.Deployment _, Workload.StatefulSet _, Workload.DaemonSet _ ->
          patcher.annotate(target, annotations);
      case Rollout rollout when rollout.byTemplate() -> patcher.annotate(target, annotations);
      case Rollout rollout -> {
        Instant restartAt = restartAt(snapshot.isGivenUp() ? now : snapshot.newestChange());
        yield patcher.restartRollout(
            target, annotations, rollout.restartAt().filter(restartAt::isBefore).orElse(restartAt));
      }
      case Workload.Foreign _ ->
          throw new IllegalArgumentException(subject + " is not ours to restart");
    };
  }

  /** Argo tells whole seconds, and would never say that it did a part of one. */
  static Instant restartAt(Instant change) {
    Instant sure = change.plus(Staleness.SURE);
    Instant whole = sure.truncatedTo(ChronoUnit.SECONDS);
    return whole.equals(sure) ? whole : whole.plusSeconds(1);
  }

  /** For every Secret that it reads, the newest change; of others, what was there before. */
  static Marks marks(Snapshot snapshot, Instant now) {
    Marks before = snapshot.subject().marks();
    Map<String, Instant> restartedFor = new TreeMap<>();
    snapshot
        .subject()
        .references()
        .forEach(
            reference ->
                Optional.ofNullable(before.restartedFor().get(reference.secret()))
                    .ifPresent(at -> restartedFor.put(reference.secret(), at)));
    snapshot
        .changes()
        .forEach(
            change ->
                restartedFor.merge(
                    change.secret(),
                    change.at(),
                    (one, other) -> one.isAfter(other) ? one : other));
    return new Marks(
        restartedFor,
        Optional.of(now.truncatedTo(ChronoUnit.SECONDS)),
        Optional.of(interval(snapshot, now)));
  }

  /** Doubles while restarts recur soon after the last quiet time, up to an hour. */
  private static Duration interval(Snapshot snapshot, Instant now) {
    Marks before = snapshot.subject().marks();
    Duration least =
        Snapshot.longest(snapshot.causing().stream().map(RestartPolicy::minInterval).toList());
    Duration last = before.interval().orElse(Duration.ZERO);
    boolean recurs =
        before.restartedAt().filter(at -> now.isBefore(at.plus(last.multipliedBy(2)))).isPresent();
    if (!recurs) {
      return least;
    }
    Duration doubled = last.multipliedBy(2);
    return Snapshot.longest(
        List.of(
            least,
            doubled.compareTo(Marks.LONGEST_INTERVAL) > 0 ? Marks.LONGEST_INTERVAL : doubled));
  }

  private static Result result(KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT ->
          foreignOwner(e).<Result>map(Result.Refused::new).orElseGet(Result.Overtaken::new);
      case HttpURLConnection.HTTP_NOT_FOUND -> new Result.Overtaken();
      case TOO_MANY_REQUESTS,
          NO_ANSWER,
          0,
          HttpURLConnection.HTTP_BAD_GATEWAY,
          HttpURLConnection.HTTP_UNAVAILABLE,
          HttpURLConnection.HTTP_GATEWAY_TIMEOUT ->
          new Result.NotNow(message(e));
      default -> new Result.Refused(message(e));
    };
  }

  /** Somebody else applied our annotations, perhaps from an exported manifest. */
  private static Optional<String> foreignOwner(KubernetesClientException e) {
    return Optional.ofNullable(e.getStatus())
        .flatMap(status -> Optional.ofNullable(status.getDetails()))
        .stream()
        .flatMap(details -> details.getCauses().stream())
        .filter(cause -> "FieldManagerConflict".equals(cause.getReason()))
        .findFirst()
        .map(
            cause ->
                cause.getMessage()
                    + " on "
                    + cause.getField()
                    + ": remove our annotations from the manifest");
  }

  private static String message(KubernetesClientException e) {
    String text =
        Optional.ofNullable(e.getStatus())
            .map(Status::getMessage)
            .orElse("the API server does not answer");
    return "HTTP "
        + e.getCode()
        + ": "
        + text.substring(0, Math.min(text.length(), LONGEST_MESSAGE))
        + (text.contains(MORE_THAN_WE_ASKED) ? BY_A_WEBHOOK : "");
  }
}
