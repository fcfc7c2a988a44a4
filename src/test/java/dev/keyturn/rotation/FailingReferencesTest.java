package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Sight;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What somebody costs who names thousands of secrets that are not there. */
class FailingReferencesTest {
  private static final Instant NOW = Instant.EPOCH.plus(Duration.ofDays(1));
  private static final int BATCH = 20;

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
  private final Watchlist watchlist = new Watchlist(cache, dependant -> {});
  private final StageWatch watch =
      new StageWatch(cache, watchlist, time, time, new Random(1), new WatchMeters(meters));

  @Test
  void whatLastsIsLookedAtEveryFewMinutesHoweverShortTheInterval() {
    int each = 500;
    int dependants = 40;
    watch.start();
    for (int i = 0; i < dependants; i++) {
      follow("e" + i, names("missing/" + i + "/", each), Duration.ofSeconds(5));
    }
    time.advance(Duration.ofMinutes(10));
    source.forgetRequests();
    time.advance(Duration.ofMinutes(10));
    int looks = source.requests().stream().mapToInt(request -> request.keys().size()).sum();
    assertThat(looks).isLessThanOrEqualTo(dependants * each * 10 / 2);
    assertThat(source.requests().size()).isLessThanOrEqualTo(looks / (BATCH - 1));
  }

  @Test
  void whatComesIsSeenWithinMinutes() {
    watch.start();
    follow("e", Set.of("db"), Duration.ofSeconds(5));
    time.advance(Duration.ofHours(1));
    source.put("db", "v1", "x");
    time.advance(Duration.ofMinutes(5));
    assertThat(cache.state(FakeSource.reference("eu", "db")).orElseThrow().failures()).isZero();
  }

  @Test
  void troubleThatPassesIsLookedAtAsOftenAsTheIntervalSays() {
    watch.start();
    source.outage(FakeSource.unavailable("db"));
    follow("e", Set.of("db"), Duration.ofSeconds(30));
    time.advance(Duration.ofHours(1));
    source.forgetRequests();
    time.advance(Duration.ofHours(1));
    assertThat(source.requests().size()).isGreaterThanOrEqualTo(120);
  }

  @Test
  void companyEndsWhereThePlacesAreFilled() {
    AtomicInteger tried = new AtomicInteger();
    assertThat(company(tried, each -> true, 5)).hasSize(5);
    assertThat(tried.get()).isLessThanOrEqualTo(6);
  }

  @Test
  void companyEndsWhereNothingMoreIsDueInTime() {
    AtomicInteger tried = new AtomicInteger();
    assertThat(company(tried, each -> each < 3, 5)).hasSize(3);
    assertThat(tried.get()).isLessThanOrEqualTo(4);
  }

  @Test
  void companyEndsAfterTenTimesAsManyAsHavePlace() {
    AtomicInteger tried = new AtomicInteger();
    List<PlannedLook> all = looks(20_000, each -> Duration.ofSeconds(1));
    assertThat(WatchPlan.company(counting(all, tried), BATCH, 5, NOW, NOW.plusSeconds(5)))
        .isEmpty();
    assertThat(tried.get()).isLessThanOrEqualTo(10 * BATCH);
  }

  private List<PlannedLook> company(AtomicInteger tried, IntPredicate inTime, int room) {
    List<PlannedLook> all =
        looks(
            20_000,
            each -> inTime.test(each) ? Duration.ofMillis(each + 1) : Duration.ofMinutes(1));
    return WatchPlan.company(counting(all, tried), BATCH, room, NOW, NOW.plusSeconds(60));
  }

  private static Iterator<PlannedLook> counting(List<PlannedLook> all, AtomicInteger tried) {
    return all.stream().peek(each -> tried.incrementAndGet()).iterator();
  }

  /** Each has waited for a minute, and is due after that time. */
  private static List<PlannedLook> looks(int count, IntFunction<Duration> untilDue) {
    List<PlannedLook> looks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PlannedLook look =
          new PlannedLook(
              new Reference(identity("eu"), SecretRef.current("s" + i)),
              i,
              Optional.empty(),
              NOW,
              new Random(1));
      look.startOver(NOW, NOW.plus(untilDue.apply(i)));
      looks.add(look);
    }
    return looks;
  }

  private static Set<String> names(String prefix, int count) {
    Set<String> names = new HashSet<>();
    IntStream.range(0, count).forEach(each -> names.add(prefix + each));
    return names;
  }

  private void follow(String name, Set<String> keys, Duration interval) {
    Set<SecretRef> refs = new HashSet<>();
    keys.forEach(key -> refs.add(SecretRef.current(key)));
    Map<Reference, Following> followed = new HashMap<>();
    var answers = cache.ask(identity("eu"), refs, Freshness.HELD);
    time.settle();
    time.advance(Duration.ofMillis(500));
    answers.forEach(
        (ref, answer) ->
            followed.put(
                new Reference(identity("eu"), ref),
                new Following(
                    Optional.of(interval), Sight.ofValue(answer.join(), FakeSource.hash()))));
    watchlist.follow(new Dependant("ns", name), followed);
  }
}
