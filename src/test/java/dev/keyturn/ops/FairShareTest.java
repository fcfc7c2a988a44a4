package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.keyturn.testbed.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time goes by where the work says so: each look takes ten milliseconds of a processor. */
class FairShareTest {
  private static final long LOOK = 10_000_000;

  private final ThreadLocal<AtomicLong> used = ThreadLocal.withInitial(AtomicLong::new);
  private final VirtualTime time = new VirtualTime();
  private final FairShare share =
      new FairShare(
          new FairShare.Limits(1, 3, 2, 6, Duration.ofMinutes(5)), time, () -> used.get().get());

  @AfterEach
  void end() {
    share.close();
  }

  private void look() {
    used.get().addAndGet(LOOK);
    long _ = share.usedNanos();
  }

  @Test
  void who_has_used_little_goes_before_who_goes_on_for_ever() throws InterruptedException {
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Thread hog =
        Thread.startVirtualThread(
            () ->
                share.run(
                    "hog",
                    () -> {
                      while (!enough.get()) {
                        begun.countDown();
                        look();
                      }
                      return "hog";
                    }));
    begun.await();
    for (int i = 0; i < 3; i++) {
      assertThat(share.run("other", () -> "done while the hog goes on"))
          .isEqualTo(done("done while the hog goes on"));
    }
    assertThat(hog.isAlive()).isTrue();
    enough.set(true);
    hog.join();
  }

  @Test
  void two_who_want_much_get_the_same() throws InterruptedException {
    AtomicInteger difference = new AtomicInteger();
    AtomicInteger widest = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    List<Thread> threads = new ArrayList<>();
    for (int sign : new int[] {1, -1}) {
      threads.add(
          Thread.startVirtualThread(
              () ->
                  share.run(
                      "party" + sign,
                      () -> {
                        both.countDown();
                        while (both.getCount() > 0) {
                          look();
                        }
                        for (int i = 0; i < 200; i++) {
                          look();
                          int now = difference.addAndGet(sign);
                          widest.accumulateAndGet(Math.abs(now), Math::max);
                        }
                        return sign;
                      })));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(widest.get()).isLessThan(30);
  }

  @Test
  void a_further_piece_of_one_who_has_two_asked_for_is_refused() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                if (share.run("hog", () -> awaited(go)) instanceof Turn.Done<?>) {
                  done.incrementAndGet();
                }
              }));
    }
    Eventually.holds(() -> assertThat(share.waitedFor()).isEqualTo(2));
    assertThat(share.run("hog", () -> "a third")).isEqualTo(noTurn(Turn.Why.OWN));
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(done.get()).isEqualTo(2);
    assertThat(share.run("hog", () -> "the next")).isEqualTo(done("the next"));
    assertThat(share.waitedFor()).isZero();
  }

  @Test
  void what_is_thrown_reaches_who_asked_and_holds_nobody_up() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                share.run(
                    "a",
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .withMessage("broken");
    assertThat(share.run("a", () -> "the next")).isEqualTo(done("the next"));
  }

  @Test
  void it_runs_on_platform_threads() {
    assertThat(share.run("a", () -> Thread.currentThread().isVirtual())).isEqualTo(done(false));
  }

  @Test
  void the_twentieth_gets_its_turn_though_nineteen_never_end() {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicLong spent = new AtomicLong();
    ConcurrentLinkedQueue<Turn<String>> gone = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 19; i++) {
      String hog = "hog" + i;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                while (!enough.get()) {
                  gone.add(share.run(hog, () -> forEver(enough, spent)));
                }
              }));
    }
    Eventually.holds(() -> assertThat(share.waitedFor()).isGreaterThanOrEqualTo(18));
    assertThat(share.run("hog1", () -> "a second")).isEqualTo(noTurn(Turn.Why.ALL));
    long before = spent.get();
    assertThat(share.run("other", () -> "done")).isEqualTo(done("done"));
    assertThat(Duration.ofNanos(spent.get() - before))
        .as("processor time of others, who take two seconds each and then give way")
        .isLessThan(Duration.ofSeconds(45));
    enough.set(true);
    threads.forEach(FairShareTest::join);
    assertThat(gone).contains(noTurn(Turn.Why.GAVE_WAY));
  }

  private String forEver(AtomicBoolean enough, AtomicLong spent) {
    while (!enough.get()) {
      spent.addAndGet(LOOK);
      look();
    }
    return "ended";
  }

  @Test
  void alone_a_piece_takes_what_it_needs() {
    assertThat(
            share.run(
                "a",
                () -> {
                  for (int i = 0; i < 1000; i++) {
                    look();
                  }
                  return "ten seconds";
                }))
        .isEqualTo(done("ten seconds"));
  }

  @Test
  void nobody_waits_for_ever() {
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Turn<String>> outcome = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    Thread waiting =
        Thread.startVirtualThread(
            () ->
                outcome.complete(
                    share.run(
                        "a",
                        () -> {
                          begun.countDown();
                          return forEver(enough, new AtomicLong());
                        })));
    assertThat(awaited(begun)).isTrue();
    Eventually.holds(() -> assertThat(time.waiting()).isEqualTo(1));
    time.advance(Duration.ofMinutes(5));
    join(waiting);
    assertThat(outcome.join()).isEqualTo(noTurn(Turn.Why.TOO_LONG));
    assertThat(share.run("a", () -> "once it has ended")).isEqualTo(done("once it has ended"));
    enough.set(true);
  }

  private static <T> Turn<T> done(T result) {
    return new Turn.Done<>(result);
  }

  private static <T> Turn<T> noTurn(Turn.Why why) {
    return new Turn.NoTurn<>(why);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
