package dev.keyturn.restart.decide;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.keyturn.api.RestartSpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
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
      ExecutionTime schedule =
          ExecutionTime.forCron(
              new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                  .parse(spec.schedule()));
      Times times = new Times(schedule, ZoneId.of(spec.timeZone()), spec.duration());
      return new Window(text, Optional.of(times));
    } catch (IllegalArgumentException | DateTimeException e) {
      return new Window(text, Optional.empty());
    }
  }

  boolean open(Instant now) {
    return times.filter(known -> known.open(now)).isPresent();
  }

  Optional<Instant> nextOpening(Instant now) {
    return times.flatMap(known -> known.next(now));
  }

  /** When it opens and for how long. */
  record Times(ExecutionTime schedule, ZoneId zone, Duration duration) {

    boolean open(Instant now) {
      return schedule
          .lastExecution(at(now.plusSeconds(1)))
          .filter(opened -> now.isBefore(opened.toInstant().plus(duration)))
          .isPresent();
    }

    Optional<Instant> next(Instant now) {
      return schedule.nextExecution(at(now)).map(ZonedDateTime::toInstant);
    }

    private ZonedDateTime at(Instant time) {
      return time.atZone(zone);
    }
  }
}
