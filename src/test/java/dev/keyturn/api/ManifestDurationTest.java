package dev.keyturn.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.gotemplate.value.GoDuration;
import dev.keyturn.gotemplate.value.Utf8;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0, PT0S, 0s",
    "0s, PT0S, 0s",
    "60, PT60S, 1m",
    "30s, PT30S, 30s",
    "5m, PT5M, 5m",
    "1h, PT1H, 1h",
    "1h0m0s, PT1H, 1h",
    "2h30m, PT2H30M, 2h30m",
    "1.5h, PT1H30M, 1h30m",
    "100ms, PT0.1S, 100000000ns",
    "7us, PT0.000007S, 7000ns",
    "7µs, PT0.000007S, 7000ns",
    "999999999ns, PT0.999999999S, 999999999ns",
    "720h, PT720H, 720h",
  })
  void reads_what_go_writes(String text, Duration duration, String shortest) {
    assertThat(ManifestDuration.parse(text)).isEqualTo(duration);
    assertThat(ManifestDuration.format(duration)).isEqualTo(shortest);
    assertThat(ManifestDuration.parse(shortest)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8760h1s", "9999999h", "31536001", "999999999h999999999h999999999h"})
  void takes_more_than_a_year_for_a_year(String text) {
    assertThat(ManifestDuration.parse(text)).isEqualTo(Duration.ofDays(365));
  }

  /** There are two readers because neither the API nor the template library imports the other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "0s",
        "30s",
        "1h0m0s",
        "2h30m",
        "1.5h",
        "1.000000001s",
        "100ms",
        "7us",
        "7µs"
      })
  void reads_and_writes_as_templates_do(String text) {
    Duration duration = ManifestDuration.parse(text);
    assertThat(GoDuration.parse(Utf8.ofUnicode(text))).hasValue(duration.toNanos());
    assertThat(GoDuration.parse(ManifestDuration.format(duration))).hasValue(duration.toNanos());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "h", "1d", "1h ", " 1h", "1h30", "-1h", "1h-30m", "one hour", "1,5h"})
  void refuses_what_go_refuses(String text) {
    assertThatThrownBy(() -> ManifestDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write a duration such as 30s");
  }
}
