package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.api.Condition.Status;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.Rendered.Missing;
import dev.keyturn.render.SourceList;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.sync.target.Unwritten;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {
  private static final Missing GONE = new Missing("db: ResourceNotFoundException: gone");

  /** In one line: {@code False SecretSyncedError, again after 10 s and at most 600 s}. */
  private static String inWords(SyncOutcome outcome) {
    return Verdict.of(outcome)
        .map(
            verdict ->
                (verdict.ready() == Status.TRUE ? "True " : "False ")
                    + verdict.reason()
                    + (verdict.stalled() ? " stalled" : "")
                    + (verdict.quiet().isZero() ? "" : " once it lasts " + verdict.quiet())
                    + verdict
                        .retry()
                        .map(
                            retry ->
                                ", again after %s and at most %s"
                                    .formatted(retry.first(), retry.longest()))
                        .orElse(""))
        .orElse("nothing to say");
  }

  private static SyncOutcome notWritten(Unwritten why) {
    return new SyncOutcome.NotWritten(why);
  }

  static Stream<Arguments> outcomes() {
    SourceFailure denied =
        new SourceFailure.Denied("db", "AccessDeniedException", Optional.empty(), "allow it");
    SourceFailure throttled = new SourceFailure.Throttled("db", "ThrottlingException", "wait");
    String rarely = ", again after PT5M and at most PT5M";
    return Stream.of(
        arguments("rest is silent", new SyncOutcome.AtRest(), "nothing to say"),
        arguments("so is another class", new SyncOutcome.Ignored(), "nothing to say"),
        arguments(
            "a second look", new SyncOutcome.Doubted(Duration.ofSeconds(5)), "nothing to say"),
        arguments(
            "a namespace that is not known is told once it lasts",
            new SyncOutcome.NamespaceUnknown("shop"),
            "False SecretSyncedError once it lasts PT10S, again after PT1S and at most PT2M"),
        arguments("and a window", new SyncOutcome.Closed(Optional.empty()), "nothing to say"),
        arguments(
            "who is overtaken tries at once, then less and less often, and says so if it lasts",
            notWritten(new Unwritten.Overtaken("shop/db")),
            "False SecretSyncedError once it lasts PT10S, again after PT0.2S and at most PT30S"),
        arguments(
            "the end of a Secret that goes wakes, so that it is hardly looked at",
            notWritten(new Unwritten.Terminating("shop/db", List.of("example.com/hold"))),
            "False SecretSyncedError" + rarely),
        arguments(
            "a busy API server is told the second time",
            notWritten(new Unwritten.ApiServerBusy("shop/db", "HTTP 500")),
            "False SecretSyncedError once it lasts PT1S, again after PT1S and at most PT2M"),
        arguments(
            "a sync waits for a wake-up",
            new SyncOutcome.Synced(
                Optional.empty(), new SourceList(List.of(), 0), true, List.of(), Optional.empty()),
            "True SecretSynced"),
        arguments(
            "a deletion that was asked for is good",
            new SyncOutcome.SourceGone(List.of(GONE)),
            "True SecretDeleted"),
        arguments(
            "a source that is gone is looked for now and then",
            new SyncOutcome.Kept(List.of(GONE), true),
            "False SecretSyncedError, again after PT10S and at most PT10M"),
        arguments(
            "a missing target has its own reason",
            notWritten(new Unwritten.TargetMissing("shop/db")),
            "False SecretMissing" + rarely),
        arguments(
            "a denial is retried slowly",
            new SyncOutcome.Unread(List.of(denied), Optional.empty()),
            "False SecretSyncedError, again after PT10S and at most PT10M"),
        arguments(
            "a refresh that is throttled is only late, until the value is three intervals old",
            new SyncOutcome.Unread(List.of(throttled), Optional.of(Duration.ofMinutes(1))),
            "False SecretSyncedError once it lasts PT2M, again after PT1S and at most PT2M"),
        arguments(
            "but not beside something that will not pass",
            new SyncOutcome.Unread(List.of(throttled, denied), Optional.of(Duration.ofMinutes(1))),
            "False SecretSyncedError, again after PT1S and at most PT2M"),
        arguments(
            "the most hopeful of several failures sets the pace",
            new SyncOutcome.Unread(List.of(denied, throttled), Optional.empty()),
            "False SecretSyncedError, again after PT1S and at most PT2M"),
        arguments(
            "an API server that does not answer is told the second time",
            new SyncOutcome.ApiFailed(503, "HTTP 503"),
            "False SecretSyncedError once it lasts PT1S, again after PT1S and at most PT2M"),
        arguments(
            "so is one that cannot be reached",
            SyncOutcome.ApiFailed.of(
                new KubernetesClientException("get", new java.io.IOException("reset"))),
            "False SecretSyncedError once it lasts PT1S, again after PT1S and at most PT2M"),
        arguments(
            "one that refuses waits for a person",
            new SyncOutcome.ApiFailed(403, "secrets is forbidden"),
            "False SecretSyncedError, again after PT10S and at most PT10M"),
        arguments(
            "a store wakes who it refuses",
            new SyncOutcome.StoreRefused("SecretStore shop/aws does not exist"),
            "False SecretSyncedError" + rarely),
        arguments(
            "a manifest that does not fit waits for a person",
            new SyncOutcome.RenderFailed(
                new RenderFailure.BadPattern("find.name.regexp", "x"), false),
            "False SecretSyncedError"),
        arguments(
            "one whose source wakes nobody is tried now and then",
            new SyncOutcome.RenderFailed(
                new RenderFailure.MissingProperty("data[0]", "a", "db"), true),
            "False SecretSyncedError, again after PT10S and at most PT10M"),
        arguments(
            "so does a rival, and it is stalled",
            notWritten(new Unwritten.Contended("shop/db", "rival")),
            "False Conflict stalled"),
        arguments(
            "somebody else's Secret is looked at rarely",
            notWritten(new Unwritten.NotOurs("Secret shop/db is controlled by x", "")),
            "False SecretSyncedError" + rarely),
        arguments(
            "so is an immutable one",
            notWritten(new Unwritten.ImmutableTarget("shop/db")),
            "False SecretSyncedError" + rarely),
        arguments(
            "a refusal of the API server may pass",
            notWritten(new Unwritten.Forbidden("shop/db", "HTTP 403: quota")),
            "False SecretSyncedError, again after PT10S and at most PT5M"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outcomes")
  void says(String sentence, SyncOutcome outcome, String expected) {
    assertThat(inWords(outcome)).isEqualTo(expected);
  }

  @Test
  void a_retry_waits_as_long_again_as_the_trouble_has_lasted() {
    Verdict.Retry retry = new Verdict.Retry(Duration.ofSeconds(10), Duration.ofMinutes(5));
    assertThat(retry.after(Duration.ZERO, 0.5)).hasSeconds(10);
    assertThat(retry.after(Duration.ofSeconds(70), 0.5)).hasSeconds(70);
    assertThat(retry.after(Duration.ofHours(1), 0.5)).hasMinutes(5);
    assertThat(retry.after(Duration.ofSeconds(-30), 0.5))
        .as("a clock that was set back")
        .hasSeconds(10);
  }

  @Test
  void a_key_that_is_left_out_is_named_and_warned_of() {
    Verdict verdict =
        Verdict.of(
                new SyncOutcome.Synced(
                    Optional.empty(),
                    new SourceList(List.of(), 0),
                    true,
                    List.of(GONE),
                    Optional.empty()))
            .orElseThrow();
    assertThat(verdict.message()).contains("db: ResourceNotFoundException");
    assertThat(verdict.warns()).isTrue();
    assertThat(
            Verdict.of(
                    new SyncOutcome.Synced(
                        Optional.empty(),
                        new SourceList(List.of(), 0),
                        true,
                        List.of(),
                        Optional.empty()))
                .orElseThrow()
                .warns())
        .isFalse();
  }

  @Test
  void what_cannot_be_obeyed_is_told_though_all_is_well() {
    Verdict verdict =
        Verdict.of(
                new SyncOutcome.Synced(
                    Optional.empty(),
                    new SourceList(List.of(), 0),
                    true,
                    List.of(),
                    Optional.of("spec.syncWindows: x")))
            .orElseThrow();
    assertThat(verdict.isGood()).isTrue();
    assertThat(verdict.message()).endsWith("; but spec.syncWindows: x");
    assertThat(verdict.warns()).isTrue();
  }

  @Test
  void only_a_secret_that_is_there_keeps_what_it_held() {
    assertThat(Verdict.of(new SyncOutcome.Kept(List.of(GONE), true)).orElseThrow().message())
        .startsWith("the Secret keeps what it held; db");
    assertThat(Verdict.of(new SyncOutcome.Kept(List.of(GONE), false)).orElseThrow().message())
        .doesNotContain("keeps");
  }

  @Test
  void of_many_failures_three_are_named_each_once_in_the_same_order() {
    List<SourceFailure> failures =
        IntStream.of(5, 2, 4, 1, 3, 2, 1)
            .<SourceFailure>mapToObj(i -> new SourceFailure.NotFound("s" + i, "code", "advice"))
            .toList();
    assertThat(
            Verdict.of(new SyncOutcome.Unread(failures, Optional.empty())).orElseThrow().message())
        .isEqualTo("s1: code: advice; s2: code: advice; s3: code: advice; and 2 more");
  }

  private static String trouble(SourceFailure... failures) {
    return Verdict.of(new SyncOutcome.Unread(List.of(failures), Optional.empty()))
        .orElseThrow()
        .trouble();
  }

  @Test
  void one_trouble_is_one_whatever_its_wording() {
    SourceFailure one = new SourceFailure.Throttled("a", "ThrottlingException", "GetSecretValue");
    SourceFailure two = new SourceFailure.Throttled("b", "Throttled", "BatchGetSecretValue");
    SourceFailure denied = new SourceFailure.Denied("a", "x", Optional.empty(), "allow it");
    SourceFailure other = new SourceFailure.Denied("b", "x", Optional.empty(), "allow it");
    assertThat(trouble(one)).isEqualTo(trouble(two)).isEqualTo(trouble(two, one));
    assertThat(trouble(denied)).isEqualTo(trouble(one, denied)).isNotEqualTo(trouble(one));
    assertThat(trouble(denied)).isNotEqualTo(trouble(other));
  }
}
