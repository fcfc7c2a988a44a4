package dev.keyturn.wiring;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process once the lease was not renewed for 10 s, which is 5 s before anybody else may
 * take it ("Leases", Kubernetes documentation). It has a thread of its own and asks nobody: neither
 * the election, whose renewal may hang, nor the client, nor a pool that may be starved. Time is
 * monotonic and goes on while the process is stopped.
 */
class RenewDeadline {
  private static final Logger LOG = LoggerFactory.getLogger(RenewDeadline.class);
  static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private final Runnable end;
  private boolean held;
  private long renewedAt;

  /**
   * @param nanoTime as {@code System.nanoTime}
   * @param end ends the process without waiting for anybody
   */
  RenewDeadline(LongSupplier nanoTime, Runnable end) {
    this.nanoTime = nanoTime;
    this.end = end;
  }

  /** Looks at the clock from now on. */
  void watch() {
    Thread.ofPlatform()
        .daemon()
        .name("keyturn-renew-deadline")
        .start(
            () -> {
              while (sleeps()) {
                look();
              }
            });
  }

  private static boolean sleeps() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** The API server took a renewal that was sent at that time of {@code nanoTime}. */
  synchronized void renewed(long sentAt) {
    if (!held || sentAt - renewedAt > 0) {
      renewedAt = sentAt;
    }
    held = true;
  }

  /** We write no more. */
  synchronized void givenUp() {
    held = false;
  }

  /** Before each write: a process that was frozen must not go on where it stood. */
  void look() {
    if (isOver()) {
      end.run();
    }
  }

  private synchronized boolean isOver() {
    return held && nanoTime.getAsLong() - renewedAt > DEADLINE.toNanos();
  }

  /** Nobody may be able to take the last words: where a log goes can hang, too. */
  static void halt() {
    Thread words =
        Thread.ofPlatform()
            .daemon()
            .start(
                () ->
                    LOG.error(
                        "Lost the lease: not renewed for {}, ending at once, so that only its next"
                            + " holder writes",
                        DEADLINE));
    try {
      words.join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }
}
