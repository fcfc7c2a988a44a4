package dev.keyturn.aws.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.HandClock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PagesTest {
  private final HandClock clock = new HandClock();
  private final Pages pages = new Pages(clock);

  @Test
  void theLastPageEndsItHoweverLongItTook() {
    clock.pass(Duration.ofHours(1));
    assertThat(pages.endless(Optional.empty())).isFalse();
  }

  @Test
  void aTokenThatComesAgainLeadsNowhere() {
    assertThat(pages.endless(Optional.of("2"))).isFalse();
    assertThat(pages.endless(Optional.of("3"))).isFalse();
    assertThat(pages.endless(Optional.of("3"))).isTrue();
  }

  @Test
  void thereAreNoMoreThanTheQuotaOfARegionNeeds() {
    assertThat(IntStream.range(1, 5_000).anyMatch(i -> pages.endless(Optional.of("t" + i))))
        .isFalse();
    assertThat(pages.endless(Optional.of("more"))).isTrue();
  }

  @Test
  void twoMinutesAreEnough() {
    assertThat(pages.endless(Optional.of("2"))).isFalse();
    clock.pass(Duration.ofMinutes(2).plusSeconds(1));
    assertThat(pages.endless(Optional.of("3"))).isTrue();
  }
}
