package dev.keyturn.sync;

import dev.keyturn.api.Condition.Status;
import dev.keyturn.api.Reasons;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.sync.target.Unwritten;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an outcome means to people and to the queue.
 *
 * @param retry how soon to look again without a wake-up; empty: a wake-up will come
 * @param trouble what makes it the same trouble as before, whatever the wording
 * @param quiet how long it may last before anybody is told: what passes by itself is no trouble
 */
record Verdict(
    Status ready,
    String reason,
    String message,
    boolean stalled,
    Optional<Retry> retry,
    String trouble,
    Duration quiet) {
  private static final String ALL_WELL = "the Secret holds what the source holds";
  private static final int LISTED = 3;
  private static final int TOO_MANY_REQUESTS = 429;

  /** Others write the same Secret now and then, but not for so long. */
  private static final Duration RACE = Duration.ofSeconds(10);

  /**
   * Waits as long again as the trouble has lasted, within bounds, so that what was just broken is
   * looked at often and what has long been broken is looked at rarely.
   */
  record Retry(Duration first, Duration longest) {
    static final Retry AT_ONCE = new Retry(Duration.ofMillis(200), Duration.ofSeconds(30));

    /** For a turn that others have: those who were refused together are not to come together. */
    static final Retry IN_TURN = new Retry(Duration.ofSeconds(10), Duration.ofMinutes(1));

    static final Retry SOON = of(SourceFailure.Retry.SOON);
    static final Retry SLOW = of(SourceFailure.Retry.SLOW);
    static final Retry RARELY = new Retry(Duration.ofMinutes(5), Duration.ofMinutes(5));

    private static Retry of(SourceFailure.Retry retry) {
      return new Retry(retry.first(), retry.longest());
    }

    /**
     * @param chance from 0 to 1
     */
    Duration after(Duration lasted, double chance) {
      Duration wait =
          lasted.compareTo(first) < 0 ? first : lasted.compareTo(longest) > 0 ? longest : lasted;
      return equals(IN_TURN) ? wait.plusNanos((long) (wait.toNanos() * 0.5 * chance)) : wait;
    }
  }

  /** One that is told at once. */
  private Verdict(
      Status ready, String reason, String message, boolean stalled, Optional<Retry> retry) {
    this(ready, reason, message, stalled, retry, reason + ": " + message, Duration.ZERO);
  }

  /** Whether somebody should hear of it by an event. */
  boolean warns() {
    return !message.equals(ALL_WELL);
  }

  boolean isGood() {
    return ready == Status.TRUE;
  }

  private Verdict onceItLasts(Duration longer) {
    return new Verdict(ready, reason, message, stalled, retry, trouble, longer);
  }

  /** One whose message may be worded differently each time. */
  private Verdict known(Class<?> kind, String about) {
    return new Verdict(
        ready, reason, message, stalled, retry, kind.getSimpleName() + " " + about, quiet);
  }

  static Optional<Verdict> of(SyncOutcome outcome) {
    return switch (outcome) {
      case SyncOutcome.AtRest rest -> Optional.empty();
      case SyncOutcome.Ignored ignored -> Optional.empty();
      case SyncOutcome.Closed closed -> Optional.empty();
      case SyncOutcome.Doubted doubted -> Optional.empty();
      case SyncOutcome.NamespaceUnknown(String namespace) ->
          // Its coming wakes; the retry is for a watch that missed it.
          failed(
                  "namespace %s is not known to the operator yet, and a ClusterSecretStore chooses namespaces by their labels"
                      .formatted(namespace),
                  Retry.SOON)
              .map(verdict -> verdict.onceItLasts(RACE));
      case SyncOutcome.Synced synced ->
          Optional.of(
              new Verdict(
                  Status.TRUE,
                  Reasons.SECRET_SYNCED,
                  ALL_WELL
                      + (synced.missing().isEmpty()
                          ? ""
                          : ", but not the keys of what is gone (deletionPolicy): "
                              + missing(synced.missing()))
                      + synced.remark().map("; but "::concat).orElse(""),
                  false,
                  Optional.empty()));
      case SyncOutcome.SourceGone(List<Rendered.Missing> missing) ->
          Optional.of(
              new Verdict(
                  Status.TRUE,
                  Reasons.SECRET_DELETED,
                  "the source is gone, so the Secret was deleted (deletionPolicy Delete): "
                      + missing(missing),
                  false,
                  Optional.empty()));
      case SyncOutcome.Kept(List<Rendered.Missing> missing, boolean held) ->
          failed(
              (held ? "the Secret keeps what it held; " : "there is nothing to make a Secret of; ")
                  + missing(missing),
              Retry.SLOW);
      case SyncOutcome.Unread(List<SourceFailure> failures, Optional<Duration> refreshed) ->
          failed(listed(failures.stream().map(SourceFailure::message).toList()), retry(failures))
              .map(verdict -> verdict.unread(failures))
              .map(verdict -> verdict.onceItLasts(late(failures, refreshed)));
      case SyncOutcome.Waits waits when waits.kind() == OutOfPatience.Kind.NO_ANSWER ->
          failed(waits.message(), Retry.SOON);
      case SyncOutcome.Waits waits ->
          inTurn(
              waits.message(),
              SyncOutcome.Waits.class,
              waits.kind().name(),
              waits.refreshed().orElse(Duration.ZERO));
      case SyncOutcome.ApiFailed(int code, String said) when passes(code) ->
          failed("the Kubernetes API server does not answer: %s".formatted(said), Retry.SOON)
              .map(verdict -> verdict.known(SyncOutcome.ApiFailed.class, ""))
              .map(verdict -> verdict.onceItLasts(Retry.SOON.first()));
      case SyncOutcome.ApiFailed(int code, String said) ->
          failed(
              "the Kubernetes API server refuses the operator: %s; see that it has the rights of its chart"
                  .formatted(said),
              Retry.SLOW);
      case SyncOutcome.BrokeDown(String failure) ->
          failed(
                  "the sync broke down inside the operator (%s); it is repeated, less and less often. Please report it"
                      .formatted(failure),
                  Retry.SOON)
              .map(verdict -> verdict.onceItLasts(Retry.SOON.first()));
      case SyncOutcome.StoreRefused(String message) -> failed(message, Retry.RARELY);
      case SyncOutcome.RenderFailed(RenderFailure.NoTurn noTurn, boolean _) ->
          inTurn(noTurn.message(), RenderFailure.NoTurn.class, "", Duration.ZERO);
      case SyncOutcome.RenderFailed(var failure, boolean again) ->
          Optional.of(
              new Verdict(
                  Status.FALSE,
                  Reasons.SECRET_SYNCED_ERROR,
                  failure.message(),
                  false,
                  again ? Optional.of(Retry.SLOW) : Optional.empty()));
      case SyncOutcome.NotWritten(Unwritten why) -> of(why);
    };
  }

  /** One that others are before, and who come and go: told once it lasts. */
  private static Optional<Verdict> inTurn(
      String message, Class<?> kind, String about, Duration harmless) {
    Duration patience = Retry.IN_TURN.first().multipliedBy(2);
    return failed(message, Retry.IN_TURN)
        .map(verdict -> verdict.known(kind, about))
        .map(
            verdict -> verdict.onceItLasts(harmless.compareTo(patience) > 0 ? harmless : patience));
  }

  private static Optional<Verdict> of(Unwritten why) {
    return switch (why) {
      case Unwritten.TargetMissing(String secret) ->
          Optional.of(
              new Verdict(
                  Status.FALSE,
                  Reasons.SECRET_MISSING,
                  "Secret %s does not exist, and creationPolicy Merge does not create it: create it, or use CreateOrMerge"
                      .formatted(secret),
                  false,
                  Optional.of(Retry.RARELY)));
      case Unwritten.NotOurs(String message, String holder) -> failed(message, Retry.RARELY);
      case Unwritten.ImmutableTarget(String secret) ->
          failed(
              "Secret %s is immutable and holds something else than the source: use a new target.name (kubelets go on serving a re-created immutable Secret from their cache)"
                  .formatted(secret),
              Retry.RARELY);
      case Unwritten.Contended(String secret, String manager) ->
          Optional.of(
              new Verdict(
                  Status.FALSE,
                  Reasons.CONFLICT,
                  "field manager %s took Secret %s back from us three times in ten minutes: have it leave the Secret alone, then set annotation keyturn.dev/force-sync to a new value"
                      .formatted(manager, secret),
                  true,
                  Optional.empty()));
      case Unwritten.Forbidden(String secret, String reason) ->
          failed(
              "the API server refuses Secret %s: %s".formatted(secret, reason),
              new Retry(Duration.ofSeconds(10), Duration.ofMinutes(5)));
      case Unwritten.Terminating(String secret, List<String> finalizers) ->
          // Its deletion wakes; the retry is for a watch that missed it.
          failed(
              "Secret %s is being deleted, and ours is written once it is gone: have whoever set finalizer %s remove it"
                  .formatted(secret, String.join(", ", finalizers)),
              Retry.RARELY);
      case Unwritten.Overtaken(String secret) ->
          failed(
                  "Secret %s is changed or deleted by others faster than it can be written: see who writes it (kubectl get secret --show-managed-fields)"
                      .formatted(secret),
                  Retry.AT_ONCE)
              .map(verdict -> verdict.onceItLasts(RACE));
      case Unwritten.ApiServerBusy(String secret, String reason) ->
          failed(
                  "the API server cannot take Secret %s: %s; it is written as soon as that is over"
                      .formatted(secret, reason),
                  Retry.SOON)
              .map(verdict -> verdict.known(Unwritten.ApiServerBusy.class, secret))
              .map(verdict -> verdict.onceItLasts(Retry.SOON.first()));
    };
  }

  private static Optional<Verdict> failed(String message, Retry retry) {
    return Optional.of(
        new Verdict(Status.FALSE, Reasons.SECRET_SYNCED_ERROR, message, false, Optional.of(retry)));
  }

  /**
   * A refresh that is late breaks nothing: it is told when the last good value is three intervals
   * old, of which one was over when it was asked for.
   */
  private static Duration late(List<SourceFailure> failures, Optional<Duration> refreshed) {
    return refreshed
        .filter(_ -> failures.stream().allMatch(SourceFailure.Throttled.class::isInstance))
        .map(interval -> interval.multipliedBy(2))
        .orElse(Duration.ZERO);
  }

  /**
   * What passes by itself is one trouble, whichever of the secrets AWS refuses at the moment and by
   * which call; beside something that does not pass it is none.
   */
  private Verdict unread(List<SourceFailure> failures) {
    List<SourceFailure> lasting =
        failures.stream().filter(failure -> failure.retry() != SourceFailure.Retry.SOON).toList();
    return lasting.isEmpty()
        ? known(
            SyncOutcome.Unread.class,
            failures.stream()
                .map(failure -> failure.getClass().getSimpleName())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" ")))
        : known(
            SyncOutcome.Unread.class,
            lasting.stream()
                .map(failure -> failure.getClass().getSimpleName() + " " + failure.subject())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" ")));
  }

  private static boolean passes(int code) {
    return code == 0 || code == TOO_MANY_REQUESTS || code >= HttpURLConnection.HTTP_INTERNAL_ERROR;
  }

  private static Retry retry(List<SourceFailure> failures) {
    return failures.stream()
        .map(SourceFailure::retry)
        .min(java.util.Comparator.comparing(SourceFailure.Retry::first))
        .map(Retry::of)
        .orElse(Retry.SLOW);
  }

  private static String missing(List<Rendered.Missing> missing) {
    return listed(missing.stream().map(Rendered.Missing::message).toList());
  }

  private static String listed(List<String> messages) {
    List<String> distinct = messages.stream().distinct().sorted().toList();
    String text = distinct.stream().limit(LISTED).collect(Collectors.joining("; "));
    return distinct.size() <= LISTED
        ? text
        : text + "; and %d more".formatted(distinct.size() - LISTED);
  }
}
