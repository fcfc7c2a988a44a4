package dev.keyturn.restart.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.RestartSpec;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
  @ParameterizedTest(name = "{0} {1} for {2} at {3}: open {4}")
  @CsvSource({
    "0 2 * * *, UTC, PT1H, 2026-11-24T02:00:00Z, true",
    "0 2 * * *, UTC, PT1H, 2026-11-24T01:59:59Z, false",
    "0 2 * * *, UTC, PT1H, 2026-11-24T02:59:59Z, true",
    "0 2 * * *, UTC, PT1H, 2026-11-24T03:00:00Z, false",
    "0 2 * * *, Europe/Berlin, PT1H, 2026-11-24T01:30:00Z, true",
    "0 2 * * *, Europe/Berlin, PT1H, 2026-07-24T00:30:00Z, true",
    "0 2 * * *, Europe/Berlin, PT1H, 2026-07-24T01:30:00Z, false",
    "0 22 * * SUN, UTC, PT12H, 2026-11-23T09:59:59Z, true",
    "0 22 * * SUN, UTC, PT12H, 2026-11-24T09:59:59Z, false",
    "*/5 * * * *, UTC, PT10M, 2026-11-24T09:59:59Z, true"
  })
  void opens(String schedule, String zone, Duration duration, Instant now, boolean open) {
    assertThat(Window.of(new RestartSpec.Window(schedule, zone, duration)).open(now))
        .isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "0 2 * * *, Europe/Berlin, 2026-11-24T02:00:00Z, 2026-11-25T01:00:00Z",
    // On 29 March there is no 2 o'clock in Berlin.
    "0 2 * * *, Europe/Berlin, 2026-03-28T02:00:00Z, 2026-03-30T00:00:00Z",
    "0 2 1 * *, UTC, 2026-11-24T02:00:00Z, 2026-12-01T02:00:00Z"
  })
  void opens_again(String schedule, String zone, Instant now, Instant next) {
    assertThat(
            Window.of(new RestartSpec.Window(schedule, zone, Duration.ofHours(1))).nextOpening(now))
        .contains(next);
  }
}
