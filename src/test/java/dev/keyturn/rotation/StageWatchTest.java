package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.identity;
import static dev.keyturn.source.FakeSource.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretRef.Part;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Sight;
import dev.keyturn.source.Version;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StageWatchTest {
  private static final String EU = "eu-central-1";
  private static final Reference DB = reference(EU, "db");
  private static final Duration HALF_MINUTE = Duration.ofSeconds(30);

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
  private final StageWatch watch = watch(watchlist);

  @BeforeEach
  void lead() {
    watch.start();
  }

  @Test
  void aChangeWakesTheDependantsWithTheValueAtHand() {
    source.put("db", "v1", "old");
    sync("one", DB);
    sync("two", DB);
    source.put("db", "v2", "new");
    time.advance(Duration.ofSeconds(31));
    assertThat(woken).containsExactlyInAnyOrder("one", "two");
    source.forgetRequests();
    sync("one", DB);
    sync("two", DB);
    assertThat(source.requests()).isEmpty();
  }

  @Test
  void nothingNewWakesNobody() {
    source.put("db", "v1", "same");
    sync("one", DB);
    time.advance(Duration.ofMinutes(5));
    assertThat(source.requests().size()).isBetween(11, 13);
    assertThat(woken).isEmpty();
  }

  @Test
  void whoStillHasAnOlderContentIsWokenWhenItSaysSo() {
    source.put("db", "v1", "old");
    Sight old = read(DB);
    source.put("db", "v2", "new");
    time.advance(Duration.ofMillis(1));
    sync("fast", new Reference(DB.identity(), DB.ref()), Freshness.since(time.instant()));
    follow("slow", DB, old);
    assertThat(woken).containsExactly("slow");
  }

  @Test
  void oneWhoNeverSyncsIsWokenOnceForOneContent() {
    source.put("db", "v1", "old");
    sync("one", DB);
    source.put("db", "v2", "new");
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactly("one");
    source.put("db", "v3", "newer");
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).containsExactly("one", "one");
  }

  @Test
  void metersTellHowItKeepsUp() {
    source.put("db", "v1", "x");
    sync("one", DB);
    time.advance(Duration.ofSeconds(31));
    assertThat(meters.get("keyturn.watch.references").gauge().value()).isEqualTo(1);
    assertThat(meters.get("keyturn.watch.backlog").gauge().value()).isZero();
    assertThat(meters.get("keyturn.watch.looks").counter().count()).isEqualTo(1);
    double last = meters.get("keyturn.watch.last.check").tag("region", EU).gauge().value();
    assertThat(last)
        .isBetween(time.instant().getEpochSecond() - 5.0, time.instant().getEpochSecond() + 0.0);
  }

  @Test
  void aRegionThatNobodyAnswersFromGetsNoGauge() {
    source.outage(FakeSource.unavailable("db"));
    for (int i = 0; i < 20; i++) {
      sync("one-" + i, reference("aa-a-" + i, "db"));
    }
    time.advance(Duration.ofMinutes(2));
    assertThat(meters.get("keyturn.watch.looks").counter().count()).isPositive();
    assertThat(meters.find("keyturn.watch.last.check").gauges()).isEmpty();
  }

  /** It may have come along with something else, half a minute before its dependant synced. */
  @Test
  void theIntervalCountsFromTheReadingNotFromTheSync() {
    source.put("db", "v1", "old");
    Sight read = read(DB);
    source.put("db", "v2", "new");
    time.advance(Duration.ofSeconds(25));
    follow("one", DB, read);
    time.advance(Duration.ofSeconds(5));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void pinnedVersionsAreNeverPolled() {
    Reference pinned =
        new Reference(
            identity(EU), new SecretRef("db", new Version.Exact("v1"), SecretRef.Part.VALUE));
    source.put("db", "v1", "x");
    sync("one", pinned);
    source.forgetRequests();
    time.advance(Duration.ofHours(1));
    watch.stop();
    watch.start();
    time.advance(Duration.ofHours(1));
    assertThat(source.requests()).isEmpty();
  }

  @Test
  void withoutATimerOneLookConfirmsAndThenNothing() {
    source.put("db", "v1", "x");
    follow("one", DB, Optional.empty(), read(DB));
    source.forgetRequests();
    time.advance(Duration.ofDays(1));
    assertThat(source.requests()).hasSize(1);
  }

  @Test
  void whatTheCacheKnowsNothingOfIsLookedAtAllTheSame() {
    source.put("db", "v2", "new");
    follow("one", DB, Optional.empty(), new Sight("content v1"));
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void aSecretThatIsGoneWakesAtOnceAndThenIsAskedForEverLess() {
    source.put("db", "v1", "x");
    follow("one", DB, Optional.of(Duration.ofHours(1)), read(DB));
    time.advance(Duration.ofMinutes(2));
    source.remove("db");
    source.forgetRequests();
    time.advance(Duration.ofHours(2));
    assertThat(woken).containsExactly("one");
    assertThat(source.requests().size()).isBetween(15, 45);
    source.put("db", "v1", "x");
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactly("one", "one");
  }

  /** A look needs another permission than a read, so it goes well again and again. */
  @Test
  void aVersionThatMayBeLookedAtAndNotReadIsAskedForEverLess() {
    Reference previous =
        new Reference(
            identity(EU), new SecretRef("db", new Version.Stage("AWSPREVIOUS"), Part.VALUE));
    source.put("db", "v1", "x");
    source.failReads("db", FakeSource.denied("db"));
    AtomicReference<Watchlist> list = new AtomicReference<>();
    Runnable sync =
        () -> {
          CompletableFuture<Void> _ =
              cache
                  .ask(previous.identity(), Set.of(previous.ref()), Freshness.HELD)
                  .get(previous.ref())
                  .thenAccept(
                      answer ->
                          list.get()
                              .follow(
                                  new Dependant("ns", "one"),
                                  Map.of(
                                      previous,
                                      new Following(
                                          Optional.of(Duration.ofHours(1)),
                                          Sight.ofValue(answer, FakeSource.hash())))));
        };
    list.set(new Watchlist(cache, dependant -> time.after(Duration.ofMillis(100), sync)));
    watch(list.get()).start();
    sync.run();
    time.advance(Duration.ofMinutes(10));
    source.forgetRequests();
    time.advance(Duration.ofHours(1));
    assertThat(source.requests().size()).as("two calls for each five minutes").isLessThan(50);
  }

  @Test
  void passingTroubleIsToldOnlyWhenItLasts() {
    source.put("db", "v1", "x");
    sync("one", DB);
    source.outage(FakeSource.throttled("db"));
    while (source.requests().size() < 3) {
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(woken).isEmpty();
    source.recover();
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).isEmpty();
    source.outage(FakeSource.unavailable("db"));
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).containsExactly("one");
    source.recover();
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).containsExactly("one", "one");
  }

  @Test
  void aDependantThatFailedIsWokenWhenItsSecretAppears() {
    sync("one", DB);
    assertThat(woken).isEmpty();
    source.put("db", "v1", "x");
    time.advance(Duration.ofSeconds(6));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void whoDoesNotLeadDoesNotAsk() {
    source.put("db", "v1", "x");
    sync("one", DB);
    watch.stop();
    source.forgetRequests();
    source.put("db", "v2", "y");
    time.advance(Duration.ofHours(1));
    assertThat(source.requests()).isEmpty();
    watch.start();
    time.advance(Duration.ofSeconds(1));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void aWakeThatGotLostWithTheLeadIsRepeated() {
    source.put("db", "v1", "x");
    sync("one", DB);
    source.put("db", "v2", "y");
    time.advance(Duration.ofMinutes(1));
    watch.stop();
    watch.start();
    time.advance(Duration.ofSeconds(1));
    assertThat(woken).containsExactly("one", "one");
  }

  @Test
  void aLateReplicaHasNotTheLastWordWhenTheLeadIsTaken() {
    source.put("db", "v1", "old");
    follow("one", DB, Optional.empty(), read(DB));
    time.advance(Duration.ofMinutes(5));
    watch.stop();
    watch.start();
    time.advance(Duration.ofSeconds(1));
    source.put("db", "v2", "new");
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void whatIsUnderWayWhenTheLeadIsLostWakesNobody() {
    source.put("db", "v1", "x");
    sync("one", DB);
    source.put("db", "v2", "y");
    source.during(watch::stop);
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).isEmpty();
  }

  @Test
  void whatNobodyFollowsAnyMoreIsNotAskedFor() {
    source.put("db", "v1", "x");
    sync("one", DB);
    watchlist.forget(new Dependant("ns", "one"));
    source.forgetRequests();
    time.advance(Duration.ofHours(1));
    assertThat(source.requests()).isEmpty();
    assertThat(watchlist.references()).isEmpty();
  }

  @Test
  void whatNobodyFollowsAnyMoreIsToldToNobodyThoughSomebodyReadIt() {
    source.put("db", "v1", "x");
    sync("one", DB);
    watchlist.forget(new Dependant("ns", "one"));
    read(DB);
    watchlist.tell(DB);
    assertThat(woken).isEmpty();
  }

  @Test
  void whatWasFollowedBeforeTheWatchWasThereIsPolled() {
    Watchlist early = new Watchlist(cache, dependant -> woken.add(dependant.name()));
    source.put("db", "v1", "x");
    early.follow(
        new Dependant("ns", "early"),
        Map.of(DB, new Following(Optional.of(HALF_MINUTE), read(DB))));
    watch(early).start();
    time.advance(Duration.ofSeconds(1));
    source.put("db", "v2", "y");
    time.advance(Duration.ofSeconds(31));
    assertThat(woken).containsExactly("early");
  }

  @Test
  void pollingGoesOnWhenADependantCannotBeWoken() {
    Watchlist broken =
        new Watchlist(
            cache,
            dependant -> {
              woken.add(dependant.name());
              throw new IllegalStateException("its queue is closed");
            });
    watch(broken).start();
    source.put("db", "v1", "x");
    broken.follow(
        new Dependant("ns", "one"), Map.of(DB, new Following(Optional.of(HALF_MINUTE), read(DB))));
    source.put("db", "v2", "y");
    time.advance(Duration.ofSeconds(31));
    source.put("db", "v3", "z");
    time.advance(Duration.ofSeconds(31));
    assertThat(woken).containsExactly("one", "one");
  }

  @Test
  void aLookEndsAndTellsThoughAnIntervalExceedsEveryClock() {
    source.put("db", "v1", "x");
    source.put("api", "v1", "x");
    Reference api = reference(EU, "api");
    Optional<Duration> never = Optional.of(Duration.ofHours(9_999_999_999_999L));
    follow("never", DB, never, read(DB));
    follow("one", api, never, read(api));
    source.put("db", "v2", "y");
    source.put("api", "v2", "y");
    CompletableFuture<Void> looked = watch.look(Set.of(DB, api));
    time.advance(Duration.ofSeconds(1));
    assertThat(looked).isCompleted();
    assertThat(woken).containsExactlyInAnyOrder("never", "one");
    watch.stop();
    watch.start();
    source.forgetRequests();
    time.advance(Duration.ofSeconds(1));
    assertThat(source.requests()).isNotEmpty();
  }

  @Test
  void whoCannotBeWokenKeepsNoRotationFromTheOthers() {
    Watchlist frail =
        new Watchlist(
            cache,
            dependant -> {
              if (dependant.name().startsWith("bad")) {
                throw new IllegalStateException("its queue is closed");
              }
              woken.add(dependant.name());
            });
    StageWatch over = watch(frail);
    over.start();
    Set<Reference> all = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      Reference reference = reference(EU, "s" + i);
      source.put("s" + i, "v1", "x");
      Following how = new Following(Optional.of(HALF_MINUTE), read(reference));
      frail.follow(new Dependant("ns", "bad-" + i), Map.of(reference, how));
      frail.follow(new Dependant("ns", "good-" + i), Map.of(reference, how));
      source.put("s" + i, "v2", "y");
      all.add(reference);
    }
    CompletableFuture<Void> looked = over.look(all);
    time.advance(Duration.ofSeconds(1));
    assertThat(looked).isCompleted();
    assertThat(woken).hasSize(10);
  }

  @Test
  void theShortestIntervalCountsAndOnlyWhileItIsAskedFor() {
    source.put("db", "v1", "x");
    Sight seen = read(DB);
    follow("slow", DB, Optional.of(Duration.ofHours(1)), seen);
    follow("fast", DB, Optional.of(HALF_MINUTE), seen);
    source.forgetRequests();
    time.advance(Duration.ofMinutes(10));
    assertThat(source.requests().size()).isBetween(20, 23);
    watchlist.forget(new Dependant("ns", "fast"));
    time.advance(HALF_MINUTE);
    source.forgetRequests();
    time.advance(Duration.ofMinutes(50));
    assertThat(source.requests()).isEmpty();
  }

  private StageWatch watch(Watchlist followed) {
    return new StageWatch(cache, followed, time, time, new Random(1), new WatchMeters(meters));
  }

  private Sight read(Reference reference) {
    return read(reference, Freshness.HELD);
  }

  private Sight read(Reference reference, Freshness freshness) {
    var answer =
        cache.ask(reference.identity(), Set.of(reference.ref()), freshness).get(reference.ref());
    while (!answer.isDone()) {
      time.advance(Duration.ofMillis(5));
    }
    Answer<SecretValue> value = answer.join();
    return Sight.ofValue(value, FakeSource.hash());
  }

  private void sync(String name, Reference reference) {
    sync(name, reference, Freshness.HELD);
  }

  private void sync(String name, Reference reference, Freshness freshness) {
    follow(name, reference, read(reference, freshness));
  }

  private void follow(String name, Followed followed, Sight used) {
    follow(name, followed, Optional.of(HALF_MINUTE), used);
  }

  private void follow(String name, Followed followed, Optional<Duration> interval, Sight used) {
    watchlist.follow(new Dependant("ns", name), Map.of(followed, new Following(interval, used)));
  }
}
