package dev.keyturn.restart.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecisionTest {
  private static final boolean HOLDS = true;
  private static final boolean AGAIN = true;

  static Stream<Arguments> decisions() {
    return Stream.of(
        Arguments.of(new Decision.Fresh(), !HOLDS, !AGAIN),
        Arguments.of(new Decision.OptedOut(), !HOLDS, !AGAIN),
        Arguments.of(new Decision.Restart(), HOLDS, AGAIN),
        Arguments.of(new Decision.RollingOut(Instant.EPOCH), HOLDS, !AGAIN),
        Arguments.of(new Decision.Wait(Reason.SETTLING, Optional.empty(), ""), HOLDS, AGAIN),
        Arguments.of(new Decision.Report(Reason.REFUSED, ""), !HOLDS, AGAIN),
        Arguments.of(new Decision.Report(Reason.NEEDS_CONSENT, ""), !HOLDS, !AGAIN),
        Arguments.of(new Decision.Failed(""), !HOLDS, !AGAIN),
        Arguments.of(new Decision.Undone(""), !HOLDS, !AGAIN),
        Arguments.of(new Decision.HeldBack(""), !HOLDS, !AGAIN));
  }

  @ParameterizedTest(name = "{0} holds higher waves: {1}; is tried again: {2}")
  @MethodSource("decisions")
  void says_who_waits_for_it(Decision decision, boolean holds, boolean again) {
    assertThat(decision.holdsWaves()).isEqualTo(holds);
    assertThat(decision.willBeTriedAgain()).isEqualTo(again);
  }
}
