package dev.keyturn.sync.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ContentionTest {
  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
  private final Contention contention = new Contention();

  private boolean afterRepairs(String uid, int count, Duration apart) {
    boolean takenBack = false;
    for (int i = 0; i < count; i++) {
      takenBack = contention.takenBack(uid, START.plus(apart.multipliedBy(i)));
    }
    return takenBack;
  }

  @Test
  void three_repairs_are_made_the_fourth_in_ten_minutes_is_not() {
    assertThat(afterRepairs("a", 3, Duration.ofMinutes(3))).isFalse();
    assertThat(contention.takenBack("a", START.plus(Duration.ofMinutes(9)))).isTrue();
  }

  @Test
  void repairs_that_are_far_apart_go_on_for_ever() {
    assertThat(afterRepairs("a", 20, Duration.ofMinutes(4))).isFalse();
  }

  @Test
  void one_that_stopped_goes_on_when_ten_minutes_are_over() {
    assertThat(afterRepairs("a", 4, Duration.ofSeconds(1))).isTrue();
    assertThat(contention.takenBack("a", START.plus(Duration.ofMinutes(10)))).isTrue();
    assertThat(contention.takenBack("a", START.plus(Duration.ofMinutes(11)))).isFalse();
  }

  @Test
  void each_resource_counts_for_itself() {
    assertThat(afterRepairs("a", 4, Duration.ofSeconds(1))).isTrue();
    assertThat(contention.takenBack("b", START)).isFalse();
  }

  @Test
  void a_person_s_change_starts_over() {
    assertThat(afterRepairs("a", 4, Duration.ofSeconds(1))).isTrue();
    contention.forget("a");
    assertThat(contention.takenBack("a", START.plusSeconds(5))).isFalse();
  }
}
