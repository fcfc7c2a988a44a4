package dev.keyturn.aws;

import java.time.Duration;

/** Waits; a seam, so that tests need not. */
@FunctionalInterface
interface Pause {
  void sleep(Duration duration) throws InterruptedException;
}
