package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fresh is a fact about pods, whenever one looks: whatever changes, restarts, starts late or leads,
 * in the end no container runs on an old content, and nothing was restarted for nothing.
 */
class FreshnessPropertyTest {
  /** Two thousand were tried; those that found something stay. */
  static LongStream seeds() {
    return LongStream.concat(LongStream.of(743, 1_625), LongStream.range(0, 60));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void in_the_end_no_container_runs_on_an_old_content(long seed) {
    SimulatedWorkload workload = new SimulatedWorkload(seed);
    Random leaders = new Random(seed);
    boolean leads = true;
    for (int second = 0; second < 900; second++) {
      if (leaders.nextInt(60) == 0) {
        leads = !leads;
        workload.newLeader();
      }
      workload.step(leads, second > 300);
    }
    workload.newLeader();
    for (int second = 0; second < 3_600; second++) {
      workload.step(true, true);
    }
    assertThat(workload.complaints).isEmpty();
    assertThat(workload.old()).isEmpty();
  }
}
