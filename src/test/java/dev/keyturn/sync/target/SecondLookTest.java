package dev.keyturn.sync.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.sync.Secrets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecondLookTest {
  private final VirtualTime time = new VirtualTime();
  private final SecondLook looks = new SecondLook(time);

  @Test
  void what_is_gone_goes_after_another_look() {
    assertThat(look("a")).contains(Duration.ofSeconds(5));
    time.advance(Duration.ofSeconds(2));
    assertThat(look("a")).contains(Duration.ofSeconds(3));
    time.advance(Duration.ofSeconds(3));
    assertThat(look("a")).isEmpty();
  }

  @Test
  void what_is_back_was_never_gone() {
    assertThat(look("a")).isPresent();
    assertThat(pending()).isTrue();
    assertThat(look()).isEmpty();
    assertThat(pending()).isFalse();
    time.advance(Duration.ofSeconds(9));
    assertThat(look("a")).contains(Duration.ofSeconds(5));
  }

  @Test
  void each_thing_has_its_own_time() {
    assertThat(look("a")).isPresent();
    time.advance(Duration.ofSeconds(5));
    assertThat(look("b")).contains(Duration.ofSeconds(5));
    time.advance(Duration.ofSeconds(5));
    assertThat(look("a", "b")).contains(Duration.ofSeconds(5));
    time.advance(Duration.ofSeconds(5));
    assertThat(look("a", "b")).isEmpty();
  }

  @Test
  void names_that_keep_vanishing_hold_nothing_back_for_long() {
    for (int i = 0; i < 15; i++) {
      assertThat(look("a" + i, "b")).isPresent();
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(look("a15", "b")).isEmpty();
    assertThat(look()).isEmpty();
    assertThat(look("a16")).contains(Duration.ofSeconds(5));
  }

  @Test
  void other_names_each_time_hold_nothing_back_for_long() {
    for (int i = 0; i < 15; i++) {
      assertThat(look("a" + i)).isPresent();
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(look("a15")).isEmpty();
    assertThat(look("a16")).as("another wait").contains(Duration.ofSeconds(5));
  }

  private Optional<Duration> look(String... gone) {
    return looks.wait("uid", Set.of(gone));
  }

  private boolean pending() {
    return looks.isPending(Secrets.externalSecret("", Map.of()));
  }
}
