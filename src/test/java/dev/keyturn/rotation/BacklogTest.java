package dev.keyturn.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What has gathered in the queue during an outage. */
class BacklogTest extends Listening {
  @Test
  void a_hundred_thousand_messages_are_worked_on_a_few_at_a_time() {
    for (int i = 0; i < 100; i++) {
      follow("e" + i, "s" + i);
      source.put("s" + i, "v2", "new");
    }
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger left = new AtomicInteger(100_000);
    ChangeFeed backlog =
        () -> {
          List<ChangeNotice> notices = new ArrayList<>();
          while (notices.size() < 10 && left.getAndDecrement() > 0) {
            SecretEvent change =
                notice(
                        (left.get() % 2 == 0 ? "s" : "foreign") + left.get() % 100,
                        Optional.of("v2"))
                    .change();
            notices.add(new ChangeNotice(change, open::decrementAndGet));
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
          }
          return notices;
        };
    ChangeListener listening =
        new ChangeListener(
            List.of(backlog), cache, watchlist, watch, time, time, health, new EventMeters(meters));
    watch.start();
    listening.start();
    time.advance(Duration.ofMinutes(1));
    assertThat(left.get()).isNotPositive();
    assertThat(open.get()).isZero();
    assertThat(most.get()).isLessThanOrEqualTo(10 * Receives.UNWORKED);
    assertThat(woken).contains("e0", "e98").doesNotHaveDuplicates();
  }

  @Test
  void what_aws_never_shows_does_not_pile_up() {
    follow("one", "db");
    for (int i = 0; i < ChangeListener.MOST_PURSUITS + 50; i++) {
      tell("db", "never" + i);
    }
    lead();
    time.advance(Duration.ofSeconds(10));
    assertThat(feed.messages).isEmpty();
    assertThat(acknowledged).hasSize(50).contains("db never0").doesNotContain("db never50");
    time.advance(Duration.ofMinutes(3));
    assertThat(acknowledged).hasSize(ChangeListener.MOST_PURSUITS + 50).doesNotHaveDuplicates();
  }

  @Test
  void receives_go_on_before_the_work_but_only_so_far() {
    VirtualTime clock = new VirtualTime();
    AtomicInteger received = new AtomicInteger();
    List<Runnable> worked = new ArrayList<>();
    Receives[] receives = new Receives[1];
    receives[0] =
        new Receives(
            clock,
            () -> {
              received.incrementAndGet();
              worked.add(receives[0].took());
            });
    worked.add(receives[0].took());
    clock.settle();
    assertThat(received.get()).isEqualTo(Receives.UNWORKED - 1);
    worked.get(3).run();
    worked.get(3).run();
    clock.settle();
    assertThat(received.get()).isEqualTo(Receives.UNWORKED);
    clock.advance(Duration.ofSeconds(2));
    assertThat(received.get()).as("what is slow holds up none").isGreaterThan(Receives.UNWORKED);
  }
}
