package dev.keyturn.restart.decide;

import dev.keyturn.api.RestartSpec;
import dev.keyturn.ops.CronTimes;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A time in which restarts are welcome. One that cannot be understood never opens.
 *
 * @param times empty: not understood
 */
record Window(String text, Optional<Times> times) {

  static Window of(RestartSpec.Window spec) {
    String text = spec.schedule() + " " + spec.timeZone();
    try {
      Times times =
          new Times(CronTimes.of(spec.schedule(), ZoneId.of(spec.timeZone())), spec.duration());
      return new Window(text, Optional.of(times));
    } catch (IllegalArgumentException | DateTimeException e) {
      return new Window(text, Optional.empty());
    }
  }

  boolean open(Instant now) {
    return times.filter(known -> known.open(now)).isPresent();
  }

  Optional<Instant> nextOpening(Instant now) {
    return times.flatMap(known -> known.openings().next(now));
  }

  /** When it opens and for how long. */
  record Times(CronTimes openings, Duration duration) {

    boolean open(Instant now) {
      return openings.last(now).filter(opened -> now.isBefore(opened.plus(duration))).isPresent();
    }
  }
}
