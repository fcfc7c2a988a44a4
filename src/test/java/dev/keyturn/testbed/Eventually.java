package dev.keyturn.testbed;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.opentest4j.TestAbortedException;

/**
 * The one way in which tests wait: look until it is so.
 *
 * <p>Whatever a look throws means "not yet". What is not there is met in many ways: an assertion
 * that fails, a null, an empty list, a 404, kubectl's exit code; and a machine that is busy has
 * more of them. Nothing is lost by that: what never comes fails in the end, with what the last look
 * met.
 *
 * <p>The limit is no assertion. It is there to end a test that fails, and far beyond what anything
 * takes on a machine that is busy with other builds.
 */
public final class Eventually {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private Eventually() {}

  /** Fails, by whatever it throws, as long as it is not so. */
  @FunctionalInterface
  public interface Look {
    void look() throws Exception;
  }

  /** Until the assertions in it hold. */
  public static void holds(Look look) {
    holds(LIMIT, SHORTEST_PAUSE, LONGEST_PAUSE, look);
  }

  /** Until it is true; {@code what} says what, for whoever reads that it never was. */
  public static void isTrue(String what, Callable<Boolean> condition) {
    holds(
        () -> {
          if (!condition.call()) {
            throw new AssertionError("not so: " + what);
          }
        });
  }

  /** For what takes longer than anything else, or is disturbed by the look itself. */
  public static void holds(Duration limit, Duration pause, Look look) {
    holds(limit, pause, pause, look);
  }

  private static void holds(Duration limit, Duration first, Duration longest, Look look) {
    long end = System.nanoTime() + limit.toNanos();
    Duration pause = first;
    for (int looks = 1; ; looks++) {
      try {
        look.look();
        return;
      } catch (TestAbortedException e) {
        throw e;
      } catch (InterruptedException e) {
        throw interrupted(e);
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() - end > 0) {
          throw new AssertionError(
              "not in %d s and %d looks, of which the last met: %s"
                  .formatted(limit.toSeconds(), looks, e),
              e);
        }
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      // What comes soon is seen soon, and what takes its time is not asked for all the time.
      Duration next = pause.multipliedBy(3).dividedBy(2);
      pause = next.compareTo(longest) < 0 ? next : longest;
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while it waited", e);
  }
}
