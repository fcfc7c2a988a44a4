package dev.keyturn.restart.decide;

import static dev.keyturn.restart.decide.Scene.CHANGED;
import static dev.keyturn.restart.decide.Scene.change;
import static dev.keyturn.restart.decide.Scene.marked;
import static dev.keyturn.restart.decide.Scene.marksFor;
import static dev.keyturn.restart.decide.Scene.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.restart.decide.PodView.ContainerView;
import dev.keyturn.restart.decide.Scene.Policy;
import dev.keyturn.restart.decide.Snapshot.AskedRestart;
import dev.keyturn.restart.decide.Snapshot.Refusal;
import dev.keyturn.restart.decide.Subject.Consent;
import dev.keyturn.restart.decide.Workload.Counts;
import dev.keyturn.restart.decide.Workload.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
  private static final Instant NOW = CHANGED.plusSeconds(10);
  private static final Counts ONE = new Counts(true, 1, 1, 1, 1);
  private static final Counts ROLLING = new Counts(true, 2, 3, 1, 2);
  private static final Optional<String> GONE = Optional.of("Secret db has no key password");
  private static final Counts UNOBSERVED = new Counts(false, 2, 2, 2, 2);

  /** What is expected, in one line: {@code Wait TooSoon 2026-…}. */
  private static String inWords(Decision decision) {
    return switch (decision) {
      case Decision.Fresh _ -> "fresh";
      case Decision.OptedOut _ -> "opted out";
      case Decision.Restart _ -> "restart";
      case Decision.RollingOut(Instant deadline) -> "rolling out until " + seconds(deadline);
      case Decision.Wait(Reason reason, Optional<Instant> until, String _) ->
          "wait " + reason.text() + until.map(at -> " until " + seconds(at)).orElse("");
      case Decision.Report(Reason reason, String _) -> "report " + reason.text();
      case Decision.Failed _ -> "failed";
      case Decision.Undone _ -> "undone";
      case Decision.HeldBack _ -> "held back";
    };
  }

  private static String seconds(Instant at) {
    return "+" + Duration.between(CHANGED, at).toSeconds();
  }

  static Stream<Arguments> situations() {
    return Stream.of(
        // opted out
        says("a container that started before the change is restarted", _ -> {}, "restart"),
        says(
            "a workload that says false is left alone",
            it -> it.consent = Consent.REFUSED,
            "opted out"),
        says(
            "a workload that says false is left alone even while it rolls out what we asked",
            it -> {
              it.consent = Consent.REFUSED;
              it.marks = marksFor(CHANGED);
              it.counts = ROLLING;
            },
            "opted out"),
        says(
            "a namespace that says false is left alone",
            it -> it.namespaceOptedOut = true,
            "opted out"),
        // marks that somebody else wrote
        says(
            "a pod that says to be of a restart that is to come is no fresher for it",
            it -> it.pods = List.of(marked(it.pods.getFirst(), CHANGED.plusSeconds(31))),
            "restart"),
        says(
            "an interval of years is one of an hour",
            it ->
                it.marks =
                    Marks.of(
                        Map.of(
                            "keyturn.dev/restarted-at", "2026-11-24T11:30:00Z",
                            "keyturn.dev/restart-interval", "PT2562047788015215H30M7S")),
            "wait TooSoon until +1800"),
        // pods that nobody can tell of
        says(
            "a workload whose pods cannot be listed is reported",
            it -> it.obstacle = Optional.of("mend its selector"),
            "report PodsUnknown"),
        says(
            "even if we asked it to restart",
            it -> {
              it.obstacle = Optional.of("mend its selector");
              it.marks = restarted(3);
              it.counts = ROLLING;
            },
            "report PodsUnknown"),
        says(
            "and not if it said no",
            it -> {
              it.obstacle = Optional.of("mend its selector");
              it.consent = Consent.REFUSED;
            },
            "opted out"),
        // already asked
        says(
            "what we asked for is waited for",
            it -> {
              it.marks = restarted(3);
              it.counts = ROLLING;
            },
            "rolling out until +603"),
        says(
            "each new pod that is ready gives a rollout more time",
            it -> {
              it.marks = restarted(-60);
              it.counts = ROLLING;
              it.pods =
                  List.of(
                      OLDEST, ready(marked(pod("web-2", CHANGED.minusSeconds(60)), CHANGED), -20));
            },
            "rolling out until +580"),
        says(
            "a new pod that is not ready does not",
            it -> {
              it.marks = restarted(-60);
              it.counts = ROLLING;
              it.pods =
                  List.of(OLDEST, unready(marked(pod("web-2", CHANGED.plusSeconds(4)), CHANGED)));
            },
            "rolling out until +540"),
        says(
            "a pod that is older than our restart does not, whenever it got ready",
            it -> {
              it.marks = restarted(-60);
              it.counts = ROLLING;
              it.pods = List.of(ready(pod("web-1", CHANGED.minusSeconds(61)), 4));
            },
            "rolling out until +540"),
        says(
            "a pod that was ready before our restart takes no time from it",
            it -> {
              it.marks = restarted(-60);
              it.counts = ROLLING;
              it.pods = List.of(ready(pod("web-1", CHANGED.minusSeconds(60)), -90));
            },
            "rolling out until +540"),
        says(
            "pods that come for ever do not hold its place for more than two hours",
            it -> {
              it.marks = restarted(-7_000);
              it.counts = ROLLING;
              it.pods = List.of(OLDEST, ready(pod("web-2", CHANGED.minusSeconds(9)), -1));
            },
            "rolling out until +200"),
        says(
            "unless its own deadline is longer",
            it -> {
              it.marks = restarted(-7_000);
              it.counts = ROLLING;
              it.changes = changed(policy -> policy.progressDeadline = Duration.ofHours(3));
            },
            "rolling out until +3800"),
        says(
            "without the time of our restart the change tells when it began",
            it -> {
              it.marks = marksFor(CHANGED);
              it.counts = ROLLING;
            },
            "rolling out until +600"),
        says(
            "a rollout that its controller has not begun is waited for",
            it -> {
              it.marks = restarted(3);
              it.counts = UNOBSERVED;
            },
            "rolling out until +603"),
        says(
            "what we asked for and got is fresh",
            it -> {
              it.marks = marksFor(CHANGED);
              it.pods = List.of(marked(pod("web-1", CHANGED.plusSeconds(3)), CHANGED));
            },
            "fresh"),
        says(
            "never a second patch: what is stale after its rollout is reported",
            it -> it.marks = marksFor(CHANGED),
            "report StillStale"),
        says(
            "what does not become healthy in time is halted",
            it -> {
              it.marks = restarted(-600);
              it.counts = ROLLING;
            },
            "failed"),
        says(
            "at the deadline itself it is halted",
            it -> {
              it.marks = restarted(-590);
              it.counts = ROLLING;
            },
            "failed"),
        says(
            "a second before it is not",
            it -> {
              it.marks = restarted(-589);
              it.counts = ROLLING;
            },
            "rolling out until +11"),
        says(
            "a failure that the status tells of stays one though no pod is stale",
            it -> {
              it.marks = restarted(-3_600);
              it.counts = ROLLING;
              it.pods = List.of(marked(pod("web-1", CHANGED.minus(Duration.ofHours(1))), CHANGED));
              it.remembered = Optional.of(new AskedRestart(CHANGED, false, false));
            },
            "failed"),
        says(
            "what was healthy once may become unhealthy for reasons that are not ours",
            it -> {
              it.marks = restarted(-3_600);
              it.counts = ROLLING;
              it.pods = List.of(marked(pod("web-1", CHANGED.minus(Duration.ofHours(1))), CHANGED));
            },
            "fresh"),
        says(
            "a memory of an older restart does not make it ours either",
            it -> {
              it.marks = restarted(-3_600);
              it.counts = ROLLING;
              it.pods = List.of(marked(pod("web-1", CHANGED.minus(Duration.ofHours(1))), CHANGED));
              it.remembered = Optional.of(new AskedRestart(CHANGED.minusSeconds(1), false, false));
            },
            "fresh"),
        says(
            "a failure that a person passes over holds nobody up",
            it -> {
              it.marks = restarted(-3_600);
              it.counts = ROLLING;
              it.changes = changed(policy -> policy.resume = true);
            },
            "report PassedOver"),
        says(
            "a failure that was passed over stays so",
            it -> {
              it.marks = restarted(-3_600);
              it.counts = ROLLING;
              it.remembered = Optional.of(new AskedRestart(CHANGED, true, false));
            },
            "report PassedOver"),
        says(
            "what was passed over for an older change gets its time for a newer one",
            it -> {
              it.marks = restarted(3);
              it.counts = ROLLING;
              it.remembered = Optional.of(new AskedRestart(CHANGED.minusSeconds(9), true, false));
            },
            "rolling out until +603"),
        says(
            "a newer change is not what was asked for",
            it -> it.marks = marksFor(CHANGED.minusSeconds(1)),
            "restart"),
        says(
            "a restart for a later change covers an earlier one",
            it -> {
              it.marks = marksFor(CHANGED.plusSeconds(1));
              it.pods = List.of(marked(pod("web-1", CHANGED), CHANGED.plusSeconds(1)));
            },
            "fresh"),
        says(
            "one Secret asked for does not cover another",
            it -> {
              it.marks = marksFor(CHANGED);
              it.changes =
                  List.of(
                      change("db", CHANGED, Scene.policy()),
                      change("mail", CHANGED, Scene.policy()));
            },
            "restart"),
        says(
            "a DaemonSet is complete when no stale container is left on nodes that answer",
            rolling(
                ROLLING,
                marked(pod("web-1", CHANGED.plusSeconds(3)), CHANGED),
                unreachable(pod("web-2", CHANGED.minusSeconds(60)))),
            "report StillStale"),
        says(
            "a DaemonSet is not complete while one is left on a node that answers",
            rolling(
                ROLLING,
                pod("web-1", CHANGED.minusSeconds(60)),
                unreachable(pod("web-2", CHANGED.minusSeconds(60)))),
            "rolling out until +600"),
        says(
            "a DaemonSet is not complete while a new pod is not ready",
            rolling(
                ROLLING,
                unready(marked(pod("web-1", CHANGED.plusSeconds(3)), CHANGED)),
                unreachable(pod("web-2", CHANGED.minusSeconds(60)))),
            "rolling out until +600"),
        says(
            "a DaemonSet is not complete while an old pod is on its way out",
            rolling(
                ROLLING,
                marked(pod("web-1", CHANGED.plusSeconds(3)), CHANGED),
                leaving(pod("web-2", CHANGED.minusSeconds(60)))),
            "rolling out until +603"),
        says(
            "a DaemonSet is not complete while the pod of a node that answers is to come",
            rolling(
                new Counts(true, 3, 3, 1, 1),
                marked(pod("web-1", CHANGED.plusSeconds(3)), CHANGED),
                unreachable(pod("web-2", CHANGED.minusSeconds(60)))),
            "rolling out until +603"),
        says(
            "a DaemonSet whose nodes all answer is complete when its status says so",
            rolling(ROLLING, marked(pod("web-1", CHANGED.plusSeconds(3)), CHANGED)),
            "rolling out until +603"),
        says(
            "a Deployment is not complete because its other nodes do not answer",
            it -> {
              it.marks = marksFor(CHANGED);
              it.counts = ROLLING;
              it.pods =
                  List.of(
                      marked(pod("web-1", CHANGED.plusSeconds(3)), CHANGED),
                      unreachable(pod("web-2", CHANGED.minusSeconds(60))));
            },
            "rolling out until +603"),
        // fresh
        says("a workload without pods is fresh", it -> it.pods = List.of(), "fresh"),
        says(
            "without a record of changes, as after adoption or a lost hash key, it is fresh",
            it -> it.changes = List.of(),
            "fresh"),
        says(
            "a record restored from a backup is older than what it was restarted for",
            it -> {
              it.lookedAt = CHANGED.plus(Duration.ofDays(9));
              it.marks = marksFor(CHANGED.plus(Duration.ofDays(9)));
              it.pods =
                  List.of(
                      marked(
                          pod("web-1", CHANGED.minus(Duration.ofDays(1))),
                          CHANGED.plus(Duration.ofDays(9))));
            },
            "fresh"),
        says(
            "a Rollout that was scaled to nothing while it restarts has not failed",
            it -> {
              it.kind = "Rollout";
              it.marks = restarted(-900);
              it.counts = new Counts(true, 0, 0, 0, 0);
              it.pods = List.of();
              it.looked = false;
              it.remembered = Optional.of(new AskedRestart(CHANGED, false, false));
            },
            "fresh"),
        says(
            "somebody else's rollout after the change is enough",
            it -> it.pods = List.of(pod("web-1", CHANGED.plusSeconds(5))),
            "fresh"),
        // fresh without a look at pods
        says(
            "what was seen fresh is not looked at again",
            it -> {
              it.looked = false;
              it.seenFresh = true;
            },
            "fresh"),
        says(
            "what was seen fresh may become unhealthy for reasons that are not ours",
            it -> {
              it.looked = false;
              it.seenFresh = true;
              it.marks = marksFor(CHANGED);
              it.counts = ROLLING;
            },
            "fresh"),
        says(
            "pods of a template that we patched need no look once all are replaced",
            it -> {
              it.looked = false;
              it.marks = marksFor(CHANGED);
            },
            "fresh"),
        says(
            "a workload that is younger than the change needs a look: it may have adopted pods",
            it -> {
              it.looked = false;
              it.created = CHANGED.plusSeconds(5);
            },
            "restart"),
        says(
            "who has no pods and wants none is fresh",
            it -> {
              it.looked = false;
              it.counts = new Counts(true, 0, 0, 0, 0);
            },
            "fresh"),
        // undone
        says(
            "a restart that somebody took back is not repeated",
            it -> it.remembered = Optional.of(new AskedRestart(CHANGED, false, false)),
            "undone"),
        says(
            "a restart that somebody took back is repeated when a person says so",
            it -> {
              it.remembered = Optional.of(new AskedRestart(CHANGED, false, false));
              it.changes = changed(policy -> policy.resume = true);
            },
            "restart"),
        says(
            "a newer change goes on after an undo",
            it ->
                it.remembered =
                    Optional.of(new AskedRestart(CHANGED.minusSeconds(1), false, false)),
            "restart"),
        says(
            "a restart that somebody took back is repeated when a person has said so before",
            it -> it.remembered = Optional.of(new AskedRestart(CHANGED, false, true)),
            "restart"),
        says(
            "what a person said about an older one does not count",
            it -> {
              it.remembered = Optional.of(new AskedRestart(CHANGED, false, false));
              it.changes = List.of(change("db", CHANGED.minusSeconds(1), Scene.policy()));
            },
            "undone"),
        says(
            "who reads one more Secret since, that changed long ago, took nothing back",
            it -> {
              it.marks = restarted(3);
              it.counts = ROLLING;
              it.remembered = Optional.of(new AskedRestart(CHANGED, false, false));
              it.changes =
                  List.of(
                      change("db", CHANGED, Scene.policy()),
                      change("mail", CHANGED.minus(Duration.ofHours(1)), mail(_ -> {})));
            },
            "wait RollingOut until +603"),
        says(
            "a template that says an older restart took the newer one back",
            it -> {
              it.marks = marksFor(CHANGED.minusMillis(1));
              it.remembered = Optional.of(new AskedRestart(CHANGED, false, false));
            },
            "undone"),
        // does not roll
        says(
            "a paused Deployment is reported",
            it ->
                it.shape =
                    _ ->
                        Scene.deployment(
                            it.subject(),
                            it.counts,
                            true,
                            false,
                            new Limit(25, true),
                            Optional.empty()),
            "report DoesNotRoll"),
        says(
            "a Deployment whose template a Rollout uses is reported while it has pods",
            it ->
                it.shape =
                    _ ->
                        Scene.deployment(
                                it.subject(),
                                it.counts,
                                false,
                                false,
                                new Limit(25, true),
                                Optional.empty())
                            .usedBy("shop"),
            "report DoesNotRoll"),
        says(
            "a StatefulSet that updates on delete is reported",
            it -> it.shape = _ -> Scene.statefulSet(it.subject(), it.counts, true, 0, true),
            "report DoesNotRoll"),
        says(
            "a StatefulSet with a partition is reported",
            it -> it.shape = _ -> Scene.statefulSet(it.subject(), it.counts, false, 1, true),
            "report DoesNotRoll"),
        says(
            "a DaemonSet that updates on delete is reported",
            it ->
                it.shape =
                    _ -> new Workload.DaemonSet(it.subject(), it.counts, true, new Limit(1, false)),
            "report DoesNotRoll"),
        says(
            "a paused Rollout is reported",
            it ->
                it.shape =
                    _ ->
                        new Rollout(
                            it.subject(),
                            Optional.empty(),
                            it.counts,
                            true,
                            new Limit(25, true),
                            true,
                            true,
                            Optional.empty(),
                            Optional.empty()),
            "report DoesNotRoll"),
        says("a bare pod is reported", it -> it.kind = "Pod", "report NotOurs"),
        // rollout in progress
        says(
            "a rollout that somebody else began is waited for",
            it -> {
              it.counts = ROLLING;
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(60)));
            },
            "wait OtherRollout until +540"),
        says(
            "our own rollout for an earlier change is waited for, and called ours",
            it -> {
              it.marks = restartedBefore(CHANGED.minusSeconds(18));
              it.counts = ROLLING;
            },
            "wait RollingOut until +582"),
        says(
            "our own rollout for another Secret is ours as well",
            it -> {
              it.marks =
                  new Marks(
                      Map.of("mail", CHANGED),
                      Optional.of(CHANGED.minusSeconds(18)),
                      Optional.empty());
              it.counts = ROLLING;
            },
            "wait RollingOut until +582"),
        says(
            "also while its controller has not seen it",
            it -> {
              it.marks = restartedBefore(CHANGED.minusSeconds(18));
              it.counts = UNOBSERVED;
            },
            "wait RollingOut until +582"),
        says(
            "what rolls out long after our last restart is somebody else's",
            it -> {
              it.marks = restartedBefore(NOW.minus(Duration.ofHours(2)));
              it.counts = ROLLING;
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(60)));
            },
            "wait OtherRollout until +540"),
        says(
            "a workload that an autoscaler scales up is waited for",
            it -> {
              it.counts = new Counts(true, 4, 3, 3, 2);
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(60)));
            },
            "wait OtherRollout until +540"),
        says(
            "a workload that an autoscaler scales down is waited for",
            it -> {
              it.counts = new Counts(true, 1, 2, 2, 2);
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(60)));
            },
            "wait OtherRollout until +540"),
        says(
            "a rollout that its controller has not seen is waited for",
            it -> it.counts = UNOBSERVED,
            "wait OtherRollout until +600"),
        says(
            "but not for ever: its controller may be gone",
            it -> {
              it.counts = UNOBSERVED;
              it.changes = changed(policy -> policy.progressDeadline = Duration.ofSeconds(10));
            },
            "restart"),
        says(
            "an image that was pushed while the restart waited for its window is waited for",
            it -> {
              it.counts = ROLLING;
              it.changes = changedAt(CHANGED.minus(Duration.ofDays(1)));
              it.pods = List.of(OLDEST, of("2", pod("web-2", CHANGED.minusSeconds(60))));
            },
            "wait OtherRollout until +540"),
        says(
            "a rollout that gets on for ever is waited for two hours after the change",
            it -> {
              it.counts = ROLLING;
              it.changes = changedAt(CHANGED.minusSeconds(7_000));
              it.pods = List.of(OLDEST, pod("web-2", CHANGED.minusSeconds(60)));
            },
            "wait OtherRollout until +200"),
        says(
            "or after it began, if that was later",
            it -> {
              it.counts = ROLLING;
              it.changes = changedAt(CHANGED.minus(Duration.ofDays(1)));
              it.pods =
                  List.of(
                      OLDEST,
                      of("2", pod("web-2", CHANGED.minusSeconds(7_150))),
                      of("2", pod("web-3", CHANGED.minusSeconds(60))));
            },
            "wait OtherRollout until +50"),
        says(
            "a DaemonSet of which only pods on dead nodes are left is not rolling out",
            it -> {
              it.kind = "DaemonSet";
              it.counts = ROLLING;
              it.pods =
                  List.of(
                      pod("web-1", CHANGED.minusSeconds(60)),
                      unreachable(pod("web-2", CHANGED.minusSeconds(60))));
            },
            "restart"),
        says(
            "a Deployment on such nodes is",
            it -> {
              it.counts = ROLLING;
              it.pods =
                  List.of(
                      pod("web-1", CHANGED.minusSeconds(60)),
                      unreachable(pod("web-2", CHANGED.minusSeconds(60))));
            },
            "wait OtherRollout until +540"),
        says(
            "a rollout that got stuck long ago is not waited for",
            it -> it.counts = ROLLING,
            "restart"),
        says(
            "a Deployment that says it gets on is waited for",
            it -> {
              it.counts = ROLLING;
              it.shape =
                  _ ->
                      Scene.deployment(
                          it.subject(),
                          it.counts,
                          false,
                          false,
                          new Limit(25, true),
                          Optional.of(CHANGED.minusSeconds(30)));
            },
            "wait OtherRollout until +570"),
        says(
            "a StatefulSet whose revisions differ is rolling out",
            it -> {
              it.shape = _ -> Scene.statefulSet(it.subject(), it.counts, false, 0, false);
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(60)));
            },
            "wait OtherRollout until +540"),
        // settling
        says(
            "content that changed a moment ago may change again",
            it -> it.changes = changed(policy -> policy.settle = Duration.ofSeconds(11)),
            "wait Settling until +11"),
        says(
            "it has settled when the time is over",
            it -> it.changes = changed(policy -> policy.settle = Duration.ofSeconds(10)),
            "restart"),
        says(
            "the settle time of a Secret that it has read already does not count",
            it -> {
              it.marks = marks("mail", CHANGED);
              it.pods = List.of(with(it.marks, OLDEST));
              it.changes =
                  List.of(
                      change("db", CHANGED.minusSeconds(1), Scene.policy()),
                      change("mail", CHANGED, mail(p -> p.settle = Duration.ofMinutes(1))));
            },
            "restart"),
        says(
            "of several Secrets the longest settle and the newest change hold",
            it ->
                it.changes =
                    List.of(
                        change("db", CHANGED, Scene.policy()),
                        change(
                            "mail",
                            CHANGED.plusSeconds(9),
                            new Policy().with(p -> p.externalSecret = "mail").build()),
                        change(
                            "tls",
                            CHANGED.minusSeconds(99),
                            new Policy()
                                .with(
                                    p -> {
                                      p.externalSecret = "tls";
                                      p.settle = Duration.ofSeconds(4);
                                    })
                                .build())),
            "wait Settling until +13"),
        // would not start
        says(
            "what would not start without something that is gone is reported, and runs on",
            it -> it.lacks = GONE,
            "report WouldNotStart"),
        says(
            "who is not stale is not told of it",
            it -> {
              it.lacks = GONE;
              it.pods = List.of(pod("web-1", CHANGED.plusSeconds(5)));
            },
            "fresh"),
        says(
            "nor who said no",
            it -> {
              it.lacks = GONE;
              it.consent = Consent.REFUSED;
            },
            "opted out"),
        says(
            "it may be back before the content has settled",
            it -> {
              it.lacks = GONE;
              it.changes = changed(policy -> policy.settle = Duration.ofSeconds(11));
            },
            "wait Settling until +11"),
        says(
            "it is told before any window opens",
            it -> {
              it.lacks = GONE;
              it.shape = recreating(it);
              it.changes =
                  changed(policy -> policy.window("1 12 * * *", "UTC", Duration.ofHours(1)));
            },
            "report WouldNotStart"),
        says(
            "what we asked for before is waited for nevertheless",
            it -> {
              it.lacks = GONE;
              it.marks = restarted(3);
              it.counts = ROLLING;
            },
            "rolling out until +603"),
        // too soon
        says(
            "it is left alone for a while after our last restart",
            it ->
                it.marks =
                    new Marks(
                        Map.of("db", CHANGED.minusSeconds(30)),
                        Optional.of(CHANGED.minusSeconds(20)),
                        Optional.of(Duration.ofMinutes(1))),
            "wait TooSoon until +40"),
        says(
            "a longer time of rest holds from the next restart on",
            it -> {
              it.marks =
                  new Marks(
                      Map.of("db", CHANGED.minusSeconds(90)),
                      Optional.of(CHANGED.minusSeconds(50)),
                      Optional.of(Duration.ofMinutes(1)));
              it.changes = changed(policy -> policy.minInterval = Duration.ofMinutes(2));
            },
            "wait TooSoon until +70"),
        says(
            "it is restarted when that is over",
            it ->
                it.marks =
                    new Marks(
                        Map.of("db", CHANGED.minusSeconds(90)),
                        Optional.of(CHANGED.minusSeconds(50)),
                        Optional.of(Duration.ofMinutes(1))),
            "restart"),
        // consent
        says(
            "a Deployment that recreates needs consent",
            it -> it.shape = recreating(it),
            "report NeedsConsent"),
        says(
            "consent on the workload is enough",
            it -> {
              it.shape = recreating(it);
              it.consent = Consent.GIVEN;
            },
            "restart"),
        says(
            "an open window is consent",
            it -> {
              it.shape = recreating(it);
              it.changes =
                  changed(policy -> policy.window("0 12 * * *", "UTC", Duration.ofHours(1)));
            },
            "restart"),
        says(
            "a person who says now has not agreed to downtime",
            it -> {
              it.shape = recreating(it);
              it.changes = changed(policy -> policy.restartNow = true);
            },
            "report NeedsConsent"),
        says(
            "the window of a Secret that has not changed is consent, too",
            it -> {
              it.shape = recreating(it);
              it.policies = List.of(Scene.policy(), open("mail"));
            },
            "restart"),
        says(
            "a StatefulSet of one needs consent",
            it -> {
              it.kind = "StatefulSet";
              it.counts = new Counts(true, 1, 1, 1, 1);
            },
            "report NeedsConsent"),
        says("a StatefulSet of two rolls", it -> it.kind = "StatefulSet", "restart"),
        says(
            "a Rollout of one needs consent",
            it -> {
              it.kind = "Rollout";
              it.counts = new Counts(true, 1, 1, 1, 1);
            },
            "report NeedsConsent"),
        says("a Rollout of two rolls", it -> it.kind = "Rollout", "restart"),
        says(
            "a Rollout that somebody wants restarted later is left to that, and told",
            it -> it.shape = restartsAt(it, NOW.plusSeconds(1)),
            "report DoesNotRoll"),
        says(
            "and restarted once that has come and nothing came of it",
            it -> it.shape = restartsAt(it, NOW),
            "restart"),
        says(
            "a Rollout that may lose all pods at once needs consent",
            it ->
                it.shape =
                    _ ->
                        new Rollout(
                            it.subject(),
                            Optional.empty(),
                            it.counts,
                            false,
                            new Limit(100, true),
                            false,
                            true,
                            Optional.empty(),
                            Optional.empty()),
            "report NeedsConsent"),
        says(
            "a Rollout that has not done somebody's restart is waited for",
            it -> {
              it.shape = rollout(it, false, false);
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(60)));
            },
            "wait OtherRollout until +540"),
        says(
            "a Rollout that is through with our restart has its turn for the next change",
            it -> {
              it.marks = restartedBefore(CHANGED.minusSeconds(18));
              it.counts = ONE;
              it.shape = rollout(it, false, true);
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(10)));
            },
            "wait TooSoon until +42"),
        says(
            "a Rollout that is not through with it, is at it",
            it -> {
              it.marks = restartedBefore(CHANGED.minusSeconds(18));
              it.counts = ONE;
              it.shape = rollout(it, false, false);
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(10)));
            },
            "wait RollingOut until +590"),
        says(
            "a Rollout of which a new pod is not ready is at it",
            it -> {
              it.marks = restartedBefore(CHANGED.minusSeconds(18));
              it.counts = ONE;
              it.shape = rollout(it, false, true);
              it.pods = List.of(unready(pod("web-1", CHANGED.minusSeconds(10))));
            },
            "wait RollingOut until +582"),
        says(
            "a Rollout that gets on with an update is waited for",
            it -> {
              it.shape = rollout(it, true, true);
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(60)));
            },
            "wait OtherRollout until +540"),
        says(
            "a Rollout that stands at a canary step, or was aborted, is not: that may take days",
            it -> {
              it.shape = rollout(it, false, true);
              it.counts = new Counts(true, 2, 4, 1, 2);
              it.pods = List.of(pod("web-1", CHANGED.minusSeconds(60)));
            },
            "restart"),
        says(
            "a Rollout that never says it did the restart is fresh when no pod is stale",
            it -> {
              it.marks = marksFor(CHANGED);
              it.counts = ONE;
              it.shape = rollout(it, true, false);
              it.pods = List.of(pod("web-1", CHANGED.plusSeconds(5)));
            },
            "fresh"),
        says(
            "a Rollout that says so, and left a stale pod behind, is asked once more",
            it -> {
              it.marks = marksFor(CHANGED);
              it.counts = ONE;
              it.shape = rollout(it, false, true);
              it.consent = Consent.GIVEN;
            },
            "restart"),
        says(
            "but not at once",
            it -> {
              it.marks =
                  new Marks(
                      Map.of("db", CHANGED),
                      Optional.of(CHANGED.plusSeconds(2)),
                      Optional.of(Duration.ofMinutes(1)));
              it.counts = ONE;
              it.shape = rollout(it, false, true);
            },
            "wait TooSoon until +62"),
        says(
            "a Rollout whose last new pod is not there yet is at it",
            it -> {
              it.marks = marksFor(CHANGED);
              it.shape = rollout(it, false, true);
              it.pods = List.of(pod("web-1", CHANGED.plusSeconds(5)));
            },
            "rolling out until +605"),
        says(
            "a Rollout of which one more pod is not ready is at it",
            it -> {
              it.marks = marksFor(CHANGED);
              it.counts = ONE;
              it.shape = rollout(it, false, true);
              it.pods =
                  List.of(
                      pod("web-1", CHANGED.plusSeconds(5)),
                      unready(pod("web-2", CHANGED.plusSeconds(6))));
            },
            "rolling out until +605"),
        says(
            "a pod of a Rollout that is on its way out does not count",
            it -> {
              it.marks = marksFor(CHANGED);
              it.counts = ONE;
              it.shape = rollout(it, false, true);
              it.pods =
                  List.of(pod("web-1", CHANGED.plusSeconds(5)), leaving(pod("web-2", CHANGED)));
            },
            "fresh"),
        // a Rollout that is restarted by its template
        says(
            "a Rollout that wants a changed template is restarted by one",
            it -> {
              it.shape = byTemplate(it, "Healthy");
              it.counts = ONE;
            },
            "restart"),
        says(
            "it is not restarted while it walks the steps of somebody's update",
            it -> it.shape = byTemplate(it, "Paused"),
            "wait OtherRollout"),
        says(
            "it rolls out what we asked at each of its steps",
            it -> {
              it.marks = marksFor(CHANGED);
              it.shape = byTemplate(it, "Paused");
            },
            "rolling out until +600"),
        says(
            "it holds nobody up for longer than a deadline, and has not failed",
            it -> {
              it.marks = marksFor(CHANGED.minusSeconds(600));
              it.changes = List.of(change("db", CHANGED.minusSeconds(600), Scene.policy()));
              it.shape = byTemplate(it, "Paused");
            },
            "report PassedOver"),
        says(
            "it is fresh when Argo says so, whatever pods are left of the other colour",
            it -> {
              it.marks = marksFor(CHANGED);
              it.shape = byTemplate(it, "Healthy");
              it.looked = false;
            },
            "fresh"),
        says(
            "it has failed at once when Argo gives it up",
            it -> {
              it.marks = marksFor(CHANGED);
              it.shape = byTemplate(it, "Degraded");
            },
            "failed"),
        says(
            "a newer content is tried where the last one was given up",
            it -> {
              it.marks = marksFor(CHANGED.minusSeconds(3600));
              it.shape = byTemplate(it, "Degraded");
            },
            "restart"),
        says(
            "but an update of somebody else is not tried again",
            it -> {
              it.marks = marksFor(CHANGED.minusSeconds(3600));
              it.pods =
                  List.of(
                      marked(it.pods.getFirst(), CHANGED.minusSeconds(3600)),
                      leaving(pod("web-2", CHANGED)));
              it.shape = byTemplate(it, "Degraded");
            },
            "report DoesNotRoll"),
        says(
            "nor one of who was never restarted",
            it -> it.shape = byTemplate(it, "Degraded"),
            "report DoesNotRoll"),
        says(
            "whose restartAt is to come is restarted by its template all the same",
            it ->
                it.shape =
                    _ ->
                        byTemplate(
                            it, Optional.empty(), "Healthy", Optional.of(NOW.plusSeconds(60))),
            "restart"),
        says(
            "the template of a Deployment is not changed for it",
            it ->
                it.shape =
                    _ -> byTemplate(it, Optional.of("template"), "Healthy", Optional.empty()),
            "report DoesNotRoll"),
        says(
            "a Rollout that has stale pods is at it",
            it -> {
              it.marks = marksFor(CHANGED);
              it.shape = rollout(it, false, false);
              it.pods =
                  List.of(
                      pod("web-1", CHANGED.minusSeconds(60)), pod("web-2", CHANGED.plusSeconds(5)));
            },
            "rolling out until +605"),
        says("a DaemonSet rolls node by node", it -> it.kind = "DaemonSet", "restart"),
        says(
            "a DaemonSet that replaces all at once needs consent",
            it ->
                it.shape =
                    _ ->
                        new Workload.DaemonSet(
                            it.subject(), it.counts, false, new Limit(100, true)),
            "report NeedsConsent"),
        says(
            "a hundred pods of a DaemonSet at a time may be few",
            it ->
                it.shape =
                    _ ->
                        new Workload.DaemonSet(
                            it.subject(),
                            new Counts(true, 200, 200, 200, 200),
                            false,
                            new Limit(100, false)),
            "restart"),
        says(
            "a Deployment that may lose all its pods needs consent",
            it -> it.shape = losing(it, new Limit(100, true)),
            "report NeedsConsent"),
        says(
            "a Deployment that may lose all but one rolls",
            it -> it.shape = losing(it, new Limit(99, true)),
            "restart"),
        says(
            "a Deployment that may lose as many pods as it has needs consent",
            it -> it.shape = losing(it, new Limit(2, false)),
            "report NeedsConsent"),
        // windows
        says(
            "outside its window it waits for the next opening",
            it ->
                it.changes =
                    changed(policy -> policy.window("1 12 * * *", "UTC", Duration.ofHours(1))),
            "wait OutsideWindow until +60"),
        says(
            "the earliest of its windows counts",
            it ->
                it.changes =
                    changed(
                        policy ->
                            policy
                                .window("0 14 * * *", "UTC", Duration.ofHours(1))
                                .window("2 12 * * *", "UTC", Duration.ofHours(1))),
            "wait OutsideWindow until +120"),
        says(
            "the windows of all Secrets must be open, also of those that have never changed",
            it ->
                it.policies =
                    List.of(
                        open("db"),
                        new Policy()
                            .with(p -> p.externalSecret = "mail")
                            .window("5 12 * * *", "UTC", Duration.ofHours(1))
                            .build()),
            "wait OutsideWindow until +300"),
        says(
            "a person who says now for one opens them all",
            it -> {
              it.changes = changed(policy -> policy.restartNow = true);
              it.policies =
                  List.of(
                      Scene.policy(),
                      new Policy()
                          .with(p -> p.externalSecret = "mail")
                          .window("5 12 * * *", "UTC", Duration.ofHours(1))
                          .build());
            },
            "restart"),
        says(
            "a person who says now opens the window",
            it ->
                it.changes =
                    changed(
                        policy ->
                            policy
                                .with(p -> p.restartNow = true)
                                .window("1 12 * * *", "UTC", Duration.ofHours(1))),
            "restart"),
        says(
            "a window that cannot be understood is reported",
            it ->
                it.changes =
                    changed(policy -> policy.window("99 12 * * *", "UTC", Duration.ofHours(1))),
            "report BadWindow"),
        says(
            "a time zone that nobody knows is reported",
            it ->
                it.changes =
                    changed(
                        policy -> policy.window("0 12 * * *", "Mars/Base", Duration.ofHours(1))),
            "report BadWindow"),
        says(
            "a window that never opens is reported",
            it ->
                it.changes =
                    changed(policy -> policy.window("0 12 31 2 *", "UTC", Duration.ofHours(1))),
            "report OutsideWindow"),
        says(
            "windows that are open together once a week are waited for",
            it ->
                it.policies =
                    List.of(
                        windows("db", "0 2 * * *"),
                        // 2026-11-24 is a Tuesday.
                        windows("mail", "30 2 * * SUN", "0 4 * * *")),
            "wait OutsideWindow until +397800"),
        says(
            "windows that are never open together are reported",
            it -> it.policies = List.of(windows("db", "0 2 * * *"), windows("mail", "0 4 * * *")),
            "report OutsideWindow"),
        says(
            "one that never opens is reported, whatever the others do",
            it -> it.policies = List.of(windows("db", "0 2 * * *"), windows("mail", "0 4 31 2 *")),
            "report OutsideWindow"),
        // refused
        says(
            "what the API server refused a moment ago is reported",
            it -> it.refusal = Optional.of(new Refusal("a webhook said no", Optional.empty())),
            "report Refused"),
        says(
            "an API server that was not at its best is left alone for a while",
            it ->
                it.refusal =
                    Optional.of(new Refusal("HTTP 429", Optional.of(CHANGED.plusSeconds(11)))),
            "wait Refused until +11"),
        says(
            "and asked again after that",
            it ->
                it.refusal =
                    Optional.of(new Refusal("HTTP 429", Optional.of(CHANGED.plusSeconds(10)))),
            "restart"),
        says(
            "a refusal is no news while it waits for something else",
            it -> {
              it.refusal = Optional.of(new Refusal("a webhook said no", Optional.empty()));
              it.changes = changed(policy -> policy.settle = Duration.ofMinutes(1));
            },
            "wait Settling until +60"));
  }

  private static RestartPolicy windows(String externalSecret, String... schedules) {
    Policy policy = new Policy().with(it -> it.externalSecret = externalSecret);
    for (String schedule : schedules) {
      policy.window(schedule, "UTC", Duration.ofHours(1));
    }
    return policy.build();
  }

  @Test
  void windows_that_are_never_open_together_are_named() {
    Scene scene = new Scene();
    scene.policies =
        List.of(
            windows("db", "0 2 * * *"), windows("mail", "0 4 * * *"), Scene.policy(), open("shop"));
    assertThat(Rules.decide(scene.snapshot(), NOW))
        .isEqualTo(
            new Decision.Report(
                Reason.OUTSIDE_WINDOW,
                "the restart windows of db and mail and shop are never open together: let them"
                    + " overlap, or annotate one whose Secret changed with"
                    + " keyturn.dev/restart-now"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("situations")
  void decides(String sentence, Scene scene, String expected) {
    assertThat(inWords(Rules.decide(scene.snapshot(), NOW))).as(sentence).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("looks")
  void pods_are_listed_where_nothing_else_tells(String sentence, Scene scene, String expected) {
    assertThat(FreshnessRules.needsPods(scene.snapshot()) ? "look" : "known")
        .as(sentence)
        .isEqualTo(expected);
  }

  static Stream<Arguments> looks() {
    return Stream.of(
        says("a workload from before the change", _ -> {}, "look"),
        says("seen fresh", it -> it.seenFresh = true, "known"),
        says("rolled out by us", it -> it.marks = marksFor(CHANGED), "known"),
        says(
            "being rolled out by us",
            it -> {
              it.marks = marksFor(CHANGED);
              it.counts = ROLLING;
            },
            "look"),
        says("younger than the change", it -> it.created = CHANGED.plusSeconds(5), "look"),
        says(
            "a Rollout that says it did what we asked",
            it -> {
              it.kind = "Rollout";
              it.marks = marksFor(CHANGED);
            },
            "look"),
        says("without pods", it -> it.counts = new Counts(true, 0, 0, 0, 0), "known"),
        says("with one pod too many", it -> it.counts = new Counts(true, 0, 1, 0, 0), "look"));
  }

  @Test
  void fresh_is_for_good_five_seconds_after_the_newest_change() {
    Scene scene = new Scene();
    scene.looked = false;
    scene.changes =
        List.of(
            Scene.change("db", CHANGED, Scene.policy()),
            Scene.change("mail", CHANGED.plusSeconds(3), Scene.policy()));
    assertThat(FreshnessRules.isForGood(scene.snapshot(), CHANGED.plusMillis(7_999))).isFalse();
    assertThat(FreshnessRules.isForGood(scene.snapshot(), CHANGED.plusSeconds(8))).isTrue();
    assertThat(FreshnessRules.nextLook(scene.snapshot(), CHANGED.plusSeconds(5)))
        .contains(CHANGED.plusSeconds(8));
  }

  @Test
  void fresh_is_not_for_good_while_a_container_may_start_with_what_was_there_before() {
    Scene scene = new Scene();
    scene.pods = List.of(waiting(CHANGED.plusMillis(4_999)));
    assertThat(inWords(Rules.decide(scene.snapshot(), NOW))).isEqualTo("fresh");
    assertThat(FreshnessRules.nextLook(scene.snapshot(), NOW)).contains(CHANGED.plusSeconds(90));
    scene.lookedAt = CHANGED.plusSeconds(90).minusMillis(1);
    assertThat(FreshnessRules.isForGood(scene.snapshot(), CHANGED.plusSeconds(90))).isFalse();
    scene.lookedAt = CHANGED.plusSeconds(90);
    assertThat(FreshnessRules.isForGood(scene.snapshot(), CHANGED.plusSeconds(90))).isTrue();
  }

  @Test
  void who_will_start_with_old_files_is_looked_at_now_and_then_until_it_has() {
    Scene scene = new Scene();
    scene.lookedAt = CHANGED.plusSeconds(600);
    scene.changes =
        List.of(
            new Change(
                "db",
                CHANGED,
                new java.util.TreeSet<>(),
                List.of(
                    new SecretUse("db", Optional.empty(), "app", SecretUse.Via.SUB_PATH, false)),
                Optional.empty(),
                Scene.policy()));
    scene.pods = List.of(waitingWithFiles(CHANGED.plusSeconds(179)));
    assertThat(FreshnessRules.isForGood(scene.snapshot(), CHANGED.plusSeconds(600))).isFalse();
    assertThat(FreshnessRules.nextLook(scene.snapshot(), CHANGED.plusSeconds(600)))
        .contains(CHANGED.plusSeconds(900));
    assertThat(FreshnessRules.nextLook(scene.snapshot(), CHANGED.plusSeconds(100)))
        .contains(CHANGED.plusSeconds(210));
    scene.pods = List.of(waitingWithFiles(CHANGED.plusSeconds(180)));
    assertThat(FreshnessRules.isForGood(scene.snapshot(), CHANGED.plusSeconds(600))).isTrue();
  }

  @Test
  void what_argo_is_through_with_is_looked_at_until_its_pods_are_ready() {
    Scene scene = new Scene();
    Instant deadline = NOW.plusSeconds(600);
    assertThat(FreshnessRules.nextLookAtRollout(scene.snapshot(), NOW, deadline))
        .isEqualTo(deadline);
    scene.kind = "Rollout";
    assertThat(FreshnessRules.nextLookAtRollout(scene.snapshot(), NOW, deadline))
        .isEqualTo(NOW.plusSeconds(5));
    assertThat(FreshnessRules.nextLookAtRollout(scene.snapshot(), NOW, NOW.plusSeconds(4)))
        .isEqualTo(NOW.plusSeconds(4));
    scene.shape = rollout(scene, false, false);
    assertThat(FreshnessRules.nextLookAtRollout(scene.snapshot(), NOW, deadline))
        .isEqualTo(deadline);
  }

  @Test
  void who_holds_what_is_back_may_start_once_more_with_what_stood_in_between() {
    Scene scene = new Scene();
    Change change = Scene.change("db", CHANGED, Scene.policy());
    scene.changes =
        List.of(
            new Change(
                "db",
                CHANGED,
                change.keys(),
                change.readers(),
                Optional.of(new Change.Span(Optional.empty(), CHANGED.minusSeconds(20))),
                change.policy()));
    assertThat(inWords(Rules.decide(scene.snapshot(), NOW))).isEqualTo("fresh");
    assertThat(FreshnessRules.nextLook(scene.snapshot(), NOW)).contains(CHANGED.plusSeconds(90));
    scene.lookedAt = CHANGED.plusSeconds(90);
    assertThat(FreshnessRules.isForGood(scene.snapshot(), NOW)).isTrue();
  }

  private static PodView waitingWithFiles(Instant since) {
    return unready(
        pod(
            "web-1",
            CHANGED.minusSeconds(9),
            new ContainerView("app", Optional.empty(), Optional.of(since), Optional.empty())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("startingLate")
  void who_starts_late_with_the_new_content_is_not_waited_for(String sentence, PodView pod) {
    Scene scene = new Scene();
    scene.pods = List.of(pod);
    scene.lookedAt = NOW;
    assertThat(FreshnessRules.isForGood(scene.snapshot(), NOW)).as(sentence).isTrue();
  }

  static Stream<Arguments> startingLate() {
    return Stream.of(
        arguments("a pod that was created late enough", waiting(CHANGED.plusSeconds(5))),
        arguments("a pod of our restart", marked(waiting(CHANGED.plusSeconds(1)), CHANGED)),
        arguments("a pod that is on its way out", leaving(waiting(CHANGED))),
        arguments(
            "a container that has read it",
            pod(
                "web-1",
                CHANGED.minusSeconds(9),
                new ContainerView("app", Optional.of(CHANGED.plusSeconds(60)), Optional.empty()))));
  }

  private static PodView waiting(Instant created) {
    return unready(
        pod("web-1", created, new ContainerView("app", Optional.empty(), Optional.empty())));
  }

  @Test
  void a_pod_that_has_no_container_yet_is_looked_at_again() {
    for (SecretUse reader : List.of(Scene.READER, SecretUse.named("db"))) {
      Scene scene = new Scene();
      scene.changes =
          List.of(
              new Change(
                  "db",
                  CHANGED,
                  new TreeSet<>(),
                  List.of(reader),
                  Optional.empty(),
                  Scene.policy()));
      scene.pods = List.of(unready(pod("web-1", CHANGED.minusSeconds(9), new ContainerView[0])));
      scene.lookedAt = NOW;
      assertThat(FreshnessRules.isForGood(scene.snapshot(), NOW)).isFalse();
    }
  }

  @Test
  void the_pods_of_who_said_no_are_not_listed() {
    assertThat(FreshnessRules.needsPods(new Scene().snapshot())).isTrue();
    assertThat(
            FreshnessRules.needsPods(
                new Scene().with(it -> it.consent = Consent.REFUSED).snapshot()))
        .isFalse();
    assertThat(
            FreshnessRules.needsPods(
                new Scene().with(it -> it.namespaceOptedOut = true).snapshot()))
        .isFalse();
  }

  @Test
  void a_refusal_is_told_in_its_own_words() {
    Scene scene = new Scene();
    scene.refusal = Optional.of(new Refusal("a webhook said no", Optional.empty()));
    assertThat(Rules.decide(scene.snapshot(), NOW))
        .isEqualTo(new Decision.Report(Reason.REFUSED, "a webhook said no"));
  }

  @Test
  void what_is_gone_is_named_with_the_ways_out() {
    Scene scene = new Scene();
    scene.lacks = GONE;
    assertThat(Rules.decide(scene.snapshot(), NOW))
        .isEqualTo(
            new Decision.Report(
                Reason.WOULD_NOT_START,
                "Deployment shop/web is not restarted, since its new containers would not start:"
                    + " Secret db has no key password. Bring that back, or remove the reference or"
                    + " make it optional."));
  }

  @Test
  void a_failure_names_the_container_that_fails_and_not_its_words() {
    Scene scene = new Scene();
    scene.marks = restarted(-7_200);
    scene.counts = ROLLING;
    scene.pods =
        List.of(
            pod("web-1", CHANGED.minus(Duration.ofDays(1))),
            pod(
                "web-2",
                CHANGED.minus(Duration.ofHours(1)),
                new ContainerView("sidecar", Optional.of(CHANGED), Optional.empty()),
                new ContainerView(
                    "app", Optional.empty(), Optional.of("CrashLoopBackOff, last ended"))));
    assertThat(Rules.decide(scene.snapshot(), NOW))
        .isEqualTo(
            new Decision.Failed(
                "Deployment shop/web did not become healthy after its restart. Container app of pod"
                    + " web-2: CrashLoopBackOff, last ended."));
  }

  @Test
  void a_failure_quotes_a_controller_that_can_make_no_pods() {
    Scene scene = new Scene();
    scene.marks = restarted(-7_200);
    scene.counts = ROLLING;
    scene.shape =
        it -> {
          Workload.Deployment web = (Workload.Deployment) it;
          return new Workload.Deployment(
              web.subject(),
              web.counts(),
              web.paused(),
              web.recreate(),
              web.maxUnavailable(),
              web.maxSurge(),
              web.lastSign(),
              web.rollout(),
              Optional.of("exceeded quota: full"));
        };
    assertThat(Rules.decide(scene.snapshot(), NOW))
        .isEqualTo(
            new Decision.Failed(
                "Deployment shop/web did not become healthy after its restart. Its controller:"
                    + " exceeded quota: full"));
  }

  @Test
  void a_failure_without_a_word_says_so() {
    Scene scene = new Scene();
    scene.marks = restarted(-7_200);
    scene.counts = ROLLING;
    assertThat(Rules.decide(scene.snapshot(), NOW))
        .isEqualTo(
            new Decision.Failed(
                "Deployment shop/web did not become healthy after its restart. No container of it"
                    + " says why."));
  }

  @Test
  void what_is_stale_after_its_rollout_is_named() {
    Scene scene = new Scene();
    scene.marks = marksFor(CHANGED);
    assertThat(Rules.decide(scene.snapshot(), NOW))
        .isEqualTo(
            new Decision.Report(
                Reason.STILL_STALE,
                "Deployment shop/web rolled out, but pods still use an older content: web-1"));
  }

  private static final PodView OLDEST = of("1", pod("web-1", CHANGED.minus(Duration.ofDays(2))));

  /** Restarted for the change, so many seconds after it. */
  private static Marks restarted(long seconds) {
    return new Marks(
        Map.of("db", CHANGED), Optional.of(CHANGED.plusSeconds(seconds)), Optional.empty());
  }

  private static Marks marks(String secret, Instant at) {
    return new Marks(Map.of(secret, at), Optional.empty(), Optional.empty());
  }

  private static List<Change> changedAt(Instant at) {
    return List.of(change("db", at, Scene.policy()));
  }

  private static RestartPolicy mail(Consumer<Policy> policy) {
    return new Policy().with(it -> it.externalSecret = "mail").with(policy).build();
  }

  private static RestartPolicy open(String externalSecret) {
    return new Policy()
        .with(it -> it.externalSecret = externalSecret)
        .window("0 12 * * *", "UTC", Duration.ofHours(1))
        .build();
  }

  private static java.util.function.UnaryOperator<Workload> rollout(
      Scene it, boolean progressing, boolean restarted) {
    return _ ->
        new Rollout(
            it.subject(),
            Optional.empty(),
            it.counts,
            false,
            new Limit(25, true),
            progressing,
            restarted,
            Optional.empty(),
            Optional.empty());
  }

  private static java.util.function.UnaryOperator<Workload> byTemplate(Scene it, String phase) {
    return _ -> byTemplate(it, Optional.empty(), phase, Optional.empty());
  }

  private static Workload byTemplate(
      Scene it, Optional<String> template, String phase, Optional<Instant> restartAt) {
    return new Rollout(
        it.subject(),
        template,
        it.counts,
        false,
        new Limit(25, true),
        phase.equals("Progressing"),
        restartAt.isEmpty(),
        restartAt,
        Optional.of(new Rollout.Update(phase, "aborted by a person", new Limit(25, true))));
  }

  private static java.util.function.UnaryOperator<Workload> restartsAt(Scene it, Instant at) {
    return _ ->
        new Rollout(
            it.subject(),
            Optional.empty(),
            it.counts,
            false,
            new Limit(25, true),
            false,
            false,
            Optional.of(at),
            Optional.empty());
  }

  private static PodView of(String revision, PodView pod) {
    return new PodView(
        pod.name(),
        pod.createdAt(),
        pod.marks(),
        pod.runs(),
        revision,
        pod.readySince(),
        pod.onReadyNode(),
        pod.containers());
  }

  private static PodView with(Marks marks, PodView pod) {
    return new PodView(
        pod.name(),
        pod.createdAt(),
        marks,
        pod.runs(),
        pod.revision(),
        pod.readySince(),
        pod.onReadyNode(),
        pod.containers());
  }

  private static PodView ready(PodView pod, long seconds) {
    return new PodView(
        pod.name(),
        pod.createdAt(),
        pod.marks(),
        pod.runs(),
        pod.revision(),
        Optional.of(CHANGED.plusSeconds(seconds)),
        pod.onReadyNode(),
        pod.containers());
  }

  private static Marks restartedBefore(Instant at) {
    return new Marks(Map.of("db", CHANGED.minusSeconds(20)), Optional.of(at), Optional.empty());
  }

  private static Arguments says(String sentence, Consumer<Scene> change, String expected) {
    return arguments(sentence, new Scene().with(change), expected);
  }

  private static List<Change> changed(Consumer<Policy> policy) {
    return List.of(change("db", CHANGED, new Policy().with(policy).build()));
  }

  private static java.util.function.UnaryOperator<Workload> recreating(Scene it) {
    return _ ->
        Scene.deployment(
            it.subject(), it.counts, false, true, new Limit(25, true), Optional.empty());
  }

  private static java.util.function.UnaryOperator<Workload> losing(Scene it, Limit limit) {
    return _ -> Scene.deployment(it.subject(), it.counts, false, false, limit, Optional.empty());
  }

  /** A DaemonSet that was restarted for the change. */
  private static Consumer<Scene> rolling(Counts counts, PodView... pods) {
    return it -> {
      it.kind = "DaemonSet";
      it.marks = marksFor(CHANGED);
      it.counts = counts;
      it.pods = List.of(pods);
    };
  }

  private static PodView leaving(PodView pod) {
    return new PodView(
        pod.name(),
        pod.createdAt(),
        pod.marks(),
        false,
        pod.revision(),
        Optional.empty(),
        true,
        pod.containers());
  }

  private static PodView unreachable(PodView pod) {
    return new PodView(
        pod.name(),
        pod.createdAt(),
        pod.marks(),
        true,
        pod.revision(),
        Optional.empty(),
        false,
        pod.containers());
  }

  private static PodView unready(PodView pod) {
    return new PodView(
        pod.name(),
        pod.createdAt(),
        pod.marks(),
        true,
        pod.revision(),
        Optional.empty(),
        true,
        pod.containers());
  }
}
