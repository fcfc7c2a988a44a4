package dev.keyturn.render;

import dev.keyturn.api.ManifestDuration;
import dev.keyturn.api.SyncWindows;
import dev.keyturn.ops.CronTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** A window that opens by a schedule, in UTC, and stays open for a time, its last instant too. */
record CronWindow(Schedule schedule, Duration duration) {
  private static final String EVERY = "@every ";

  /** Overlapping windows may go on for ever; after that many one looks again when it is time. */
  private static final int MAX_STEPS = 10;

  /** When a window opens. */
  sealed interface Schedule {
    /** The latest opening that is not after {@code time}. */
    Optional<Instant> last(Instant time);

    Optional<Instant> next(Instant time);

    record Cron(CronTimes times) implements Schedule {
      @Override
      public Optional<Instant> last(Instant time) {
        return times.last(time);
      }

      @Override
      public Optional<Instant> next(Instant time) {
        return times.next(time);
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
    return new Schedule.Cron(CronTimes.of(expression, ZoneOffset.UTC));
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

  /** The first instant from {@code time} on at which none of them may be open. */
  static Instant allClosed(List<CronWindow> windows, Instant time) {
    Instant at = time;
    for (int i = 0; i < MAX_STEPS; i++) {
      Instant now = at;
      Optional<Instant> closing =
          windows.stream().flatMap(w -> w.closing(now).stream()).max(Instant::compareTo);
      if (closing.isEmpty()) {
        return at;
      }
      at = closing.get().plusMillis(1);
    }
    return at;
  }
}
