package dev.keyturn.source;

import static dev.keyturn.source.FakeSource.identity;
import static dev.keyturn.source.FakeSource.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecretCacheTest {
  private static final Identity EU = identity("eu-central-1");
  private static final SecretRef DB = SecretRef.current("db");
  private static final Reference DB_EU = reference("eu-central-1", "db");
  private static final Find ALL = new Find(Optional.empty(), Map.of(), Optional.of("app/"));

  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(meters));

  @Test
  void requestsThatComeWhileOneIsUnderWayShareIt() {
    source.put("db", "v1", "secret");
    var first = cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB);
    var second = cache.ask(EU, Set.of(DB), Freshness.since(time.instant())).get(DB);
    time.settle();
    assertThat(text(first)).isEqualTo("secret");
    assertThat(text(second)).isEqualTo("secret");
    assertThat(source.requests()).hasSize(1);
  }

  @Test
  void aRequestUnderWayIsTooOldForWhoAsksForSomethingFresher() {
    source.put("db", "v1", "old");
    AtomicReference<CompletableFuture<Answer<SecretValue>>> later = new AtomicReference<>();
    source.during(
        () -> {
          time.advance(Duration.ofMillis(1));
          source.put("db", "v2", "new");
          later.set(cache.ask(EU, Set.of(DB), Freshness.since(time.instant())).get(DB));
        });
    var first = cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB);
    time.advance(Duration.ofSeconds(1));
    assertThat(text(first)).isEqualTo("old");
    assertThat(text(later.get())).isEqualTo("new");
  }

  @Test
  void anAnswerThatWasAskedForEarlierDoesNotReplaceALaterOne() {
    source.put("db", "v1", "old");
    source.during(
        () -> {
          time.advance(Duration.ofMillis(1));
          source.put("db", "v2", "new");
          var _ = cache.ask(EU, Set.of(DB), Freshness.since(time.instant()));
          time.advance(Duration.ofSeconds(1));
        });
    var _ = cache.ask(EU, Set.of(DB), Freshness.HELD);
    time.settle();
    assertThat(version(DB_EU)).isEqualTo("v2");
    assertThat(text(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB))).isEqualTo("new");
  }

  @Test
  void aValueIsServedOnlyToTheIdentityThatFetchedIt() {
    source.put("db", "v1", "secret");
    ask(DB);
    var other = cache.ask(identity("us-east-1"), Set.of(DB), Freshness.HELD);
    assertThat(other.get(DB)).isNotDone();
    time.settle();
    assertThat(source.requests())
        .extracting(FakeSource.Request::identity)
        .hasSize(2)
        .doesNotHaveDuplicates();
  }

  @Test
  void twentyThatArriveTogetherAreOneRequest() {
    cache.ask(EU, refs(45), Freshness.HELD);
    time.advance(Duration.ofMillis(60));
    assertThat(source.requests())
        .extracting(request -> request.keys().size())
        .containsExactly(20, 20, 5);
  }

  @Test
  void oneThatComesAloneDoesNotWait() {
    var answer = cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB);
    time.settle();
    assertThat(answer).isDone();
  }

  @Test
  void otherStagesAndPinnedVersionsGoOneByOne() {
    SecretRef previous = new SecretRef("a", new Version.Stage("AWSPREVIOUS"), SecretRef.Part.VALUE);
    SecretRef pinned = new SecretRef("b", new Version.Exact("v1"), SecretRef.Part.VALUE);
    cache.ask(EU, Set.of(previous, pinned, DB), Freshness.HELD);
    time.settle();
    assertThat(source.requests())
        .extracting(request -> request.keys().size())
        .containsOnly(1)
        .hasSize(3);
  }

  @Test
  void parametersGoByTenWhateverTheirVersion() {
    Identity store = identity(Service.PARAMETER_STORE, "eu-central-1");
    Set<SecretRef> labelled =
        refs(12).stream()
            .map(ref -> new SecretRef(ref.key(), new Version.Stage("blue"), SecretRef.Part.VALUE))
            .collect(Collectors.toSet());
    cache.ask(store, labelled, Freshness.HELD);
    time.advance(Duration.ofMillis(60));
    assertThat(source.requests())
        .extracting(request -> request.keys().size())
        .containsExactly(10, 2);
  }

  @Test
  void aChangeFoundByACheckIsHeldForExactlyItsDependants() {
    source.put("db", "v1", "old");
    ask(DB);
    cache.expect(DB_EU, 2);
    source.put("db", "v2", "new");
    check(DB_EU);
    source.forgetRequests();
    assertThat(text(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB))).isEqualTo("new");
    assertThat(text(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB))).isEqualTo("new");
    assertThat(source.requests()).isEmpty();
    assertThat(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB)).isNotDone();
  }

  @Test
  void aCheckThatFindsTheSameHoldsNothing() {
    source.put("db", "v1", "same");
    ask(DB);
    cache.expect(DB_EU, 2);
    time.advance(Duration.ofSeconds(11));
    check(DB_EU);
    assertThat(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB)).isNotDone();
  }

  @Test
  void anOlderValueIsNotServedOnceALookSawAnotherVersion() {
    SecretRef blue = new SecretRef("db", new Version.Stage("blue"), SecretRef.Part.VALUE);
    source.put("db", "v1", "old");
    ask(blue);
    source.put("db", "v2", "new");
    check(new Reference(EU, blue));
    assertThat(source.requests())
        .extracting(FakeSource.Request::kind)
        .containsExactly("read", "look");
    assertThat(version(new Reference(EU, blue))).isEqualTo("v2");
    assertThat(text(ask(blue))).isEqualTo("new");
  }

  @Test
  void aValueIsGoneAfterTenSecondsAndItsMarkStays() {
    source.put("db", "v1", "secret");
    ask(DB);
    cache.expect(DB_EU, 3);
    time.advance(Duration.ofMillis(9_939));
    assertThat(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB)).isDone();
    time.advance(Duration.ofMillis(1));
    assertThat(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB)).isNotDone();
    assertThat(version(DB_EU)).isEqualTo("v1");
  }

  @Test
  void aFailureIsTheLastAnswerAndLeavesTheLastGoodMark() {
    source.put("db", "v1", "secret");
    ask(DB);
    cache.expect(DB_EU, 1);
    source.fail("db", FakeSource.denied("db"));
    check(DB_EU);
    check(DB_EU);
    assertThat(cache.known(DB_EU)).contains(Answer.failed(FakeSource.denied("db")));
    assertThat(cache.state(DB_EU).orElseThrow().failures()).isEqualTo(2);
    assertThat(cache.state(DB_EU).orElseThrow().lastFound().orElseThrow().versionId())
        .isEqualTo("v1");
    source.heal("db");
    check(DB_EU);
    assertThat(cache.state(DB_EU).orElseThrow().failures()).isZero();
    assertThat(version(DB_EU)).isEqualTo("v1");
  }

  @Test
  void aFailureIsSharedForTwoSecondsOnly() {
    source.fail("db", FakeSource.unavailable("db"));
    ask(DB);
    time.advance(Duration.ofMillis(1_939));
    assertThat(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB)).isDone();
    time.advance(Duration.ofMillis(1));
    assertThat(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB)).isNotDone();
  }

  @Test
  void aDefectOfTheSourceIsAnAnswerToEverybodyWithoutItsText() {
    source.breakDown(new IllegalStateException("hunter2"));
    var read = cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB);
    var find = cache.ask(new Search(EU, ALL), Freshness.HELD);
    check(new Reference(EU, new SecretRef("x", new Version.Stage("s"), SecretRef.Part.VALUE)));
    time.settle();
    assertThat(read.join().toString())
        .contains("Unavailable", "IllegalStateException")
        .doesNotContain("hunter2");
    assertThat(find.join().toString()).contains("Unavailable").doesNotContain("hunter2");
    source.recover();
    source.put("db", "v1", "secret");
    assertThat(
            text(
                cache.ask(EU, Set.of(DB), Freshness.since(time.instant().plusMillis(1))).get(DB),
                time))
        .isEqualTo("secret");
  }

  @Test
  void oneSearchServesAllWhoAskTheSame() {
    source.put("app/a", "v1", "x");
    var one = cache.ask(new Search(EU, ALL), Freshness.HELD);
    var two = cache.ask(new Search(EU, ALL), Freshness.HELD);
    time.settle();
    assertThat(one.join()).isEqualTo(Answer.found(List.of("app/a"))).isEqualTo(two.join());
    assertThat(source.requests()).hasSize(1);
    String before = version(new Search(EU, ALL));
    source.put("app/b", "v1", "x");
    check(new Search(EU, ALL));
    assertThat(version(new Search(EU, ALL))).isNotEqualTo(before);
  }

  @Test
  void metersTellHowWellItShares() {
    source.put("db", "v1", "secret");
    cache.expect(DB_EU, 3);
    var first = cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB);
    var second = cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB);
    time.settle();
    assertThat(text(first)).isEqualTo(text(second));
    ask(DB);
    assertThat(requests("asked")).isEqualTo(1);
    assertThat(requests("shared")).isEqualTo(1);
    assertThat(requests("held")).isEqualTo(1);
    cache.ask(EU, refs(20), Freshness.HELD);
    time.settle();
    var batches =
        meters.get("keyturn.cache.batch.size").tag("service", "SECRETS_MANAGER").summary();
    assertThat(batches.count()).isEqualTo(2);
    assertThat(batches.totalAmount()).isEqualTo(21);
  }

  private double requests(String outcome) {
    return meters.get("keyturn.cache.requests").tag("outcome", outcome).counter().count();
  }

  private static Set<SecretRef> refs(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> SecretRef.current("s" + i))
        .collect(Collectors.toSet());
  }

  private Answer<SecretValue> ask(SecretRef ref) {
    var answer = cache.ask(EU, Set.of(ref), Freshness.HELD).get(ref);
    time.advance(Duration.ofMillis(60));
    return answer.join();
  }

  private void check(Followed followed) {
    time.advance(Duration.ofMillis(1));
    CompletableFuture<Void> done = cache.check(Set.of(followed));
    time.advance(Duration.ofMillis(60));
    assertThat(done).isDone();
  }

  private String version(Followed followed) {
    return cache.known(followed).orElseThrow()
            instanceof Answer.Found<VersionMark>(VersionMark mark)
        ? mark.content()
        : "failed";
  }

  private static SecretValue found(Answer<SecretValue> answer) {
    return answer instanceof Answer.Found<SecretValue>(SecretValue value) ? value : null;
  }

  private static String text(CompletableFuture<Answer<SecretValue>> answer, VirtualTime time) {
    time.advance(Duration.ofSeconds(1));
    return text(answer);
  }

  private static String text(CompletableFuture<Answer<SecretValue>> answer) {
    return text(answer.join());
  }

  private static String text(Answer<SecretValue> answer) {
    return found(answer).text().orElseThrow();
  }
}
