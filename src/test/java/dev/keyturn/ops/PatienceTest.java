package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.testbed.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** A quarter of eight threads is two, half of them four. */
class PatienceTest {
  private static final Duration LONG = Duration.ofMillis(1_001);

  private final VirtualTime time = new VirtualTime();
  private final Patience patience = new Patience(Patience.Limits.of(8), time, time);
  private final ConcurrentLinkedQueue<String> called = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> left = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<String> never = new CompletableFuture<>();
  private final List<Thread> threads = new ArrayList<>();

  private Patience.Waiter waiter(String party, int number) {
    String name = party + number;
    return new Patience.Waiter(party, name, () -> called.add(name));
  }

  /** Begins to wait on a thread of its own. */
  private void waits(String party, int number, CompletableFuture<String> answer) {
    int armed = time.waiting();
    threads.add(
        Thread.startVirtualThread(
            () -> {
              try (Patience.Wait wait = patience.begin(waiter(party, number))) {
                assertThat(wait.join(answer)).isEqualTo("come");
              } catch (OutOfPatience e) {
                left.add(party + number);
              }
            }));
    Eventually.holds(() -> assertThat(time.waiting()).isGreaterThan(armed));
  }

  private void free() {
    time.advance(LONG);
  }

  private void mayBegin(String party, int number) {
    patience.begin(waiter(party, number)).close();
  }

  private void mayNot(String party, int number, String why) {
    assertThatThrownBy(() -> patience.begin(waiter(party, number)))
        .isInstanceOfSatisfying(
            OutOfPatience.class, e -> assertThat(e.kind()).isEqualTo(OutOfPatience.Kind.SLOW))
        .hasMessageContaining(why);
  }

  @Test
  void short_waits_are_free() {
    for (int i = 0; i < 8; i++) {
      waits("a", i, never);
    }
    time.advance(Duration.ofMillis(900));
    mayBegin("a", 9);
    never.complete("come");
    threads.forEach(PatienceTest::join);
    assertThat(left).isEmpty();
  }

  @Test
  void after_a_second_a_quarter_stays_and_the_others_leave() {
    for (int i = 0; i < 8; i++) {
      waits("a", i, never);
    }
    free();
    Eventually.holds(() -> assertThat(left).hasSize(6));
    mayNot("a", 9, "2 others of this namespace wait already");
    mayBegin("b", 1);
    never.complete("come");
    threads.forEach(PatienceTest::join);
    assertThat(left).hasSize(6);
  }

  @Test
  void who_had_to_leave_is_called_once_there_is_room() {
    CompletableFuture<String> first = new CompletableFuture<>();
    waits("a", 1, first);
    waits("a", 2, never);
    free();
    Eventually.holds(() -> mayNot("a", 3, "2 others"));
    mayNot("a", 3, "2 others");
    mayNot("a", 4, "2 others");
    assertThat(called).isEmpty();
    first.complete("come");
    Eventually.holds(() -> assertThat(called).containsExactly("a3"));
    never.complete("come");
    Eventually.holds(() -> assertThat(called).containsExactly("a3", "a4"));
  }

  @Test
  void beyond_half_of_the_threads_each_has_one() {
    for (String party : List.of("a", "b")) {
      waits(party, 1, never);
      waits(party, 2, never);
    }
    waits("c", 1, never);
    waits("c", 2, never);
    free();
    Eventually.holds(() -> assertThat(left).hasSize(1));
    mayNot(left.peek().substring(0, 1), 9, "others");
    waits("d", 1, never);
    never.complete("come");
  }

  @Test
  void what_never_comes_is_waited_for_two_minutes() {
    waits("a", 1, never);
    free();
    Eventually.holds(() -> assertThat(time.waiting()).isEqualTo(1));
    time.advance(Duration.ofMinutes(2));
    Eventually.holds(() -> assertThat(left).containsExactly("a1"));
    assertThat(called).as("it was not refused").isEmpty();
  }

  @Test
  void a_party_that_was_slow_is_forgiven() {
    waits("a", 1, never);
    waits("a", 2, never);
    free();
    Eventually.holds(() -> mayNot("a", 3, "2 others"));
    time.advance(Duration.ofSeconds(11));
    mayBegin("a", 3);
    never.complete("come");
  }

  @Test
  void places_that_are_always_few_go_round() {
    Patience few =
        new Patience(new Patience.Limits(2, 2, 3, Duration.ZERO, Duration.ZERO), time, time);
    Patience.Wait one = few.begin(waiter("a", 1));
    Patience.Wait two = few.begin(waiter("a", 2));
    Patience.Wait three = few.begin(waiter("b", 1));
    for (String party : List.of("a", "b", "c")) {
      assertThatThrownBy(() -> few.begin(waiter(party, 3))).isInstanceOf(OutOfPatience.class);
    }
    two.close();
    assertThat(called).as("a and b have one each").containsExactly("c3");
    one.close();
    three.close();
    assertThat(called).contains("a3", "b3");
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
