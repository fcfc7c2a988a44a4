package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SteadyTimeTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private final AtomicReference<Instant> wall = new AtomicReference<>(NOON);
  private final AtomicLong nanos = new AtomicLong(-5);
  private final SteadyTime time = new SteadyTime(wall::get, nanos::get);

  @Test
  void goesOnThoughTheClockIsSetBack() {
    pass(Duration.ofSeconds(10));
    wall.set(NOON.minus(Duration.ofHours(1)));
    pass(Duration.ofSeconds(5));
    assertThat(time.instant()).isEqualTo(NOON.plusSeconds(15));
    pass(Duration.ofMinutes(2));
    assertThat(time.instant()).isEqualTo(NOON.plusSeconds(135));
  }

  @Test
  void followsAClockThatIsSetForward() {
    wall.set(NOON.plus(Duration.ofHours(1)));
    assertThat(time.instant()).isEqualTo(NOON.plus(Duration.ofHours(1)));
    pass(Duration.ofSeconds(1));
    assertThat(time.instant()).isEqualTo(NOON.plus(Duration.ofHours(1)).plusSeconds(1));
  }

  private void pass(Duration duration) {
    wall.updateAndGet(now -> now.plus(duration));
    nanos.addAndGet(duration.toNanos());
    time.instant();
  }
}
