package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.keyturn.testbed.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final FairShare share =
      new FairShare(new FairShare.Limits(1, 3, 2, 6), () -> used.get().get());

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
      assertThat(share.run("other", () -> "done while the hog goes on")).isPresent();
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
              () -> share.run("hog", () -> awaited(go)).ifPresent(_ -> done.incrementAndGet())));
    }
    Eventually.holds(() -> assertThat(share.waitedFor()).isEqualTo(2));
    assertThat(share.run("hog", () -> "a third")).isEmpty();
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(done.get()).isEqualTo(2);
    assertThat(share.run("hog", () -> "the next")).contains("the next");
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
    assertThat(share.run("a", () -> "the next")).contains("the next");
  }

  @Test
  void it_runs_on_platform_threads() {
    assertThat(share.run("a", () -> Thread.currentThread().isVirtual()))
        .isEqualTo(Optional.of(false));
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
