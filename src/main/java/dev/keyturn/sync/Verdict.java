package dev.keyturn.sync;

import dev.keyturn.api.Condition.Status;
import dev.keyturn.api.Reasons;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.sync.target.Unwritten;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an outcome means to people and to the queue.
 *
 * @param retry how soon to look again without a wake-up; empty: a wake-up will come
 */
record Verdict(
    Status ready, String reason, String message, boolean stalled, Optional<Retry> retry) {
  private static final int LISTED = 3;

  /**
   * Waits as long again as the trouble has lasted, within bounds, so that what was just broken is
   * looked at often and what has long been broken is looked at rarely, with nothing to remember.
   */
  record Retry(Duration first, Duration longest) {
    static final Retry AT_ONCE = new Retry(Duration.ofMillis(200), Duration.ofSeconds(30));
    static final Retry IN_TURN = new Retry(Duration.ofSeconds(10), Duration.ofMinutes(1));
    static final Retry RARELY = new Retry(Duration.ofMinutes(5), Duration.ofMinutes(5));

    Duration after(Duration lasted) {
      return lasted.compareTo(first) < 0 ? first : lasted.compareTo(longest) > 0 ? longest : lasted;
    }
  }

  static Optional<Verdict> of(SyncOutcome outcome) {
    return switch (outcome) {
      case SyncOutcome.AtRest rest -> Optional.empty();
      case SyncOutcome.Ignored ignored -> Optional.empty();
      case SyncOutcome.Closed closed -> Optional.empty();
      case SyncOutcome.Synced synced ->
          Optional.of(
              new Verdict(
                  Status.TRUE,
                  Reasons.SECRET_SYNCED,
                  "the Secret holds what the source holds",
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
      case SyncOutcome.Kept(List<Rendered.Missing> missing) ->
          failed(
              "the Secret keeps what it held (deletionPolicy Retain); " + missing(missing), slow());
      case SyncOutcome.Unread(List<SourceFailure> failures) ->
          failed(failures(failures), retry(failures));
      case SyncOutcome.StoreRefused(String message) -> failed(message, Retry.RARELY);
      case SyncOutcome.RenderFailed(RenderFailure.NoTurn noTurn) ->
          failed(noTurn.message(), Retry.IN_TURN);
      case SyncOutcome.RenderFailed(var failure) ->
          Optional.of(
              new Verdict(
                  Status.FALSE,
                  Reasons.SECRET_SYNCED_ERROR,
                  failure.message(),
                  false,
                  Optional.empty()));
      case SyncOutcome.NotWritten(Unwritten why) -> of(why);
    };
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
              "Secret %s is immutable and the source has changed: use a new target.name (kubelets go on serving a re-created immutable Secret from their cache)"
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
      case Unwritten.Overtaken _, Unwritten.Terminating _, Unwritten.ApiServerBusy _ ->
          Optional.empty();
    };
  }

  private static Optional<Verdict> failed(String message, Retry retry) {
    return Optional.of(
        new Verdict(Status.FALSE, Reasons.SECRET_SYNCED_ERROR, message, false, Optional.of(retry)));
  }

  private static Retry retry(List<SourceFailure> failures) {
    SourceFailure.Retry retry =
        failures.stream()
            .map(SourceFailure::retry)
            .min(java.util.Comparator.comparing(SourceFailure.Retry::first))
            .orElse(SourceFailure.Retry.SLOW);
    return new Retry(retry.first(), retry.longest());
  }

  private static Retry slow() {
    return new Retry(SourceFailure.Retry.SLOW.first(), SourceFailure.Retry.SLOW.longest());
  }

  private static String failures(List<SourceFailure> failures) {
    return listed(failures.stream().map(SourceFailure::message).toList());
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
