package dev.keyturn.source;

import static dev.keyturn.source.FakeSource.identity;
import static dev.keyturn.source.FakeSource.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes along with a request because the call is made anyway. */
class CompanyTest {
  private static final String REGION = "eu-central-1";
  private static final Identity EU = identity(REGION);
  private static final SecretRef DB = SecretRef.current("db");

  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(new SimpleMeterRegistry()));

  @BeforeEach
  void put() {
    source.put("ours", "v1", "x");
    for (int i = 0; i < 2000; i++) {
      source.put("c" + i, "v1", "x");
    }
  }

  @Test
  void fillsTheBatchAndNoMore() {
    askWith(DB, company(0, 50));
    assertThat(source.requests()).hasSize(1);
    assertThat(source.requests().getFirst().keys()).hasSize(20).contains("db", "c0", "c18");
  }

  @Test
  void isThereForWhoAsksNext() {
    askWith(DB, company(0, 1));
    assertThat(ask(SecretRef.current("c0"))).isDone();
    assertThat(source.requests()).hasSize(1);
  }

  @Test
  void isLetGoAfterHalfAMinuteWhenNobodyTookIt() {
    askWith(DB, company(0, 1));
    time.advance(Duration.ofSeconds(29));
    assertThat(cacheHolds("c0")).isTrue();
    askWith(SecretRef.current("db2"), company(1, 2));
    time.advance(Duration.ofSeconds(31));
    assertThat(cacheHolds("c1")).isFalse();
  }

  /** As long as any other value that somebody has, for those who share it. */
  @Test
  void isLetGoTenSecondsAfterSomebodyTookIt() {
    askWith(DB, company(0, 1));
    assertThat(cacheHolds("c0")).isTrue();
    time.advance(Duration.ofSeconds(11));
    assertThat(cacheHolds("c0")).isFalse();
  }

  @Test
  void bringsNothingTwice() {
    askWith(DB, company(0, 5));
    time.advance(Duration.ofMinutes(1));
    askWith(SecretRef.current("db2"), company(0, 5));
    assertThat(source.requests().getLast().keys()).containsExactly("db2");
  }

  @Test
  void isNeverReadAsAnybodyElse() {
    askWith(DB, () -> Stream.of(reference("us-east-1", "theirs"), reference(REGION, "ours")));
    assertThat(source.requests()).hasSize(1);
    assertThat(source.requests().getFirst().keys()).containsExactlyInAnyOrder("db", "ours");
    assertThat(cache.known(reference("us-east-1", "theirs"))).isEmpty();
  }

  @Test
  void holdsNothingUpThatIsWantedAtOnce() {
    CompletableFuture<?> _ =
        cache.ask(EU, Set.of(DB), Freshness.HELD, Optional.of(company(0, 5))).get(DB);
    SecretRef forced = SecretRef.current("forced");
    CompletableFuture<?> _ =
        cache.ask(EU, Set.of(forced), Freshness.since(time.instant())).get(forced);
    time.advance(Duration.ofMillis(250));
    assertThat(source.requests())
        .filteredOn(request -> request.keys().contains("forced"))
        .allSatisfy(request -> assertThat(request.keys()).doesNotContain("c0"));
  }

  @Test
  void breaksNothingWhenItCannotBeTold() {
    askWith(
        DB,
        () -> {
          throw new IllegalStateException("the watch is gone");
        });
    assertThat(cacheHolds("db")).isTrue();
  }

  /** 128 of 64 KiB are all that may be held: no more are read for nothing. */
  @Test
  void isBoundedInBytes() {
    for (int i = 0; i < 400; i++) {
      source.put("c" + i, "v1", "x".repeat(64 << 10));
    }
    for (int i = 0; i < 20; i++) {
      askWith(SecretRef.current("own" + i), company(20 * i, 20 * i + 20));
    }
    long along =
        source.requests().stream()
            .flatMap(request -> request.keys().stream())
            .filter(key -> key.startsWith("c"))
            .count();
    assertThat(along).isBetween(100L, 128L);
  }

  @Test
  void isBoundedInNumber() {
    for (int i = 0; i < 100; i++) {
      askWith(SecretRef.current("own" + i), company(20 * i, 20 * i + 20));
    }
    long along =
        source.requests().stream()
            .flatMap(request -> request.keys().stream())
            .filter(key -> key.startsWith("c"))
            .count();
    assertThat(along).isEqualTo(1000);
  }

  @Test
  void nobodyIsLookedForOnceThereIsNoRoom() {
    for (int i = 0; i < 100; i++) {
      askWith(SecretRef.current("own" + i), company(20 * i, 20 * i + 20));
    }
    AtomicInteger tried = new AtomicInteger();
    askWith(DB, () -> company(0, 2000).get().peek(each -> tried.incrementAndGet()));
    assertThat(tried.get()).isZero();
  }

  private Supplier<Stream<Reference>> company(int from, int to) {
    return () -> IntStream.range(from, to).mapToObj(i -> reference(REGION, "c" + i));
  }

  private void askWith(SecretRef ref, Supplier<Stream<Reference>> company) {
    source.put(ref.key(), "v1", "x");
    CompletableFuture<?> _ =
        cache.ask(EU, Set.of(ref), Freshness.HELD, Optional.of(company)).get(ref);
    time.advance(Duration.ofMillis(250));
  }

  private CompletableFuture<Answer<SecretValue>> ask(SecretRef ref) {
    return cache.ask(EU, Set.of(ref), Freshness.HELD).get(ref);
  }

  private boolean cacheHolds(String key) {
    return ask(SecretRef.current(key)).isDone();
  }
}
