package dev.keyturn.aws.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.HandClock;
import dev.keyturn.source.Answer;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.BadCredentials;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

class SessionTest {
  private static final SourceFailure NO =
      new BadCredentials("role", "InvalidIdentityToken", "check it");
  private static final SourceFailure EXPIRED =
      new BadCredentials("secret", "ExpiredTokenException", "renew");

  private final HandClock clock = new HandClock();
  private final AtomicInteger issues = new AtomicInteger();
  private final Queue<Runnable> background = new ArrayDeque<>();
  private volatile boolean refusing;
  private volatile boolean breaking;
  private final Session session = new Session(this::issue, clock, background::add);

  @Test
  void isIssuedOnceForAllWhoWait() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Session slow =
        new Session(
            () -> {
              await(go);
              return issue();
            },
            clock,
            Runnable::run);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer<AwsCredentials>>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        all.add(threads.submit(slow::credentials));
      }
      go.countDown();
      for (Future<Answer<AwsCredentials>> each : all) {
        assertThat(key(each.get())).isEqualTo("key1");
      }
    }
    assertThat(issues).hasValue(1);
  }

  @Test
  void isRenewedInTheBackgroundAheadOfItsEnd() {
    assertThat(key(session.credentials())).isEqualTo("key1");
    clock.pass(Duration.ofMinutes(47));
    session.credentials();
    assertThat(background).isEmpty();
    clock.pass(Duration.ofMinutes(4));
    assertThat(key(session.credentials())).isEqualTo("key1");
    session.credentials();
    assertThat(background).hasSize(1);
    background.remove().run();
    assertThat(key(session.credentials())).isEqualTo("key2");
    assertThat(background).isEmpty();
  }

  @Test
  void isKeptWhenItCannotBeRenewedAndTriedAgainAMinuteLater() {
    session.credentials();
    clock.pass(Duration.ofMinutes(52));
    refusing = true;
    session.credentials();
    background.remove().run();
    assertThat(key(session.credentials())).isEqualTo("key1");
    assertThat(background).isEmpty();
    clock.pass(Duration.ofMinutes(1));
    session.credentials();
    assertThat(background).hasSize(1);
  }

  @Test
  void isNotUsedInItsLastHalfMinute() {
    session.credentials();
    clock.pass(Duration.ofMinutes(59).plusSeconds(31));
    assertThat(key(session.credentials())).isEqualTo("key2");
  }

  @Test
  void aRefusalIsRememberedForAWhileThatDoubles() {
    refusing = true;
    assertThat(session.credentials()).isEqualTo(Answer.failed(NO));
    session.credentials();
    assertThat(issues).hasValue(1);
    clock.pass(Duration.ofSeconds(10));
    session.credentials();
    assertThat(issues).hasValue(2);
    clock.pass(Duration.ofSeconds(19));
    session.credentials();
    assertThat(issues).hasValue(2);
    clock.pass(Duration.ofSeconds(1));
    refusing = false;
    assertThat(key(session.credentials())).isEqualTo("key3");
  }

  @Test
  void rejectedCredentialsAreReplacedOnceAndThenLeftAlone() {
    AwsCredentials first = found(session.credentials());
    assertThat(session.rejected(first, EXPIRED)).isTrue();
    AwsCredentials second = found(session.credentials());
    assertThat(second).isNotEqualTo(first);
    assertThat(session.rejected(first, EXPIRED)).as("somebody else's late news").isTrue();
    assertThat(session.rejected(second, EXPIRED)).isFalse();
    assertThat(session.credentials()).isEqualTo(Answer.failed(EXPIRED));
    assertThat(issues).hasValue(2);
    clock.pass(Duration.ofSeconds(10));
    assertThat(key(session.credentials())).isEqualTo("key3");
  }

  @Test
  void credentialsThatWorkedInBetweenAreReplacedAgain() {
    session.rejected(found(session.credentials()), EXPIRED);
    AwsCredentials second = found(session.credentials());
    session.accepted();
    assertThat(session.rejected(second, EXPIRED)).isTrue();
    assertThat(key(session.credentials())).isEqualTo("key3");
  }

  @Test
  void anIssuerThatBreaksDownIsARefusalAndAskedEverLess() {
    Session broken =
        new Session(
            () -> {
              issues.incrementAndGet();
              throw new IllegalStateException("hunter2");
            },
            clock,
            Runnable::run);
    for (int second = 0; second < 60; second++) {
      assertThat(broken.credentials().toString()).doesNotContain("hunter2");
      clock.pass(Duration.ofSeconds(1));
    }
    assertThat(issues.get()).isBetween(4, 7);
  }

  @Test
  void aRenewalThatBreaksDownIsTriedAgainAMinuteLater() {
    session.credentials();
    clock.pass(Duration.ofMinutes(52));
    breaking = true;
    for (int i = 0; i < 5; i++) {
      session.credentials();
      for (Runnable next = background.poll(); next != null; next = background.poll()) {
        next.run();
      }
    }
    assertThat(issues).hasValue(2);
    breaking = false;
    clock.pass(Duration.ofMinutes(1));
    session.credentials();
    background.remove().run();
    assertThat(key(session.credentials())).isEqualTo("key3");
  }

  private Answer<Issued> issue() {
    if (breaking) {
      issues.incrementAndGet();
      throw new IllegalStateException("hunter2");
    }
    int n = issues.incrementAndGet();
    return refusing
        ? Answer.failed(NO)
        : Answer.found(
            Issued.until(
                AwsBasicCredentials.create("key" + n, "s"),
                clock.instant(),
                clock.instant().plus(Duration.ofHours(1))));
  }

  private static String key(Answer<AwsCredentials> answer) {
    return found(answer).accessKeyId();
  }

  private static AwsCredentials found(Answer<AwsCredentials> answer) {
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found<AwsCredentials>) answer).value();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
