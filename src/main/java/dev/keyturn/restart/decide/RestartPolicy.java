package dev.keyturn.restart.decide;

import static java.util.stream.Collectors.joining;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartSpec;
import dev.keyturn.api.RestartSpec.OnFailure;
import dev.keyturn.api.RestartSpec.Policy;
import dev.keyturn.api.RestartSpec.Volumes;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.api.Target.CreationPolicy;
import dev.keyturn.ops.Brief;
import dev.keyturn.ops.Settings.Restart.DefaultPolicy;
import dev.keyturn.restart.decide.Subject.Consent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an ExternalSecret asks of the workloads that read its Secret.
 *
 * @param optInOnly only workloads that opted in count
 * @param none no workload counts
 * @param keys that count; empty: all
 * @param maxConcurrent 0: all
 * @param halts whether a failure holds the others back
 * @param restartNow a person asked for restarts outside windows, and has not been obeyed
 * @param resume a person asked to go on after a halt, and has not been obeyed
 */
public record RestartPolicy(
    String externalSecret,
    boolean none,
    boolean optInOnly,
    List<String> keys,
    boolean ignoresVolumes,
    Duration settle,
    Duration minInterval,
    int maxConcurrent,
    Duration progressDeadline,
    boolean halts,
    List<Window> windows,
    boolean restartNow,
    boolean resume) {

  private static final Duration SHORTEST_SETTLE = Duration.ofSeconds(1);
  private static final Duration LONGEST_SEARCH = Duration.ofDays(366);
  private static final int MOST_OPENINGS = 100;

  public RestartPolicy {
    keys = List.copyOf(keys);
    windows = List.copyOf(windows);
    settle = settle.compareTo(SHORTEST_SETTLE) < 0 ? SHORTEST_SETTLE : settle;
  }

  public static RestartPolicy of(ExternalSecret resource, DefaultPolicy defaultPolicy) {
    RestartSpec spec = resource.getSpec().restart();
    Policy policy = Optional.ofNullable(spec.policy()).orElseGet(() -> meaningOf(defaultPolicy));
    CreationPolicy creation = resource.getSpec().target().creationPolicy();
    Optional<RestartStatus> status = Optional.ofNullable(resource.statusOrEmpty().restart());
    return new RestartPolicy(
        resource.getMetadata().getName(),
        policy == Policy.NONE || creation == CreationPolicy.NONE,
        policy == Policy.OPT_IN || creation == CreationPolicy.MERGE,
        spec.keys(),
        spec.volumes() == Volumes.IGNORE,
        spec.settle(),
        spec.minInterval(),
        spec.maxConcurrent(),
        spec.progressDeadline(),
        spec.onFailure() == OnFailure.HALT,
        spec.windows().stream().map(Window::of).toList(),
        isNew(resource, Annotations.RESTART_NOW, status.map(RestartStatus::restartedNow)),
        isNew(resource, Annotations.RESTART_RESUME, status.map(RestartStatus::resumed)));
  }

  /** Whether a workload counts at all. */
  public boolean concerns(Consent consent) {
    return !none && (!optInOnly || consent == Consent.GIVEN);
  }

  public boolean counts(SecretUse reader) {
    return !ignoresVolumes || reader.via() != SecretUse.Via.VOLUME;
  }

  public boolean counts(String key) {
    return keys.isEmpty() || keys.contains(key);
  }

  /** Without windows it is always open. */
  boolean open(Instant now) {
    return windows.isEmpty() || windows.stream().anyMatch(window -> window.open(now));
  }

  Optional<Instant> nextOpening(Instant now) {
    return windows.stream()
        .flatMap(window -> window.nextOpening(now).stream())
        .min(Instant::compareTo);
  }

  /**
   * When all are open: not before the next opening of any that is closed. Those of some never meet,
   * so that the search ends after a year, or a number of openings.
   */
  static Optional<Instant> allOpen(List<RestartPolicy> policies, Instant now) {
    Instant end = now.plus(LONGEST_SEARCH);
    Optional<Instant> at = Optional.of(now);
    for (int i = 0; i < MOST_OPENINGS && at.isPresent(); i++) {
      Instant opening = at.get();
      Optional<RestartPolicy> closed =
          policies.stream().filter(policy -> !policy.open(opening)).findFirst();
      if (closed.isEmpty()) {
        return at;
      }
      at = closed.filter(_ -> !opening.isAfter(end)).flatMap(it -> it.nextOpening(opening));
    }
    return Optional.empty();
  }

  /** Why a restart has to wait for windows; empty if all are open. */
  static Optional<Decision> closed(List<RestartPolicy> policies, Instant now) {
    List<RestartPolicy> closed = policies.stream().filter(policy -> !policy.open(now)).toList();
    if (closed.isEmpty()) {
      return Optional.empty();
    }
    Optional<Decision> bad =
        closed.stream()
            .flatMap(policy -> policy.windows().stream())
            .filter(window -> window.times().isEmpty())
            .map(
                window ->
                    new Decision.Report(
                        Reason.BAD_WINDOW,
                        "the restart window '" + window.text() + "' cannot be understood"))
            .map(Decision.class::cast)
            .findFirst();
    return bad.or(() -> Optional.of(untilAllOpen(policies, now)));
  }

  private static Decision untilAllOpen(List<RestartPolicy> policies, Instant now) {
    return allOpen(policies, now)
        .<Decision>map(
            at -> Decision.waitFor(Reason.OUTSIDE_WINDOW, at, "no restart window is open"))
        .orElseGet(() -> new Decision.Report(Reason.OUTSIDE_WINDOW, whyNeverOpen(policies, now)));
  }

  static String whyNeverOpen(List<RestartPolicy> policies, Instant now) {
    List<RestartPolicy> withWindows =
        policies.stream().filter(policy -> !policy.windows().isEmpty()).toList();
    return withWindows.stream().anyMatch(policy -> policy.nextOpening(now).isEmpty())
        ? "no restart window will ever open again"
        : withWindows.stream()
            .map(RestartPolicy::externalSecret)
            .sorted()
            .collect(
                joining(
                    " and ",
                    "the restart windows of ",
                    " are never open together: let them overlap, or annotate one whose Secret"
                        + " changed with keyturn.dev/restart-now"));
  }

  private static Policy meaningOf(DefaultPolicy policy) {
    return switch (policy) {
      case Auto -> Policy.AUTO;
      case OptIn -> Policy.OPT_IN;
      case None -> Policy.NONE;
    };
  }

  private static boolean isNew(
      ExternalSecret resource, String annotation, Optional<String> obeyed) {
    return Optional.ofNullable(resource.getMetadata().getAnnotations())
        .map((Map<String, String> annotations) -> annotations.get(annotation))
        .map(Brief::of)
        .filter(value -> !obeyed.equals(Optional.of(value)))
        .isPresent();
  }
}
