package dev.keyturn.aws.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.HandClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RateTest {
  private static final Duration LONG = Duration.ofSeconds(5);
  private final HandClock clock = new HandClock();
  private final Rate rate = new Rate(40);

  @Test
  void aBurstOfHalfASecondPassesAtOnceAndTheRestFlowsEvenly() {
    long atOnce = 0;
    Duration last = Duration.ZERO;
    for (int i = 0; i < 61; i++) {
      last = reserve().orElseThrow();
      atOnce += last.isZero() ? 1 : 0;
    }
    assertThat(atOnce).isEqualTo(21);
    assertThat(last).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void noMoreWaitThanFlowOffInTheLongestWait() {
    int waiting = 0;
    while (reserve().isPresent()) {
      waiting++;
    }
    assertThat(waiting).isEqualTo(221);
    assertThat(reserve()).isEmpty();
    clock.pass(Duration.ofMillis(25));
    assertThat(reserve()).isPresent();
    assertThat(reserve()).isEmpty();
  }

  @Test
  void throttlingHalvesTheRateOnceASecondAndLetsItRest() {
    rate.throttled(clock.instant());
    rate.throttled(clock.instant());
    assertThat(rate.perSecond()).isEqualTo(20);
    assertThat(reserve()).contains(Duration.ofMillis(500));
    clock.pass(Duration.ofSeconds(1));
    rate.throttled(clock.instant());
    assertThat(rate.perSecond()).isEqualTo(10);
    assertThat(reserve()).contains(Duration.ofSeconds(1));
  }

  @Test
  void theRateNeverFallsBelowOneInTwoSecondsNorRestsLongerThanHalfAMinute() {
    for (int i = 0; i < 20; i++) {
      rate.throttled(clock.instant());
      clock.pass(Duration.ofSeconds(1));
    }
    assertThat(rate.perSecond()).isEqualTo(0.5);
    assertThat(rate.reserve(clock.instant(), Duration.ofSeconds(30))).isPresent();
    assertThat(reserve()).isEmpty();
  }

  @Test
  void theRateGrowsBackByATwentiethEachQuietSecondAndNoFurtherThanItsCeiling() {
    rate.throttled(clock.instant());
    rate.served(clock.instant());
    assertThat(rate.perSecond()).isEqualTo(20);
    for (int i = 1; i <= 10; i++) {
      clock.pass(Duration.ofSeconds(1));
      rate.served(clock.instant());
      rate.served(clock.instant());
      assertThat(rate.perSecond()).isEqualTo(20 + 2 * i);
    }
    clock.pass(Duration.ofSeconds(1));
    rate.served(clock.instant());
    assertThat(rate.perSecond()).isEqualTo(40);
  }

  @Test
  void aServedCallMakesTheNextRestShortAgain() {
    for (int i = 0; i < 5; i++) {
      rate.throttled(clock.instant());
      clock.pass(Duration.ofSeconds(1));
    }
    clock.pass(Duration.ofMinutes(1));
    rate.served(clock.instant());
    clock.pass(Duration.ofSeconds(1));
    rate.throttled(clock.instant());
    assertThat(reserve()).contains(Duration.ofMillis(500));
  }

  private Optional<Duration> reserve() {
    return rate.reserve(clock.instant(), LONG);
  }
}
