package dev.keyturn.render;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.keyturn.api.ManifestDuration;
import dev.keyturn.api.SyncWindows;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** A window that opens by a schedule, in UTC, and stays open for a time, its last instant too. */
record CronWindow(Schedule schedule, Duration duration) {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
  private static final String EVERY = "@every ";

  /** Overlapping windows could go on for ever; after that many we stop looking. */
  private static final int MAX_STEPS = 1000;

  /** When a window opens. */
  sealed interface Schedule {
    /** The latest opening that is not after {@code time}. */
    Optional<Instant> last(Instant time);

    Optional<Instant> next(Instant time);

    record Cron(ExecutionTime times) implements Schedule {
      @Override
      public Optional<Instant> last(Instant time) {
        // The library looks before the given second, never at it.
        return times
            .lastExecution(utc(time).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))
            .map(ZonedDateTime::toInstant);
      }

      @Override
      public Optional<Instant> next(Instant time) {
        return times.nextExecution(utc(time)).map(ZonedDateTime::toInstant);
      }

      private static ZonedDateTime utc(Instant time) {
        return time.atZone(ZoneOffset.UTC);
      }
    }

    /** Counted from the epoch, so that it does not depend on when somebody looks. */
    record Every(Duration interval) implements Schedule {
      @Override
      public Optional<Instant> last(Instant time) {
        long step = interval.toSeconds();
        return Optional.of(
            Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), step) * step));
      }

      @Override
      public Optional<Instant> next(Instant time) {
        return last(time).map(opening -> opening.plus(interval));
      }
    }
  }

  static Optional<CronWindow> parse(SyncWindows.Window window) {
    try {
      return Optional.of(new CronWindow(schedule(window.schedule()), window.duration()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Schedule schedule(String text) {
    if (text.startsWith(EVERY)) {
      Duration interval = ManifestDuration.parse(text.substring(EVERY.length()).strip());
      if (interval.toSeconds() < 1) {
        throw new IllegalArgumentException("an interval is at least a second");
      }
      return new Schedule.Every(Duration.ofSeconds(interval.toSeconds()));
    }
    String expression =
        switch (text) {
          case "@yearly", "@annually" -> "0 0 1 1 *";
          case "@monthly" -> "0 0 1 * *";
          case "@weekly" -> "0 0 * * 0";
          case "@daily", "@midnight" -> "0 0 * * *";
          case "@hourly" -> "0 * * * *";
          default -> text.replace('?', '*');
        };
    return new Schedule.Cron(ExecutionTime.forCron(PARSER.parse(expression).validate()));
  }

  boolean isOpen(Instant time) {
    return closing(time).isPresent();
  }

  /** When the window closes that is open at that time. */
  private Optional<Instant> closing(Instant time) {
    return schedule
        .last(time)
        .map(opening -> opening.plus(duration))
        .filter(closing -> !closing.isBefore(time));
  }

  Optional<Instant> nextOpening(Instant time) {
    return schedule.next(time);
  }

  /** The first instant from {@code time} on at which none of them is open. */
  static Optional<Instant> allClosed(List<CronWindow> windows, Instant time) {
    Instant at = time;
    for (int i = 0; i < MAX_STEPS; i++) {
      Instant now = at;
      Optional<Instant> closing =
          windows.stream().flatMap(w -> w.closing(now).stream()).max(Instant::compareTo);
      if (closing.isEmpty()) {
        return Optional.of(at);
      }
      at = closing.get().plusMillis(1);
    }
    return Optional.empty();
  }
}
