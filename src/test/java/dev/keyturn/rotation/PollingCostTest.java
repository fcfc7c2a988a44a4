package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Sight;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What it costs to look at secrets that never change. */
class PollingCostTest {
  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final List<String> woken = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(meters));
  private final Watchlist watchlist =
      new Watchlist(cache, dependant -> woken.add(dependant.name()));
  private final StageWatch watch =
      new StageWatch(cache, watchlist, time, time, new Random(1), new WatchMeters(meters));

  @BeforeEach
  void lead() {
    watch.start();
  }

  /** Calls in the first minute after a sync of ten seconds, and in each minute of the next nine. */
  @ParameterizedTest(name = "{0} identities with {1} secrets each")
  @CsvSource({"1, 1000, 130, 105", "200, 5, 500, 420", "20, 50, 160, 130", "1, 10, 3, 2.2"})
  void batchesAreFullFromTheFirstMinuteOn(int identities, int secrets, int atFirst, double then) {
    for (int secret = 0; secret < secrets; secret++) {
      for (int identity = 0; identity < identities; identity++) {
        source.put("s" + secret, "v1", "x");
        follow("e" + identity + "-" + secret, reference("region-" + identity, "s" + secret));
        time.advance(Duration.ofMillis(10_000 / (identities * secrets) - 5));
      }
    }
    source.forgetRequests();
    time.advance(Duration.ofMinutes(1));
    assertThat(source.requests().size()).isLessThanOrEqualTo(atFirst);
    assertThat(looks())
        .as("nobody is looked at more often than twice")
        .isLessThanOrEqualTo(21L * identities * secrets / 10);
    source.forgetRequests();
    time.advance(Duration.ofMinutes(9));
    double calls = source.requests().size() / 9.0;
    System.out.printf(
        "%d identities x %d secrets: %.1f calls a minute%n", identities, secrets, calls);
    assertThat(calls).isLessThanOrEqualTo(then);
    assertThat(looks() / 9.0).isLessThanOrEqualTo(2.12 * identities * secrets);
    assertThat(woken).isEmpty();
  }

  @Test
  void companyOfAShorterIntervalCostsTheLongerOneNothing() {
    for (int i = 0; i < 5; i++) {
      source.put("fast" + i, "v1", "x");
      source.put("slow" + i, "v1", "x");
      follow("fast" + i, reference("eu", "fast" + i));
      follow("slow" + i, reference("eu", "slow" + i), Duration.ofMinutes(5));
    }
    time.advance(Duration.ofMinutes(10));
    source.forgetRequests();
    time.advance(Duration.ofHours(5));
    assertThat(looks("slow0")).isLessThanOrEqualTo(66);
    assertThat(source.requests().size())
        .as("the slow go along")
        .isLessThanOrEqualTo(5 * 60 * 22 / 10);
  }

  @Test
  void whatWasLookedAtOutOfTurnIsSoonWithTheOthersAgain() {
    for (int i = 0; i < 5; i++) {
      source.put("s" + i, "v1", "x");
      follow("e" + i, reference("eu", "s" + i));
    }
    time.advance(Duration.ofSeconds(130));
    CompletableFuture<Void> _ = watch.look(Set.of(reference("eu", "s3")));
    time.advance(Duration.ofMinutes(2));
    source.forgetRequests();
    time.advance(Duration.ofMinutes(10));
    assertThat(source.requests()).hasSizeBetween(20, 22);
  }

  @Test
  void noFullBatchIsTornApartForTheRest() {
    for (int i = 0; i < 30; i++) {
      source.put("s" + i, "v1", "x");
      follow("e" + i, reference("eu", "s" + i));
      time.advance(Duration.ofMillis(300));
    }
    time.advance(Duration.ofMinutes(2));
    source.forgetRequests();
    time.advance(Duration.ofMinutes(10));
    assertThat(source.requests()).hasSizeBetween(40, 44);
    assertThat(looks()).isLessThanOrEqualTo(30 * 22);
  }

  private long looks() {
    return source.requests().stream().mapToLong(request -> request.keys().size()).sum();
  }

  private long looks(String key) {
    return source.requests().stream().filter(it -> it.keys().contains(key)).count();
  }

  private void follow(String name, Reference reference) {
    follow(name, reference, Duration.ofSeconds(30));
  }

  private void follow(String name, Reference reference, Duration interval) {
    var answer =
        cache
            .ask(reference.identity(), Set.of(reference.ref()), Freshness.HELD)
            .get(reference.ref());
    while (!answer.isDone()) {
      time.advance(Duration.ofMillis(5));
    }
    Sight used = Sight.ofValue(answer.join(), FakeSource.hash());
    watchlist.follow(
        new Dependant("ns", name), Map.of(reference, new Following(Optional.of(interval), used)));
  }
}
