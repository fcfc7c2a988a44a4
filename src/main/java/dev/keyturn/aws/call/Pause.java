package dev.keyturn.aws.call;

import java.time.Duration;

/** Waits; a seam, so that tests need not. */
@FunctionalInterface
public interface Pause {
  void sleep(Duration duration) throws InterruptedException;
}
