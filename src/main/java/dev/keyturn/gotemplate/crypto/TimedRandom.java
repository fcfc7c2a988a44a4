package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import java.security.SecureRandom;

/**
 * Looks at the clock whenever a generator asks for bytes. It does for each candidate of a prime and
 * each round of the test for it: once in 34 ms at most for keys of 2048 bits, in an eighth of a
 * second or so for 4096.
 */
final class TimedRandom extends SecureRandom {

  private static final long serialVersionUID = 1L;

  private final SecureRandom random;
  private final transient Budget budget;

  TimedRandom(SecureRandom random, Budget budget) {
    this.random = random;
    this.budget = budget;
  }

  /** Passes through the library, which knows nothing of it. */
  static final class TimeIsUp extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Failure failure;

    TimeIsUp(Failure failure) {
      super(failure.reason(), null, false, false);
      this.failure = failure;
    }

    Failure failure() {
      return failure;
    }
  }

  @Override
  public void nextBytes(byte[] bytes) {
    try {
      budget.lookAtClock();
    } catch (Failure failure) {
      throw new TimeIsUp(failure);
    }
    random.nextBytes(bytes);
  }
}
