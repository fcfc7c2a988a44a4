package dev.keyturn.rotation;

import static dev.keyturn.source.FakeSource.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.Service;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Queues that fail, leads that are lost, rotations that fail. */
class ListenerTroubleTest extends Listening {
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
  void aQueueThatFailsIsNotSilent() {
    feed.broken = true;
    lead();
    time.advance(Duration.ofMinutes(30));
    assertThat(listener.silent(time.instant())).isFalse();
    listener.stop();
    assertThat(listener.silent(time.instant())).as("nobody asks who does not lead").isFalse();
  }

  @Test
  void aStrayInterruptOrErrorEndsNoFeed() {
    follow("one", "db");
    feed.troubles.add(new InterruptedException());
    feed.troubles.add(new NoClassDefFoundError());
    lead();
    time.advance(Duration.ofSeconds(5));
    announce("db", "v2");
    time.advance(Duration.ofSeconds(5));
    assertThat(woken).containsExactly("one");
    assertThat(acknowledged).containsExactly("db v2");
  }

  @Test
  void anEmptyAnswerAtOnceDoesNotMakeItSpin() {
    lead();
    time.advance(Duration.ofSeconds(10));
    assertThat(feed.polls).isBetween(9, 12);
  }

  @Test
  void aMessageThatBreaksTheWorkNeitherStopsNorDoublesPolling() {
    feed.messages.add(new ChangeNotice(null, () -> acknowledged.add("broken")));
    follow("one", "db");
    lead();
    time.advance(Duration.ofSeconds(10));
    assertThat(feed.polls).isBetween(10, 13);
    assertThat(acknowledged).isEmpty();
    announce("db", "v2");
    time.advance(Duration.ofSeconds(2));
    assertThat(woken).containsExactly("one");
  }

  @Test
  void aMessageThatBreaksTheWorkLeavesTheOthersOfItsReceive() {
    follow("one", "db");
    lead();
    feed.messages.add(new ChangeNotice(null, () -> acknowledged.add("broken")));
    announce("db", "v2");
    time.advance(Duration.ofSeconds(3));
    assertThat(woken).containsExactly("one");
    assertThat(acknowledged).containsExactly("db v2");
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

  @Test
  void aRotationThatFailedWakesTheDependantsOnceAndIsRemembered() {
    follow("one", "db");
    SecretEvent failed = rotation(SecretEvent.Kind.ROTATION_FAILED);
    feed.messages.add(new ChangeNotice(failed, () -> {}));
    lead();
    assertThat(woken).containsExactly("one");
    assertThat(health.latest(reference(EU, "db"))).contains(failed);
    feed.messages.add(new ChangeNotice(failed, () -> {}));
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).containsExactly("one");
    feed.messages.add(new ChangeNotice(rotation(SecretEvent.Kind.ROTATION_SUCCEEDED), () -> {}));
    time.advance(Duration.ofSeconds(2));
    assertThat(woken).containsExactly("one", "one");
    assertThat(latest()).contains(SecretEvent.Kind.ROTATION_SUCCEEDED);
    feed.messages.add(new ChangeNotice(failed, () -> {}));
    time.advance(Duration.ofSeconds(2));
    assertThat(latest()).contains(SecretEvent.Kind.ROTATION_SUCCEEDED);
  }

  private Optional<SecretEvent.Kind> latest() {
    return health.latest(reference(EU, "db")).map(SecretEvent::kind);
  }

  private SecretEvent rotation(SecretEvent.Kind kind) {
    return new SecretEvent(
        kind, Service.SECRETS_MANAGER, "", EU, "db", Set.of(), Optional.empty(), time.instant());
  }
}
