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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

  @Test
  void aThousandSecretsEachHalfMinuteCostAtMostElevenTimesTenCallsAMinute() {
    assertThat(callsPerMinute(1, 1000)).isLessThanOrEqualTo(110);
  }

  @Test
  void theSameThousandInTwentyIdentitiesCostAtMost130CallsAMinute() {
    assertThat(callsPerMinute(20, 50)).isLessThanOrEqualTo(130);
  }

  @Test
  void tenSharedSecretsCostTwoCallsAMinute() {
    assertThat(callsPerMinute(1, 10)).isLessThanOrEqualTo(2.2);
  }

  private double callsPerMinute(int identities, int secrets) {
    for (int secret = 0; secret < secrets; secret++) {
      for (int identity = 0; identity < identities; identity++) {
        source.put("s" + secret, "v1", "x");
        Reference reference = reference("region-" + identity, "s" + secret);
        follow("e" + identity + "-" + secret, reference);
      }
      time.advance(Duration.ofMillis(7_500 / secrets));
    }
    time.advance(Duration.ofMinutes(1));
    source.forgetRequests();
    time.advance(Duration.ofMinutes(20));
    assertThat(woken).isEmpty();
    double calls = source.requests().size() / 20.0;
    System.out.printf(
        "%d identities x %d secrets: %.1f calls a minute%n", identities, secrets, calls);
    return calls;
  }

  private void follow(String name, Reference reference) {
    var answer =
        cache
            .ask(reference.identity(), Set.of(reference.ref()), Freshness.HELD)
            .get(reference.ref());
    while (!answer.isDone()) {
      time.advance(Duration.ofMillis(5));
    }
    Sight used = Sight.ofValue(answer.join(), FakeSource.hash());
    watchlist.follow(
        new Dependant("ns", name),
        Map.of(reference, new Following(Optional.of(Duration.ofSeconds(30)), used)));
  }
}
