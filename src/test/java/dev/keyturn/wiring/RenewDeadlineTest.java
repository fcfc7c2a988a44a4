package dev.keyturn.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Eventually;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RenewDeadlineTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicInteger ends = new AtomicInteger();
  private final RenewDeadline deadline = new RenewDeadline(now::get, ends::incrementAndGet);

  private int endsAfter(Duration passed) {
    now.addAndGet(passed.toNanos());
    deadline.look();
    return ends.get();
  }

  @Test
  void who_holds_no_lease_never_ends() {
    assertThat(endsAfter(Duration.ofDays(1))).isZero();
  }

  @Test
  void who_renews_in_time_goes_on_and_who_does_not_ends() {
    for (int i = 0; i < 5; i++) {
      deadline.renewed(now.get());
      assertThat(endsAfter(Duration.ofSeconds(10))).isZero();
    }
    assertThat(endsAfter(Duration.ofNanos(1))).isEqualTo(1);
  }

  @Test
  void a_renewal_counts_from_when_it_was_sent_and_never_backwards() {
    long sent = now.get();
    deadline.renewed(sent);
    assertThat(endsAfter(Duration.ofSeconds(9))).isZero();
    deadline.renewed(sent + Duration.ofSeconds(2).toNanos());
    deadline.renewed(sent + Duration.ofSeconds(1).toNanos());
    assertThat(endsAfter(Duration.ofSeconds(3))).isZero();
    assertThat(endsAfter(Duration.ofNanos(1))).isEqualTo(1);
  }

  @Test
  void who_gave_it_up_does_not_end() {
    deadline.renewed(now.get());
    deadline.givenUp();
    assertThat(endsAfter(Duration.ofDays(1))).isZero();
  }

  @Test
  void it_looks_by_itself() {
    deadline.watch();
    deadline.renewed(now.get());
    now.addAndGet(Duration.ofSeconds(11).toNanos());
    Eventually.holds(() -> assertThat(ends.get()).isPositive());
    deadline.givenUp();
  }
}
