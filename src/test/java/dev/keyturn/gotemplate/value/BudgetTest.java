package dev.keyturn.gotemplate.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BudgetTest {

  private final AtomicLong clock = new AtomicLong();

  private Budget budget(long memory, long steps, int depth) {
    return new Budget(
        new Allowance(
            100, 100, memory, steps, depth, Duration.ofNanos(1000), Duration.ofNanos(5000)),
        clock::get);
  }

  private static void assertRefused(String what, ThrowingCallable work) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(work)
        .satisfies(
            failure -> {
              assertThat(failure.kind()).isEqualTo(Failure.Kind.LIMIT);
              assertThat(failure.reason()).contains(what);
            });
  }

  @Test
  void theLastStepMayBeSpentAndNoneAfterIt() throws Failure {
    Budget budget = budget(0, 10, 0);
    budget.spend(4);
    budget.spend(6);
    budget.spend(0);
    assertRefused("10 steps", () -> budget.spend(1));
  }

  @Test
  void whatIsTooMuchIsNotPaid() throws Failure {
    Budget budget = budget(0, 10, 0);
    assertRefused("10 steps", () -> budget.spend(11));
    budget.spend(10);
  }

  @Test
  void theLastByteMayBeAllocatedAndNoneAfterIt() throws Failure {
    Budget budget = budget(1000, 1000, 0);
    budget.allocate(999);
    assertThat(budget.memory()).isEqualTo(1);
    budget.allocate(1);
    assertThat(budget.memory()).isZero();
    assertRefused("1000 bytes", () -> budget.allocate(1));
  }

  @Test
  void piecesArePaidByTheirNumberTimesTheirSize() throws Failure {
    Budget budget = budget(1000, 1000, 0);
    budget.allocate(10, 30);
    assertThat(budget.memory()).isEqualTo(700);
    budget.allocate(5, 0);
    budget.allocate(0, 5);
    assertThat(budget.memory()).isEqualTo(700);
    assertRefused("1000 bytes", () -> budget.allocate(7, 101));
    budget.allocate(7, 100);
    assertThat(budget.memory()).isZero();
  }

  @Test
  void aProductBeyondALongIsTooMuch() {
    Budget budget = budget(1000, 1000, 0);
    assertRefused("1000 bytes", () -> budget.allocate(1L << 62, 4));
    assertRefused("1000 bytes", () -> budget.allocate(Long.MAX_VALUE, 2));
    assertRefused("1000 bytes", () -> budget.allocate(2, Long.MAX_VALUE));
  }

  @Test
  void entriesOfListsTakeMemory() throws Failure {
    Budget budget = budget(1 << 20, 1 << 20, 0);
    budget.allocateEntries(1000);
    assertThat((1 << 20) - budget.memory()).isBetween(16_000L, 200_000L);
  }

  @Test
  void writingMuchCostsStepsToo() {
    Budget budget = budget(1 << 30, 1000, 0);
    assertRefused("1000 steps", () -> budget.allocate(1 << 20));
  }

  @Test
  void searchingCostsTheProductOfBothLengths() throws Failure {
    String text = "a".repeat(10_000);
    budget(0, 1000, 0).search(text, "");
    budget(0, 1000, 0).search(text, "a");
    budget(0, 1, 0).search("", "wanted");
    assertRefused("1000 steps", () -> budget(0, 1000, 0).search(text, "a".repeat(5000)));
    assertRefused("10 steps", () -> budget(0, 10, 0).search(text, ""));
    assertRefused("0 steps", () -> budget(0, 0, 0).search("", ""));
  }

  @Test
  void whatIsFreedMayBeAllocatedAgainButForWhatIsKept() throws Failure {
    Budget budget = budget(1000, 1000, 0);
    budget.allocate(100);
    long before = budget.memory();
    budget.allocate(800);
    budget.free(before, 50);
    assertThat(budget.memory()).isEqualTo(850);
    budget.allocate(850);
  }

  @Test
  void theDeepestLevelMayBeEnteredAndLeftManyTimes() throws Failure {
    Budget budget = budget(0, 1000, 2);
    for (int i = 0; i < 10; i++) {
      budget.enter();
      budget.enter();
      budget.leave();
      budget.leave();
    }
    budget.enter();
    budget.enter();
    assertRefused("2 levels", budget::enter);
  }

  @Test
  void eachLevelCostsAStep() throws Failure {
    Budget budget = budget(0, 2, 10);
    budget.enter();
    budget.enter();
    assertRefused("2 steps", budget::enter);
  }

  @Test
  void anAttemptLeavesWhatItEntered() throws Failure {
    Budget budget = budget(0, 1000, 2);
    for (int i = 0; i < 10; i++) {
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(
              () ->
                  budget.attempt(
                      () -> {
                        budget.enter();
                        budget.enter();
                        throw Failure.because("x");
                      }));
    }
    assertThat(budget.<String>attempt(() -> "made")).isEqualTo("made");
    budget.enter();
    budget.enter();
  }

  @Test
  void timeIsOverWhenItIsExceeded() throws Failure {
    Budget budget = budget(0, 1 << 20, 0);
    clock.set(1000);
    budget.lookAtClock();
    clock.set(1001);
    assertRefused("PT0.000001S", budget::lookAtClock);
  }

  @Test
  void manySmallStepsLookAtTheClock() {
    Budget budget = budget(0, 1 << 20, 0);
    clock.set(2000);
    assertRefused(
        "PT0.000001S",
        () -> {
          for (int i = 0; i < 10_000; i++) {
            budget.spend(1);
          }
        });
  }

  @Test
  void oneLargeStepLooksAtTheClock() {
    Budget budget = budget(0, 1 << 20, 0);
    clock.set(2000);
    assertRefused("PT0.000001S", () -> budget.spend(100_000));
  }

  @Test
  void fewStepsDoNotLookAtTheClock() throws Failure {
    AtomicLong looks = new AtomicLong();
    Budget budget =
        new Budget(
            new Allowance(0, 0, 0, 100_000, 0, Duration.ofDays(1), Duration.ofDays(1)),
            () -> looks.incrementAndGet());
    for (int i = 0; i < 100_000; i++) {
      budget.spend(1);
    }
    assertThat(looks.get()).isBetween(10L, 10_000L);
  }

  @Test
  void workOffTheClockTakesNoTime() throws Failure {
    Budget budget = budget(0, 1 << 20, 0);
    clock.set(900);
    String made =
        budget.offTheClock(
            () -> {
              clock.addAndGet(1_000_000);
              budget.lookAtClock();
              budget.spend(1000);
              return "made";
            });
    assertThat(made).isEqualTo("made");
    clock.addAndGet(100);
    budget.lookAtClock();
    clock.addAndGet(1);
    assertRefused("PT0.000001S", budget::lookAtClock);
  }

  @Test
  void workOffTheClockMayContainItself() throws Failure {
    Budget budget = budget(0, 1 << 20, 0);
    String made =
        budget.offTheClock(
            () -> {
              clock.addAndGet(5000);
              String inner =
                  budget.offTheClock(
                      () -> {
                        clock.addAndGet(5000);
                        return "inner";
                      });
              budget.lookAtClock();
              return inner;
            });
    assertThat(made).isEqualTo("inner");
    clock.addAndGet(1000);
    budget.lookAtClock();
    clock.addAndGet(1);
    assertRefused("PT0.000001S", budget::lookAtClock);
  }

  @Test
  void workOffTheClockIsNotStartedTooLate() {
    Budget budget = budget(0, 1 << 20, 0);
    clock.set(1001);
    assertRefused("PT0.000001S", () -> budget.offTheClock(() -> "made"));
  }

  @Test
  void theClockGoesOnAfterWorkThatFailed() {
    Budget budget = budget(0, 1 << 20, 0);
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(
            () ->
                budget.offTheClock(
                    () -> {
                      throw Failure.because("x");
                    }));
    clock.addAndGet(1001);
    assertRefused("PT0.000001S", budget::lookAtClock);
  }

  @Test
  void dearWorkHasItsOwnTimeAndTakesNoneOfTheOther() throws Failure {
    Budget budget = budget(0, 1 << 20, 0);
    clock.set(900);
    for (int i = 0; i < 2; i++) {
      String made =
          budget.dear(
              () -> {
                clock.addAndGet(2000);
                budget.lookAtClock();
                return "made";
              });
      assertThat(made).isEqualTo("made");
    }
    assertRefused(
        "PT0.000005S",
        () ->
            budget.dear(
                () -> {
                  clock.addAndGet(1001);
                  budget.lookAtClock();
                  return "not made";
                }));
    assertThat(budget.isExceeded()).isTrue();
    clock.addAndGet(100);
    budget.lookAtClock();
    clock.addAndGet(1);
    assertRefused("PT0.000001S", budget::lookAtClock);
  }

  @Test
  void dearWorkThatTookTooLongIsTheLast() throws Failure {
    Budget budget = budget(0, 1 << 20, 0);
    assertThat(budget.<Long>dear(() -> clock.addAndGet(5001))).isEqualTo(5001);
    assertThat(budget.isExceeded()).isFalse();
    assertRefused("PT0.000005S", () -> budget.dear(() -> "not made"));
  }
}
