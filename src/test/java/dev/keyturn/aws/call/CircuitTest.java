package dev.keyturn.aws.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitTest {
  private final HandClock clock = new HandClock();
  private final Circuit circuit = new Circuit();

  @Test
  void letsAllThroughUntilFourFailuresInARow() {
    failTimes(3);
    circuit.answered();
    failTimes(3);
    assertThat(circuit.refuses(clock.instant())).isFalse();
    failTimes(1);
    assertThat(circuit.refuses(clock.instant())).isTrue();
    assertThat(circuit.pass(clock.instant())).isFalse();
  }

  @Test
  void oneCallProbesAfterARest() {
    failTimes(4);
    clock.pass(Duration.ofSeconds(1));
    assertThat(circuit.pass(clock.instant())).isTrue();
    assertThat(circuit.pass(clock.instant())).isFalse();
    circuit.answered();
    assertThat(circuit.pass(clock.instant())).isTrue();
    assertThat(circuit.pass(clock.instant())).isTrue();
  }

  @Test
  void theRestDoublesWithEachFailedProbeUpToAMinute() {
    failTimes(4);
    for (int expected : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      clock.pass(Duration.ofSeconds(expected).minusMillis(1));
      assertThat(circuit.refuses(clock.instant())).isTrue();
      clock.pass(Duration.ofMillis(1));
      failTimes(1);
    }
  }

  @Test
  void lateFailuresOfCallsLetThroughEarlierDoNotProlongTheRest() {
    for (int i = 0; i < 8; i++) {
      assertThat(circuit.pass(clock.instant())).isTrue();
    }
    for (int i = 0; i < 8; i++) {
      circuit.failed(clock.instant());
    }
    clock.pass(Duration.ofSeconds(1));
    assertThat(circuit.refuses(clock.instant())).isFalse();
  }

  @Test
  void aProbeThatWasNotMadeLeavesTheProbeToTheNext() {
    failTimes(4);
    clock.pass(Duration.ofSeconds(1));
    assertThat(circuit.pass(clock.instant())).isTrue();
    circuit.abandoned();
    assertThat(circuit.pass(clock.instant())).isTrue();
  }

  private void failTimes(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(circuit.pass(clock.instant())).isTrue();
      circuit.failed(clock.instant());
    }
  }
}
