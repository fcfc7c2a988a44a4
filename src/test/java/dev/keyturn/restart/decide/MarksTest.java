package dev.keyturn.restart.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Annotations;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Annotations are anybody's to write. */
class MarksTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"null", "", "[]", "7", "{", "{\"db\": null}", "{\"db\": []}", "{\"db\": \"x\"}"})
  void what_is_no_map_of_times_counts_as_absent(String text) {
    assertThat(Marks.of(Map.of(Annotations.RESTARTED_FOR, text))).isEqualTo(Marks.NONE);
  }

  @Test
  void what_was_written_is_read_again() {
    Marks marks = Scene.marksFor(Scene.CHANGED);
    assertThat(Marks.of(marks.annotations())).isEqualTo(marks);
  }

  @ParameterizedTest
  @CsvSource({
    "PT1M, PT1M",
    "PT1H, PT1H",
    "PT1H1S, PT1H",
    "PT2562047788015215H30M7S, PT1H",
    "PT-1S, PT0S",
    "PT-2562047788015215H, PT0S"
  })
  void an_interval_is_at_most_an_hour_and_never_turns_time_back(String text, Duration read) {
    assertThat(Marks.of(Map.of(Annotations.RESTART_INTERVAL, text)).interval()).contains(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1000000000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "+10000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59.999999999Z"
      })
  void a_time_that_no_status_can_hold_counts_as_absent(String time) {
    assertThat(
            Marks.of(
                Map.of(
                    Annotations.RESTARTED_AT,
                    time,
                    Annotations.RESTARTED_FOR,
                    "{\"db\":\"" + time + "\"}")))
        .isEqualTo(Marks.NONE);
  }

  @Test
  void what_has_not_come_yet_counts_as_absent() {
    Instant now = Scene.CHANGED;
    Instant apart = now.plusSeconds(30);
    Marks marks =
        new Marks(
            Map.of("db", apart, "mail", apart.plusMillis(1)),
            Optional.of(apart.plusMillis(1)),
            Optional.of(Duration.ofMinutes(1)));
    assertThat(marks.asOf(now))
        .isEqualTo(
            new Marks(Map.of("db", apart), Optional.empty(), Optional.of(Duration.ofMinutes(1))));
    assertThat(marks.asOf(now.plusMillis(1))).isEqualTo(marks);
  }
}
