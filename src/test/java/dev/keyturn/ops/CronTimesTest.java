package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CronTimesTest {
  private static final Instant NOW = Instant.parse("2026-11-24T02:30:00Z");

  @Test
  void the_time_itself_is_the_last_one() {
    CronTimes times = CronTimes.of("30 2 * * *", ZoneOffset.UTC);
    assertThat(times.last(NOW)).contains(NOW);
    assertThat(times.last(NOW.minusMillis(1))).contains(NOW.minus(Duration.ofDays(1)));
    assertThat(times.next(NOW)).contains(NOW.plus(Duration.ofDays(1)));
    assertThat(times.next(NOW.minusMillis(1))).contains(NOW);
  }

  @Test
  void what_never_comes_never_came() {
    CronTimes times = CronTimes.of("0 0 31 2 *", ZoneOffset.UTC);
    assertThat(times.last(NOW)).isEmpty();
    assertThat(times.next(NOW)).isEmpty();
  }

  @Test
  void one_that_is_asked_for_many_times_says_what_a_new_one_says() {
    Random random = new Random(1);
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    CronTimes kept = CronTimes.of("*/20 1-3 * * *", berlin);
    for (int i = 0; i < 500; i++) {
      Instant time = NOW.plusSeconds(random.nextLong(-86_400L * 300, 86_400L * 300));
      CronTimes other = CronTimes.of("*/20 1-3 * * *" + " ".repeat(i + 1), berlin);
      assertThat(kept.last(time)).as(time.toString()).isEqualTo(other.last(time));
      assertThat(kept.next(time)).as(time.toString()).isEqualTo(other.next(time));
    }
  }

  @Test
  void it_is_read_once() {
    assertThat(CronTimes.of("1 2 3 4 *", ZoneOffset.UTC))
        .isSameAs(CronTimes.of("1 2 3 4 *", ZoneOffset.UTC));
  }

  @Test
  void what_is_none_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CronTimes.of("60 * * * *", ZoneOffset.UTC));
  }
}
