package dev.keyturn.bench;

import java.time.Duration;

/**
 * What goes wrong, as shares of all calls.
 *
 * @param slow calls that take up to {@code longest} more
 */
record Faults(double throttled, double broken, double reset, double slow, Duration longest) {
  static final Faults NONE = new Faults(0, 0, 0, 0, Duration.ZERO);

  enum Fate {
    SERVED,
    THROTTLED,
    BROKEN,
    RESET
  }

  Fate fate(double chance) {
    if (chance < throttled) {
      return Fate.THROTTLED;
    }
    if (chance < throttled + broken) {
      return Fate.BROKEN;
    }
    return chance < throttled + broken + reset ? Fate.RESET : Fate.SERVED;
  }
}
