package dev.keyturn.restart.act;

import static dev.keyturn.restart.decide.Scene.CHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Annotations;
import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.Scene;
import dev.keyturn.restart.decide.Scene.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestarterTest {
  private static final Instant NOW = CHANGED.plusSeconds(2);

  @ParameterizedTest(name = "restarted {0} s ago, then quiet for {1} s: now quiet for {2} s")
  @CsvSource({"119, 60, 120", "120, 60, 60", "3599, 1800, 3600", "7199, 3600, 3600", "60, 7, 60"})
  void the_interval_doubles_while_restarts_recur(long ago, long last, long next) {
    Scene scene = new Scene();
    scene.marks =
        new Marks(
            Map.of(), Optional.of(NOW.minusSeconds(ago)), Optional.of(Duration.ofSeconds(last)));
    assertThat(Restarter.marks(scene.snapshot(), NOW).interval())
        .contains(Duration.ofSeconds(next));
  }

  @Test
  void an_interval_over_an_hour_is_kept_and_not_doubled() {
    Scene scene = new Scene();
    scene.changes =
        List.of(
            Scene.change(
                "db",
                CHANGED,
                new Policy().with(it -> it.minInterval = Duration.ofHours(5)).build()));
    scene.marks =
        new Marks(Map.of(), Optional.of(NOW.minusSeconds(1)), Optional.of(Duration.ofHours(5)));
    assertThat(Restarter.marks(scene.snapshot(), NOW).interval()).contains(Duration.ofHours(5));
  }

  @Test
  void the_marks_say_the_newest_change_of_every_secret_that_is_read() {
    Scene scene = new Scene();
    scene.changes =
        List.of(
            Scene.change("db", CHANGED, Scene.policy()),
            Scene.change("db", CHANGED.minusSeconds(9), Scene.policy()),
            Scene.change("mail", CHANGED.minusSeconds(5), Scene.policy()));
    scene.marks =
        new Marks(
            Map.of("db", CHANGED.minusSeconds(99), "gone", CHANGED),
            Optional.empty(),
            Optional.empty());
    assertThat(Restarter.marks(scene.snapshot(), NOW.plusMillis(300)).annotations())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Annotations.RESTARTED_FOR,
                "{\"db\":\"2026-11-24T12:00:00Z\",\"mail\":\"2026-11-24T11:59:55Z\"}",
                Annotations.RESTARTED_AT,
                "2026-11-24T12:00:02Z",
                Annotations.RESTART_INTERVAL,
                "PT1M"));
  }

  @Test
  void argo_is_asked_for_a_whole_second_after_which_a_pod_is_surely_new() {
    assertThat(Restarter.restartAt(CHANGED)).isEqualTo(CHANGED.plusSeconds(5));
    assertThat(Restarter.restartAt(CHANGED.plusMillis(1))).isEqualTo(CHANGED.plusSeconds(6));
  }

  @Test
  void marks_that_somebody_broke_count_as_absent() {
    assertThat(
            Marks.of(
                Map.of(
                    Annotations.RESTARTED_FOR,
                    "{\"db\": 5, \"mail\":\"2026-11-24T12:00:00Z\"}",
                    Annotations.RESTARTED_AT,
                    "yesterday",
                    Annotations.RESTART_INTERVAL,
                    "long")))
        .isEqualTo(new Marks(Map.of("mail", CHANGED), Optional.empty(), Optional.empty()));
    assertThat(Marks.of(Map.of(Annotations.RESTARTED_FOR, "]"))).isEqualTo(Marks.NONE);
    assertThat(Marks.of(null)).isEqualTo(Marks.NONE);
  }

  @Test
  void marks_survive() {
    Marks marks =
        new Marks(Map.of("db", CHANGED), Optional.of(NOW), Optional.of(Duration.ofMinutes(2)));
    assertThat(Marks.of(marks.annotations())).isEqualTo(marks);
  }
}
