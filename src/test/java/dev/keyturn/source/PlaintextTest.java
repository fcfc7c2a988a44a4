package dev.keyturn.source;

import static dev.keyturn.source.FakeSource.identity;
import static dev.keyturn.source.FakeSource.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.testbed.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That values do not linger. */
class PlaintextTest {
  private static final Identity EU = identity("eu-central-1");
  private static final SecretRef DB = SecretRef.current("db");
  private static final Reference DB_EU = reference("eu-central-1", "db");

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

  @Test
  void nothingReachesAValueAnyMoreOnceItsTimeIsOver() {
    source.put("db", "v1", "secret");
    cache.expect(DB_EU, 3);
    WeakReference<SecretValue> value = new WeakReference<>(found(ask(DB)));
    assertThat(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB)).isDone();
    time.advance(Duration.ofSeconds(10));
    assertUnreachable(value);
    assertThat(version(DB_EU)).isEqualTo("v1");
  }

  @Test
  void nothingReachesAValueAnyMoreOnceItsOnlyDependantHasIt() {
    source.put("db", "v1", "secret");
    cache.expect(DB_EU, 1);
    WeakReference<SecretValue> value = new WeakReference<>(found(ask(DB)));
    assertUnreachable(value);
  }

  @Test
  void nothingIsKeptOfWhatNobodyFollowsAnyMore() {
    source.put("db", "v1", "secret");
    cache.expect(DB_EU, 2);
    WeakReference<SecretValue> value = new WeakReference<>(found(ask(DB)));
    cache.expect(DB_EU, 0);
    assertUnreachable(value);
    assertThat(cache.known(DB_EU)).isEmpty();
  }

  @Test
  void moreBytesThanAllowedAreServedButNotHeld() {
    source.put("db", "v1", "x".repeat(5 << 20));
    source.put("other", "v1", "x".repeat(5 << 20));
    SecretRef other = SecretRef.current("other");
    ask(DB);
    assertThat(text(ask(other))).hasSize(5 << 20);
    assertThat(cache.ask(EU, Set.of(DB), Freshness.HELD).get(DB)).isDone();
    assertThat(cache.ask(EU, Set.of(other), Freshness.HELD).get(other)).isNotDone();
  }

  @Test
  void theMarkOfWhatNobodyEverFollowsGoesInTheEnd() {
    source.put("db", "v1", "secret");
    ask(DB);
    time.advance(Duration.ofMinutes(5));
    ask(SecretRef.current("other"));
    time.advance(Duration.ofSeconds(10));
    assertThat(cache.known(DB_EU)).isEmpty();
  }

  private Answer<SecretValue> ask(SecretRef ref) {
    var answer = cache.ask(EU, Set.of(ref), Freshness.HELD).get(ref);
    time.advance(Duration.ofMillis(60));
    return answer.join();
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

  private static String text(Answer<SecretValue> answer) {
    return found(answer).text().orElseThrow();
  }

  private static void assertUnreachable(WeakReference<?> value) {
    Eventually.isTrue(
        "it is unreachable",
        () -> {
          System.gc();
          return value.get() == null;
        });
  }
}
