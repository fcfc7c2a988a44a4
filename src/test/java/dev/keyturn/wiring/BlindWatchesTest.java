package dev.keyturn.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlindWatchesTest {
  private final VirtualTime time = new VirtualTime();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Set<String> unheard = new HashSet<>();
  private final BlindWatches watches =
      new BlindWatches(() -> Set.copyOf(unheard), time, time, meters);

  @BeforeEach
  void watch() {
    watches.watch();
  }

  private double blind() {
    return meters.get("keyturn.watches.blind").gauge().value();
  }

  @Test
  void what_hears_nothing_for_five_minutes_is_blind_until_it_hears_again() {
    unheard.add("namespaces");
    time.advance(Duration.ofMinutes(5));
    assertThat(blind()).isZero();
    time.advance(BlindWatches.PAUSE);
    assertThat(blind()).isEqualTo(1);
    unheard.clear();
    time.advance(BlindWatches.PAUSE);
    assertThat(blind()).isZero();
  }

  @Test
  void each_has_its_own_time_and_begins_anew() {
    for (int i = 0; i < 20; i++) {
      unheard.clear();
      unheard.add(i % 2 == 0 ? "namespaces" : "managed Secrets");
      time.advance(Duration.ofMinutes(4));
    }
    assertThat(blind()).isZero();
  }
}
