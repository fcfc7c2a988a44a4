package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ManifestDuration;
import dev.keyturn.api.SyncWindows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncGateTest {

  /** {@code schedule for duration}, several separated by {@code ;}. */
  private static SyncGate gate(SyncWindows.Kind kind, String windows, String now) {
    List<SyncWindows.Window> parsed =
        List.of(windows.split(";")).stream()
            .map(w -> w.strip().split(" for "))
            .map(w -> new SyncWindows.Window(w[0], ManifestDuration.parse(w[1])))
            .toList();
    return SyncGate.at(Optional.of(new SyncWindows(kind, parsed)), Instant.parse(now));
  }

  // 1 June 2026 is a Monday.
  @ParameterizedTest(name = "{0} {1}: at {2} {3}")
  @CsvSource({
    "ALLOW, 0 22 * * * for 2h, 2026-06-01T22:00:00Z, open",
    "ALLOW, 0 22 * * * for 2h, 2026-06-01T22:30:00Z, open",
    "ALLOW, 0 22 * * * for 2h, 2026-06-02T00:00:00Z, open",
    "ALLOW, 0 22 * * * for 2h, 2026-06-02T00:00:01Z, 2026-06-02T22:00:00Z",
    "ALLOW, 0 22 * * * for 2h, 2026-06-01T21:59:59Z, 2026-06-01T22:00:00Z",
    "ALLOW, 0 22 * * * for 2h, 2026-06-01T21:59:59.999Z, 2026-06-01T22:00:00Z",
    "ALLOW, 0 22 * * * for 2h, 2026-06-01T22:00:00.5Z, open",
    "ALLOW, 0 22 * * * for 2h, 2026-06-02T03:00:00Z, 2026-06-02T22:00:00Z",
    "ALLOW, 0 22 * * * for 2h, 2026-06-02T22:30:00Z, open",
    "DENY, 0 22 * * * for 2h, 2026-06-01T22:00:00Z, 2026-06-02T00:00:00.001Z",
    "DENY, 0 22 * * * for 2h, 2026-06-02T00:00:00Z, 2026-06-02T00:00:00.001Z",
    "DENY, 0 22 * * * for 2h, 2026-06-02T00:00:00.001Z, open",
    "DENY, 0 22 * * * for 2h; 30 23 * * * for 1h, 2026-06-01T22:10:00Z, 2026-06-02T00:30:00.001Z",
    "ALLOW, 0 22 * * * for 2h; 30 23 * * * for 1h, 2026-06-02T00:10:00Z, open",
    "ALLOW, 0 22 * * 1-5 for 1h, 2026-06-05T23:30:00Z, 2026-06-08T22:00:00Z",
    "ALLOW, 0 22 * * MON-FRI for 1h, 2026-06-05T23:30:00Z, 2026-06-08T22:00:00Z",
    "ALLOW, 0 22 * * 7 for 1h, 2026-06-05T23:30:00Z, 2026-06-07T22:00:00Z",
    "ALLOW, 0 22 ? * 0 for 1h, 2026-06-05T23:30:00Z, 2026-06-07T22:00:00Z",
    "ALLOW, 0 0 1 * 1 for 1h, 2026-06-02T00:00:00Z, 2026-06-08T00:00:00Z",
    "ALLOW, 0 0 1 * 1 for 1h, 2026-06-30T00:00:00Z, 2026-07-01T00:00:00Z",
    "ALLOW, '*/15 9-17 * * * for 1m', 2026-06-01T10:16:30Z, 2026-06-01T10:30:00Z",
    "ALLOW, @hourly for 5m, 2026-06-01T10:06:00Z, 2026-06-01T11:00:00Z",
    "ALLOW, @daily for 5m, 2026-06-01T10:06:00Z, 2026-06-02T00:00:00Z",
    "ALLOW, @midnight for 5m, 2026-06-01T10:06:00Z, 2026-06-02T00:00:00Z",
    "ALLOW, @weekly for 5m, 2026-06-01T10:06:00Z, 2026-06-07T00:00:00Z",
    "ALLOW, @monthly for 5m, 2026-06-01T10:06:00Z, 2026-07-01T00:00:00Z",
    "ALLOW, @yearly for 5m, 2026-06-01T10:06:00Z, 2027-01-01T00:00:00Z",
    "ALLOW, @annually for 5m, 2026-06-01T10:06:00Z, 2027-01-01T00:00:00Z",
    "ALLOW, @every 6h for 5m, 2026-06-01T06:04:00Z, open",
    "ALLOW, @every 6h for 5m, 2026-06-01T06:06:00Z, 2026-06-01T12:00:00Z",
    "DENY, * * * * * for 2m, 2026-06-01T06:06:00Z, 2026-06-01T06:26:00.001Z",
    "ALLOW, 0 0 30 2 * for 1h, 2026-06-01T06:06:00Z, never",
  })
  void windowsGate(SyncWindows.Kind kind, String windows, String now, String outcome) {
    SyncGate expected =
        switch (outcome) {
          case "open" -> new SyncGate.Open();
          case "never" -> new SyncGate.Closed(Optional.empty());
          default -> new SyncGate.Closed(Optional.of(Instant.parse(outcome)));
        };
    assertThat(gate(kind, windows, now)).isEqualTo(expected);
  }

  @Test
  void withoutWindowsNothingIsHeldBack() {
    Instant now = Instant.parse("2026-06-01T22:00:00Z");
    assertThat(SyncGate.at(Optional.empty(), now)).isEqualTo(new SyncGate.Open());
    assertThat(SyncGate.at(Optional.of(new SyncWindows(SyncWindows.Kind.ALLOW, List.of())), now))
        .isEqualTo(new SyncGate.Open());
  }

  @ParameterizedTest(name = "{0} is told")
  @CsvSource({
    "not a cron at all",
    "99 * * * *",
    "@every x",
    "@every 0s",
    "@every 1ms",
    "@sometimes"
  })
  void aScheduleThatCannotBeReadIsTold(String schedule) {
    assertThat(gate(SyncWindows.Kind.ALLOW, schedule + " for 1h", "2026-06-01T22:00:00Z"))
        .isEqualTo(
            new SyncGate.Unreadable(
                "spec.syncWindows: '"
                    + schedule
                    + "' is not a schedule: write a cron expression of five fields, in UTC, such as"
                    + " '0 22 * * 1-5'"));
  }
}
