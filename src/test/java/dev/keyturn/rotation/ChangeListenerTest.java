package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Service;
import dev.keyturn.source.Sight;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangeListenerTest {
  private static final String EU = "eu-central-1";

  /** A queue in memory that can fail. */
  private static final class Feed implements ChangeFeed {
    private final List<ChangeNotice> messages = new ArrayList<>();
    private boolean broken;
    private int polls;

    @Override
    public List<ChangeNotice> next() {
      polls++;
      if (broken) {
        throw new IllegalStateException("hunter2");
      }
      List<ChangeNotice> next = List.copyOf(messages.subList(0, Math.min(10, messages.size())));
      messages.removeAll(next);
      return next;
    }
  }

  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final List<String> woken = new ArrayList<>();
  private final List<String> acknowledged = new ArrayList<>();
  private final Feed feed = new Feed();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Limits.DEFAULT,
          new CacheMeters(meters));
  private final Watchlist watchlist =
      new Watchlist(cache, dependant -> woken.add(dependant.name()));
  private final StageWatch watch =
      new StageWatch(cache, watchlist, time, time, new Random(1), new WatchMeters(meters));
  private final ChangeListener listener =
      new ChangeListener(
          List.of(feed), cache, watchlist, watch, time, time, new EventMeters(meters));

  @Test
  void anEventWakesTheDependantsWithTheValueAtHandAndIsAcknowledged() {
    follow("one", "db");
    announce("db", "v2");
    lead();
    assertThat(woken).containsExactly("one");
    assertThat(acknowledged).containsExactly("db v2");
    source.forgetRequests();
    var answer =
        cache.ask(
            reference(EU, "db").identity(), Set.of(reference(EU, "db").ref()), Freshness.HELD);
    assertThat(answer.values()).allMatch(future -> future.isDone());
    assertThat(source.requests()).isEmpty();
    assertThat(meters.get("keyturn.event.lag").timer().count()).isEqualTo(1);
  }

  @Test
  void fiftyAtOnceAreReadInBatches() {
    for (int i = 0; i < 50; i++) {
      follow("e" + i, "s" + i);
    }
    time.advance(Duration.ofSeconds(2));
    source.forgetRequests();
    for (int i = 0; i < 50; i++) {
      announce("s" + i, "v2");
    }
    lead();
    time.advance(Duration.ofMillis(60));
    assertThat(woken).hasSize(50);
    assertThat(acknowledged).hasSize(50);
    assertThat(source.requests().size()).isLessThanOrEqualTo(5);
  }

  @Test
  void itIsLookedForUntilAwsShowsIt() {
    follow("one", "db");
    tell("db", "v2");
    source.forgetRequests();
    lead();
    time.advance(Duration.ofMillis(6_999));
    assertThat(source.requests()).hasSize(3);
    assertThat(woken).isEmpty();
    assertThat(acknowledged).isEmpty();
    source.put("db", "v2", "new");
    time.advance(Duration.ofMillis(1));
    assertThat(woken).containsExactly("one");
    assertThat(acknowledged).containsExactly("db v2");
  }

  @Test
  void whatAwsNeverShowsIsGivenUpAfterTwoMinutes() {
    follow("one", "db");
    tell("db", "v2");
    lead();
    time.advance(Duration.ofSeconds(122));
    assertThat(acknowledged).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(acknowledged).containsExactly("db v2");
    assertThat(meters.get("keyturn.events").tag("outcome", "unseen").counter().count())
        .isEqualTo(1);
  }

  @Test
  void aNewerVersionEndsTheSearchForAnOlderOne() {
    follow("one", "db");
    source.put("db", "v3", "newest");
    tell("db", "v2");
    time.advance(Duration.ofSeconds(1));
    tell("db", "v3");
    lead();
    time.advance(Duration.ofSeconds(1));
    assertThat(woken).containsExactly("one");
    assertThat(acknowledged).containsExactlyInAnyOrder("db v3", "db v2");
  }

  @Test
  void twoChangesOfOneSecondAreBothLookedFor() {
    follow("one", "db");
    source.put("db", "v2", "new");
    tell("db", "v2");
    tell("db", "v3");
    lead();
    assertThat(acknowledged).containsExactly("db v2");
    source.put("db", "v3", "newest");
    time.advance(Duration.ofSeconds(1));
    assertThat(acknowledged).containsExactly("db v2", "db v3");
    assertThat(woken).containsExactly("one", "one");
  }

  @Test
  void everyCopyOfAMessageIsAcknowledgedAndLookedForOnce() {
    follow("one", "db");
    tell("db", "v2");
    tell("db", "v2");
    source.forgetRequests();
    lead();
    assertThat(source.requests()).hasSize(1);
    source.put("db", "v2", "new");
    time.advance(Duration.ofSeconds(1));
    assertThat(acknowledged).containsExactly("db v2", "db v2");
    tell("db", "v2");
    time.advance(Duration.ofSeconds(1));
    assertThat(acknowledged).hasSize(3);
    assertThat(woken).containsExactly("one");
  }

  @Test
  void somebodyElsesSecretIsAcknowledgedWithoutALook() {
    follow("one", "db");
    source.forgetRequests();
    tell("other", "v2");
    lead();
    assertThat(acknowledged).containsExactly("other v2");
    assertThat(source.requests()).isEmpty();
    assertThat(meters.get("keyturn.events").tag("outcome", "foreign").counter().count())
        .isEqualTo(1);
  }

  @Test
  void aDeniedDependantDoesNotKeepTheMessage() {
    follow("one", "db");
    source.fail("db", FakeSource.denied("db"));
    announce("db", "v2");
    lead();
    assertThat(acknowledged).containsExactly("db v2");
    assertThat(woken).containsExactly("one");
  }

  @Test
  void passingTroubleIsWaitedOut() {
    follow("one", "db");
    source.outage(FakeSource.throttled("db"));
    announce("db", "v2");
    lead();
    assertThat(acknowledged).isEmpty();
    source.recover();
    time.advance(Duration.ofSeconds(1));
    assertThat(woken).containsExactly("one");
    assertThat(acknowledged).containsExactly("db v2");
  }

  @Test
  void anOutageLongerThanTheSearchLosesNothing() {
    follow("one", "db");
    source.outage(FakeSource.unavailable("db"));
    announce("db", "v2");
    lead();
    time.advance(Duration.ofHours(3));
    assertThat(acknowledged).containsExactly("db v2");
    woken.clear();
    source.recover();
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void withoutAVersionAFewLooksAreEnough() {
    follow("one", "db");
    source.forgetRequests();
    feed.messages.add(notice("db", Optional.empty()));
    lead();
    time.advance(Duration.ofSeconds(20));
    assertThat(source.requests()).hasSize(5);
    assertThat(acknowledged).containsExactly("db");
  }

  @Test
  void withoutAVersionAnyChangeIsIt() {
    follow("one", "db");
    source.put("db", "v2", "new");
    feed.messages.add(notice("db", Optional.empty()));
    lead();
    assertThat(acknowledged).containsExactly("db");
    assertThat(woken).containsExactly("one");
  }

  @Test
  void aQueueThatFailsIsAskedEverLess() {
    feed.broken = true;
    lead();
    time.advance(Duration.ofMinutes(10));
    assertThat(feed.polls).isBetween(10, 18);
    feed.broken = false;
    follow("one", "db");
    announce("db", "v2");
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void anEmptyAnswerAtOnceDoesNotMakeItSpin() {
    lead();
    time.advance(Duration.ofSeconds(10));
    assertThat(feed.polls).isBetween(9, 12);
  }

  @Test
  void whoDoesNotLeadNeitherPollsNorAcknowledges() {
    follow("one", "db");
    tell("db", "v2");
    lead();
    listener.stop();
    int polls = feed.polls;
    source.put("db", "v2", "new");
    time.advance(Duration.ofMinutes(5));
    assertThat(feed.polls).isEqualTo(polls);
    assertThat(acknowledged).isEmpty();
    tell("db", "v2");
    listener.start();
    time.advance(Duration.ofSeconds(1));
    assertThat(acknowledged).containsExactly("db v2");
  }

  @Test
  void startingTwiceIsStartingOnce() {
    lead();
    lead();
    time.advance(Duration.ofSeconds(10));
    assertThat(feed.polls).isBetween(9, 12);
  }

  private void lead() {
    watch.start();
    listener.start();
    time.settle();
  }

  private void follow(String name, String key) {
    Reference reference = reference(EU, key);
    source.put(key, "v1", "old");
    var answer = cache.ask(reference.identity(), Set.of(reference.ref()), Freshness.HELD);
    time.advance(Duration.ofMillis(60));
    Sight used = Sight.ofValue(answer.get(reference.ref()).join(), FakeSource.hash());
    watchlist.follow(
        new Dependant("ns", name, name),
        Map.of(reference, new Following(Optional.of(Duration.ofHours(1)), used)));
    watch.start();
    time.advance(Duration.ofSeconds(1));
    source.forgetRequests();
  }

  private void announce(String key, String version) {
    source.put(key, version, "new " + version);
    tell(key, version);
  }

  private void tell(String key, String version) {
    feed.messages.add(notice(key, Optional.of(version)));
  }

  private ChangeNotice notice(String key, Optional<String> version) {
    Instant at = Instant.ofEpochSecond(time.instant().getEpochSecond());
    String text = version.map(v -> key + " " + v).orElse(key);
    return new ChangeNotice(
        new Change(
            Change.Kind.CONTENT, Service.SECRETS_MANAGER, "", EU, key, Set.of(), version, at),
        () -> acknowledged.add(text));
  }
}
