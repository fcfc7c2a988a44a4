package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangeListenerTest extends Listening {
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
  void aNewSecretWakesWhoSearchesThoughHeWantsNoTimer() {
    source.put("db", "v1", "x");
    followSearch("one");
    feed.messages.add(notice(SecretEvent.Kind.EXISTENCE, "new", Optional.of("v1")));
    lead();
    assertThat(woken).isEmpty();
    time.advance(Duration.ofSeconds(50));
    source.put("new", "v1", "x");
    time.advance(Duration.ofSeconds(20));
    assertThat(woken).containsExactly("one");
    assertThat(acknowledged).containsExactly("new v1");
  }

  @Test
  void aListThatNeverChangesIsGivenUpAfterTwoMinutes() {
    source.put("db", "v1", "x");
    followSearch("one");
    feed.messages.add(notice(SecretEvent.Kind.EXISTENCE, "db", Optional.empty()));
    lead();
    time.advance(Duration.ofSeconds(122));
    assertThat(acknowledged).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(acknowledged).containsExactly("db");
    assertThat(source.requests()).hasSize(8);
    assertThat(woken).isEmpty();
  }

  @Test
  void aListIsLookedAtForAllEventsOfAMinuteTogether() {
    source.put("db", "v1", "x");
    followSearch("one");
    lead();
    for (int i = 0; i < 60; i++) {
      feed.messages.add(notice(SecretEvent.Kind.EXISTENCE, "s" + i, Optional.empty()));
      time.advance(Duration.ofSeconds(1));
    }
    time.advance(Duration.ofSeconds(64));
    assertThat(source.requests()).hasSize(8);
    assertThat(acknowledged).hasSize(60);
  }

  /** The first of two new names does not end the look for the other. */
  @Test
  void whatIsLookedForTogetherIsLookedForToTheEnd() {
    source.put("db", "v1", "x");
    followSearch("one");
    lead();
    feed.messages.add(notice(SecretEvent.Kind.EXISTENCE, "a", Optional.empty()));
    time.advance(Duration.ofSeconds(5));
    feed.messages.add(notice(SecretEvent.Kind.EXISTENCE, "b", Optional.empty()));
    time.advance(Duration.ofSeconds(5));
    source.put("a", "v1", "x");
    time.advance(Duration.ofSeconds(90));
    source.put("b", "v1", "x");
    assertThat(woken).hasSize(1);
    time.advance(Duration.ofMinutes(2));
    assertThat(woken).hasSize(2);
    assertThat(acknowledged).containsExactlyInAnyOrder("a", "b");
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
}
