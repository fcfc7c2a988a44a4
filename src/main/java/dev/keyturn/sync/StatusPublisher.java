package dev.keyturn.sync;

import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.Binding;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.api.ExternalSecretStatus.SourceStatus;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.ops.EventPublisher;
import dev.keyturn.source.SourceFailure;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one exit: writes status if it says something new, and an event if something went wrong anew.
 */
final class StatusPublisher {
  private final OwnStatus<ExternalSecret, ExternalSecretStatus> statuses;
  private final EventPublisher events;
  private final ForceSync forceSync;
  private final RotationReport rotations;
  private final Clock clock;

  StatusPublisher(
      OwnStatus<ExternalSecret, ExternalSecretStatus> statuses,
      EventPublisher events,
      ForceSync forceSync,
      RotationReport rotations,
      Clock clock) {
    this.statuses = statuses;
    this.events = events;
    this.forceSync = forceSync;
    this.rotations = rotations;
    this.clock = clock;
  }

  /**
   * Writes what the verdict says.
   *
   * @param told whether just this trouble was told before, be it in other words
   * @return whether an event tells it, as one does the first time
   */
  boolean publish(ExternalSecret resource, SyncOutcome outcome, Verdict verdict, boolean told) {
    ExternalSecretStatus before = statuses.known(resource);
    Optional<Condition> earlier = before.condition(ConditionTypes.READY);
    if (notAsked(outcome) && tells(resource, earlier)) {
      return false;
    }
    Condition ready =
        earlier
            .filter(_ -> told && tells(resource, earlier))
            .orElseGet(
                () -> condition(resource, ConditionTypes.READY, verdict.ready(), verdict, earlier));
    Optional<Condition> rotation = rotations.condition(resource, before);
    ExternalSecretStatus wanted = status(resource, before, outcome, verdict, ready, rotation);
    if (!ours(before).equals(wanted)) {
      statuses.write(resource, wanted);
    }
    warn(resource, before, rotation);
    boolean warns = verdict.warns() && !told && !earlier.map(ready::saysTheSameAs).orElse(false);
    if (warns) {
      events.warning(resource, verdict.reason(), verdict.message());
    }
    return warns;
  }

  /** A resource at rest has nothing new to say but what was heard of a rotation. */
  void atRest(ExternalSecret resource) {
    ExternalSecretStatus before = statuses.known(resource);
    Optional<Condition> rotation = rotations.condition(resource, before);
    if (rotation.equals(before.condition(ConditionTypes.ROTATION_HEALTHY))) {
      return;
    }
    List<Condition> conditions =
        new ArrayList<>(without(ConditionTypes.ROTATION_HEALTHY, ours(before).conditions()));
    rotation.ifPresent(conditions::add);
    statuses.write(resource, ours(before, conditions));
    warn(resource, before, rotation);
  }

  private void warn(
      ExternalSecret resource, ExternalSecretStatus before, Optional<Condition> rotation) {
    rotation
        .filter(
            condition ->
                before
                    .condition(ConditionTypes.ROTATION_HEALTHY)
                    .filter(condition::saysTheSameAs)
                    .isEmpty())
        .ifPresent(
            condition ->
                events.warning(
                    resource,
                    Objects.requireNonNull(condition.reason()),
                    Objects.requireNonNull(condition.message())));
  }

  private static boolean notAsked(SyncOutcome outcome) {
    return outcome instanceof SyncOutcome.Unread(List<SourceFailure> failures, var _)
        && failures.stream().allMatch(SourceFailure::notAsked);
  }

  /** Whether the failure that is still there has been told. */
  private static boolean tells(ExternalSecret resource, Optional<Condition> earlier) {
    return earlier
        .filter(condition -> condition.status() == Condition.Status.FALSE)
        .filter(
            condition ->
                Objects.equals(
                    condition.observedGeneration(), resource.getMetadata().getGeneration()))
        .isPresent();
  }

  private ExternalSecretStatus status(
      ExternalSecret resource,
      ExternalSecretStatus before,
      SyncOutcome outcome,
      Verdict verdict,
      Condition ready,
      Optional<Condition> rotation) {
    List<Condition> conditions = new ArrayList<>(List.of(ready));
    if (verdict.stalled()) {
      conditions.add(
          condition(
              resource,
              ConditionTypes.STALLED,
              Condition.Status.TRUE,
              verdict,
              before.condition(ConditionTypes.STALLED)));
    }
    rotation.ifPresent(conditions::add);
    @Nullable Content content = before.content();
    @Nullable Binding binding = before.binding();
    @Nullable Instant refreshTime = before.refreshTime();
    @Nullable Integer count = before.sourceCount();
    List<SourceStatus> sources = before.sources();
    if (outcome instanceof SyncOutcome.Synced synced) {
      content = synced.content().orElse(null);
      binding = synced.content().isPresent() ? new Binding(resource.targetName()) : null;
      sources = synced.sources().sources();
      count = synced.sources().count();
      if (synced.wrote() || refreshTime == null) {
        refreshTime = now();
      }
    }
    if (outcome instanceof SyncOutcome.SourceGone) {
      binding = null;
      sources = List.of();
      count = 0;
    }
    return new ExternalSecretStatus(
        conditions,
        resource.getMetadata().getGeneration(),
        refreshTime,
        null,
        binding,
        sources,
        count,
        content,
        forceSync.obeyed(resource).orElse(null),
        null);
  }

  private Condition condition(
      ExternalSecret resource,
      String type,
      Condition.Status status,
      Verdict verdict,
      Optional<Condition> earlier) {
    Instant since =
        earlier
            .filter(condition -> condition.status() == status)
            .flatMap(condition -> Optional.ofNullable(condition.lastTransitionTime()))
            .orElseGet(this::now);
    return new Condition(
        type,
        status,
        verdict.reason(),
        verdict.message(),
        since,
        resource.getMetadata().getGeneration());
  }

  /** The part of a status that we write; the restart engine has the other. */
  private static ExternalSecretStatus ours(ExternalSecretStatus status) {
    return ours(status, without(ConditionTypes.RESTARTED, status.conditions()));
  }

  private static ExternalSecretStatus ours(
      ExternalSecretStatus status, List<Condition> conditions) {
    return new ExternalSecretStatus(
        conditions,
        status.observedGeneration(),
        status.refreshTime(),
        null,
        status.binding(),
        status.sources(),
        status.sourceCount(),
        status.content(),
        status.forceSync(),
        null);
  }

  private static List<Condition> without(String type, List<Condition> conditions) {
    return conditions.stream().filter(condition -> !condition.type().equals(type)).toList();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
