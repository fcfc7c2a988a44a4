package dev.keyturn.restart.decide;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import dev.keyturn.restart.decide.PodView.ContainerView;
import dev.keyturn.restart.decide.Subject.Consent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decides about one workload, as if it were alone. The list reads aloud: the first rule that has an
 * answer decides; if none has, the workload restarts.
 */
public final class Rules {
  private static final List<Rule> IN_ORDER =
      List.of(
          Rules::optedOut,
          Rules::seenFreshBefore,
          Rules::podsUnknown,
          Rules::rollsOutWhatWeAsked,
          Rules::passedOver,
          ArgoRules::atAStep,
          Rules::failed,
          Rules::stillStale,
          Rules::ofATemplateWePatched,
          Rules::withoutPods,
          Rules::noContainerIsStale,
          Rules::undoneByAPerson,
          Rules::doesNotRollByItself,
          ArgoRules::wouldTryAgainWhatArgoGaveUp,
          Rules::ownRolloutInProgress,
          ArgoRules::restartsLater,
          ArgoRules::atAStepOfAnother,
          Rules::rolloutInProgress,
          Rules::settling,
          Rules::wouldNotStart,
          Rules::tooSoon,
          Rules::losesServiceWithoutConsent,
          Rules::outsideWindow,
          Rules::refusedAMomentAgo);

  private Rules() {}

  /** One reason not to restart. */
  @FunctionalInterface
  interface Rule {
    Optional<Decision> answer(Snapshot snapshot, Instant now);
  }

  public static Decision decide(Snapshot snapshot, Instant now) {
    return IN_ORDER.stream()
        .flatMap(rule -> rule.answer(snapshot, now).stream())
        .findFirst()
        .orElse(new Decision.Restart());
  }

  private static Optional<Decision> optedOut(Snapshot it, Instant now) {
    return when(saidNo(it), new Decision.OptedOut());
  }

  static boolean saidNo(Snapshot it) {
    return it.subject().consent() == Consent.REFUSED || it.namespaceOptedOut();
  }

  private static Optional<Decision> seenFreshBefore(Snapshot it, Instant now) {
    return when(FreshnessRules.seenBefore(it), new Decision.Fresh());
  }

  private static Optional<Decision> podsUnknown(Snapshot it, Instant now) {
    return it.look()
        .obstacle()
        .map(
            why ->
                new Decision.Report(Reason.PODS_UNKNOWN, it.subject() + " is left alone: " + why));
  }

  /** Never two patches for one change: what we asked for is waited for. */
  private static Optional<Decision> rollsOutWhatWeAsked(Snapshot it, Instant now) {
    return when(
        it.asked()
            && !it.complete()
            && now.isBefore(Deadlines.ofOurs(it))
            && !it.passedOver()
            && !it.isDegraded(),
        new Decision.RollingOut(Deadlines.ofOurs(it)));
  }

  private static Optional<Decision> passedOver(Snapshot it, Instant now) {
    return when(
        isOverdue(it) && (it.passedOver() || it.resumed()),
        () ->
            new Decision.Report(
                Reason.PASSED_OVER, it.subject() + " is still not healthy. " + trouble(it)));
  }

  private static Optional<Decision> failed(Snapshot it, Instant now) {
    return when(
        isOverdue(it),
        () ->
            new Decision.Failed(
                it.subject() + " did not become healthy after its restart. " + trouble(it)));
  }

  /** Healthy once, it may become unhealthy for reasons that are not ours. */
  static boolean isOverdue(Snapshot it) {
    return it.asked() && !it.complete() && (!it.stale().isEmpty() || it.isRemembered());
  }

  /** What we asked for came about, and helped nothing: a second patch would not either. */
  private static Optional<Decision> stillStale(Snapshot it, Instant now) {
    return when(
        it.asked() && !it.stale().isEmpty(),
        () ->
            new Decision.Report(
                Reason.STILL_STALE,
                it.subject()
                    + " rolled out, but pods still use an older content: "
                    + it.stale().stream()
                        .map(stale -> stale.pod().name())
                        .distinct()
                        .collect(joining(", "))));
  }

  private static String trouble(Snapshot it) {
    return ArgoRules.trouble(it)
        .or(() -> troubleOfContainer(it))
        .or(() -> troubleOfController(it))
        .orElse("No container of it says why.");
  }

  /** A quota, a webhook, a missing ServiceAccount. */
  private static Optional<String> troubleOfController(Snapshot it) {
    return it.workload() instanceof Workload.Deployment deployment
        ? deployment.failure().map("Its controller: "::concat)
        : Optional.empty();
  }

  /** The state of the newest container that fails, without any text of its own. */
  private static Optional<String> troubleOfContainer(Snapshot it) {
    return it.pods().stream()
        .filter(PodView::runs)
        .sorted(comparing(PodView::createdAt).reversed())
        .flatMap(
            pod -> pod.containers().stream().flatMap(container -> trouble(pod, container).stream()))
        .findFirst();
  }

  private static Optional<String> trouble(PodView pod, ContainerView container) {
    return container
        .trouble()
        .map(what -> "Container " + container.name() + " of pod " + pod.name() + ": " + what + ".");
  }

  private static Optional<Decision> ofATemplateWePatched(Snapshot it, Instant now) {
    return when(FreshnessRules.isOfATemplateWePatched(it), new Decision.Fresh());
  }

