package dev.keyturn.aws.call;

import java.time.Duration;
import java.time.Instant;

/**
 * Stops asking an endpoint that does not answer: after a few failures in a row it is left alone for
 * a while, then one call probes it. The while doubles with each failed probe.
 */
final class Circuit {
  private static final int FAILURES = 4;
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private int failures;
  private Duration rest = FIRST;
  private Instant closedUntil = Instant.MIN;
  private boolean probing;

  /** Whether a call made now would be refused; takes nothing. */
  synchronized boolean refuses(Instant now) {
    return failures >= FAILURES && (probing || now.isBefore(closedUntil));
  }

  /** Lets a call through or refuses it; each one let through must report what came of it. */
  synchronized boolean pass(Instant now) {
    if (refuses(now)) {
      return false;
    }
    probing = failures >= FAILURES;
    return true;
  }

  synchronized void answered() {
    failures = 0;
    probing = false;
    rest = FIRST;
    closedUntil = Instant.MIN;
  }

  synchronized void failed(Instant now) {
    failures++;
    if (failures >= FAILURES && (probing || !now.isBefore(closedUntil))) {
      closedUntil = now.plus(rest);
      rest = rest.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : rest.multipliedBy(2);
    }
    probing = false;
  }

  /** The call was let through and not made after all. */
  synchronized void abandoned() {
    probing = false;
  }
}
