package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered.Missing;
import dev.keyturn.render.SourceList;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.sync.target.Unwritten;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each outcome held for ten minutes, and nobody wakes: how often it is tried again, which is also
 * how often AWS may be read and the Secret written, and how often it is told. The wording changes
 * with each try.
 */
class OutcomesTest {
  private static final Duration HELD = Duration.ofMinutes(10);
  private static final List<Missing> GONE = List.of(new Missing("db: gone"));

  static Stream<Arguments> outcomes() {
    return Stream.of(
        row("at rest", 1, 0, _ -> new SyncOutcome.AtRest()),
        row("of another class", 1, 0, _ -> new SyncOutcome.Ignored()),
        row(
            "synced",
            1,
            1,
            _ ->
                new SyncOutcome.Synced(
                    Optional.empty(),
                    new SourceList(List.of(), 0),
                    true,
                    List.of(),
                    Optional.empty())),
        row("gone with its source", 1, 1, _ -> new SyncOutcome.SourceGone(GONE)),
        row("kept", 7, 1, _ -> new SyncOutcome.Kept(GONE, true)),
        row("denied", 7, 1, i -> unread(denied("GetSecretValue " + i))),
        row("throttled", 12, 1, i -> unread(throttled("call " + i))),
        row(
            "throttled, with a good Secret",
            12,
            1,
            i ->
                new SyncOutcome.Unread(
                    List.of(throttled("call " + i)), Optional.of(Duration.ofMinutes(1)))),
        row(
            "throttled, with a good Secret and an hour to go",
            12,
            0,
            i ->
                new SyncOutcome.Unread(
                    List.of(throttled("call " + i)), Optional.of(Duration.ofHours(1)))),
        row(
            "out of reach",
            12,
            1,
            i -> unread(new SourceFailure.Unavailable("db", "Timeout", "after " + i + " s"))),
        row(
            "no room to wait for AWS",
            10,
            1,
            i -> waits(OutOfPatience.Kind.SLOW, i + " others of this namespace wait already")),
        row(
            "no turn to read many values",
            10,
            1,
            i -> waits(OutOfPatience.Kind.TURN, i + " others of this namespace wait already")),
        row(
            "no turn to read many values, with a good Secret and an hour to go",
            10,
            0,
            i ->
                new SyncOutcome.Waits(
                    OutOfPatience.Kind.TURN,
                    i + " others of this namespace wait already",
                    Optional.of(Duration.ofHours(1)))),
        row(
            "no answer of AWS",
            12,
            1,
            _ -> waits(OutOfPatience.Kind.NO_ANSWER, "no answer in two minutes")),
        row(
            "no turn to be rendered",
            10,
            1,
            _ -> new SyncOutcome.RenderFailed(new RenderFailure.NoTurn("spec", "x"), false)),
        row("doubted", 1, 0, _ -> new SyncOutcome.Doubted(Duration.ofSeconds(5))),
        row("a namespace to come", 12, 1, _ -> new SyncOutcome.NamespaceUnknown("shop")),
        row("a store that is refused", 3, 1, _ -> new SyncOutcome.StoreRefused("no such store")),
        row("a rendering that failed", 1, 1, _ -> new SyncOutcome.RenderFailed(failure(), false)),
        row("one that may pass", 7, 1, _ -> new SyncOutcome.RenderFailed(failure(), true)),
        row("an API server out of reach", 12, 1, i -> new SyncOutcome.ApiFailed(0, "call " + i)),
        row("an API server that refuses", 7, 1, _ -> new SyncOutcome.ApiFailed(403, "forbidden")),
        row("a missing target", 3, 1, unwritten(new Unwritten.TargetMissing("shop/db"))),
        row("somebody else's", 3, 1, unwritten(new Unwritten.NotOurs("not ours", "other"))),
        row("immutable", 3, 1, unwritten(new Unwritten.ImmutableTarget("shop/db"))),
        row("contended", 1, 1, unwritten(new Unwritten.Contended("shop/db", "rival"))),
        row("refused", 7, 1, unwritten(new Unwritten.Forbidden("shop/db", "HTTP 403: quota"))),
        row("overtaken", 28, 1, unwritten(new Unwritten.Overtaken("shop/db"))),
        row(
            "terminating",
            3,
            1,
            unwritten(new Unwritten.Terminating("shop/db", List.of("example.com/hold")))),
        row("a breakdown of ours", 12, 1, _ -> new SyncOutcome.BrokeDown("SomeException")),
        row(
            "a busy API server",
            12,
            1,
            i -> new SyncOutcome.NotWritten(new Unwritten.ApiServerBusy("shop/db", "HTTP " + i))));
  }

  private static Arguments row(
      String sentence, int tries, int told, IntFunction<SyncOutcome> outcome) {
    return arguments(sentence, tries, told, outcome);
  }

  private static IntFunction<SyncOutcome> unwritten(Unwritten why) {
    return _ -> new SyncOutcome.NotWritten(why);
  }

  private static SyncOutcome waits(OutOfPatience.Kind kind, String why) {
    return new SyncOutcome.Waits(kind, why, Optional.empty());
  }

  private static SyncOutcome unread(SourceFailure failure) {
    return new SyncOutcome.Unread(List.of(failure), Optional.empty());
  }

  private static SourceFailure denied(String permission) {
    return new SourceFailure.Denied("db", "AccessDenied", Optional.empty(), "allow " + permission);
  }

  private static SourceFailure throttled(String advice) {
    return new SourceFailure.Throttled("db", "Throttled", advice);
  }

  private static RenderFailure failure() {
    return new RenderFailure.BadPattern("spec.data[0]", "x");
  }

  @ParameterizedTest(name = "{0}: {1} tries, told {2} times")
  @MethodSource("outcomes")
  void is_tried_and_told(String sentence, int tries, int told, IntFunction<SyncOutcome> outcome) {
    VirtualTime time = new VirtualTime();
    Troubles troubles = new Troubles(time, new Random(1));
    ExternalSecret resource = Secrets.externalSecret("", Map.of());
    Instant end = time.instant().plus(HELD);
    int tried = 0;
    int tellings = 0;
    Optional<Duration> again = Optional.of(Duration.ZERO);
    while (again.isPresent() && !time.instant().plus(again.get()).isAfter(end)) {
      time.advance(again.get());
      Troubles.Course course = troubles.note(resource, Verdict.of(outcome.apply(tried)));
      tried++;
      if (course.isDue()) {
        tellings += course.told() ? 0 : 1;
        troubles.told(resource);
      }
      again = course.again();
    }
    assertThat(tried).isEqualTo(tries);
    assertThat(tellings).isEqualTo(told);
  }
}