  private static Optional<Decision> withoutPods(Snapshot it, Instant now) {
    return when(FreshnessRules.hasNoPods(it), new Decision.Fresh());
  }

  private static Optional<Decision> noContainerIsStale(Snapshot it, Instant now) {
    return when(FreshnessRules.noContainerIsStale(it), new Decision.Fresh());
  }

  private static Optional<Decision> undoneByAPerson(Snapshot it, Instant now) {
    return when(
        it.isTakenBack() && !it.resumed(),
        new Decision.Undone(
            "somebody took the restart of "
                + it.subject()
                + " back. Set the annotation keyturn.dev/restart-resume to restart it again."));
  }

  private static Optional<Decision> doesNotRollByItself(Snapshot it, Instant now) {
    return it.workload()
        .obstacle()
        .map(
            obstacle ->
                new Decision.Report(
                    it.workload() instanceof Workload.Foreign
                        ? Reason.NOT_OURS
                        : Reason.DOES_NOT_ROLL,
                    it.subject() + " is not restarted: " + obstacle));
  }

  /** It keeps its place until then: its pods come and go because of us. */
  private static Optional<Decision> ownRolloutInProgress(Snapshot it, Instant now) {
    return it.rollsOutForUs()
        ? waitUntil(
            Deadlines.ofOurs(it),
            now,
            Reason.ROLLING_OUT,
            it.subject() + " still rolls out an earlier content")
        : Optional.empty();
  }

  /** Whoever began it: its new pods may be all that is needed. */
  private static Optional<Decision> rolloutInProgress(Snapshot it, Instant now) {
    if (it.isDegraded()) {
      return Optional.empty();
    }
    String message = it.subject() + " is being rolled out already";
    return switch (it.workload().progress().stage()) {
      case COMPLETE -> Optional.empty();
      case UNOBSERVED ->
          waitUntil(Deadlines.ofAnIdleController(it), now, Reason.OTHER_ROLLOUT, message);
      case ROLLING ->
          it.onlyDeadNodesAreLeft()
              ? Optional.empty()
              : waitUntil(Deadlines.ofOthers(it), now, Reason.OTHER_ROLLOUT, message);
    };
  }

  private static Optional<Decision> settling(Snapshot it, Instant now) {
    return it.causes().stream()
        .map(Change::at)
        .max(Instant::compareTo)
        .map(at -> at.plus(longest(it, RestartPolicy::settle)))
        .flatMap(until -> waitUntil(until, now, Reason.SETTLING, "the content may change again"));
  }

  /** The pods that run were made when it was there, and run on. */
  private static Optional<Decision> wouldNotStart(Snapshot it, Instant now) {
    return it.lacks()
        .map(
            what ->
                new Decision.Report(
                    Reason.WOULD_NOT_START,
                    it.subject()
                        + " is not restarted, since its new containers would not start: "
                        + what
                        + ". Bring that back, or remove the reference or make it optional."));
  }

  private static Optional<Decision> tooSoon(Snapshot it, Instant now) {
    return it.subject()
        .marks()
        .quietUntil(longest(it, RestartPolicy::minInterval))
        .flatMap(
            until ->
                waitUntil(
                    until, now, Reason.TOO_SOON, it.subject() + " was restarted a short time ago"));
  }

  private static Duration longest(Snapshot it, Function<RestartPolicy, Duration> time) {
    return Snapshot.longest(it.causing().stream().map(time).toList());
  }

  /** Who wants it restarted in a window has agreed; who wants it now has not said how. */
  private static Optional<Decision> losesServiceWithoutConsent(Snapshot it, Instant now) {
    boolean agreed =
        it.subject().consent() == Consent.GIVEN
            || it.policies().stream().anyMatch(policy -> !policy.windows().isEmpty());
    return when(
        it.workload().losesService() && !agreed,
        new Decision.Report(
            Reason.NEEDS_CONSENT,
            it.subject()
                + " cannot roll without downtime. Give its ExternalSecret a restart window, or"
                + " annotate the workload keyturn.dev/restart: \"true\"."));
  }

  /** The windows of all Secrets that it reads hold, whether or not they have ever changed. */
  private static Optional<Decision> outsideWindow(Snapshot it, Instant now) {
    return it.changes().stream().anyMatch(change -> change.policy().restartNow())
        ? Optional.empty()
        : RestartPolicy.closed(it.policies(), now);
  }

  private static Optional<Decision> waitUntil(
      Instant until, Instant now, Reason reason, String message) {
    return when(now.isBefore(until), Decision.waitFor(reason, until, message));
  }

  private static Optional<Decision> refusedAMomentAgo(Snapshot it, Instant now) {
    return it.refusal()
        .flatMap(
            refusal ->
                refusal.until().isPresent()
                    ? waitUntil(refusal.until().get(), now, Reason.REFUSED, refusal.message())
                    : Decision.of(new Decision.Report(Reason.REFUSED, refusal.message())));
  }

  private static Optional<Decision> when(boolean applies, Decision decision) {
    return applies ? Optional.of(decision) : Optional.empty();
  }

  static Optional<Decision> when(boolean applies, Supplier<Decision> decision) {
    return applies ? Optional.of(decision.get()) : Optional.empty();
  }
}
