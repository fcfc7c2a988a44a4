package dev.keyturn.ops;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The times of a cron expression of five fields in a time zone.
 *
 * <p>A list of minutes takes 2 ms to read, and 31 February 100 ms to look for, and whoever has
 * {@code edit} may write thousands: so what was read is kept, with the two times around the one
 * that was asked for last.
 */
public final class CronTimes {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
  private static final Cache<Line, CronTimes> KNOWN =
      Caffeine.newBuilder().maximumSize(1_000).build();

  private final ExecutionTime times;
  private final ZoneId zone;
  private volatile Span span = Span.NONE;

  private record Line(String expression, ZoneId zone) {}

  /** Between two times that follow each other. */
  private record Span(Instant from, Optional<Instant> last, Optional<Instant> next) {
    static final Span NONE = new Span(Instant.MAX, Optional.empty(), Optional.empty());

    boolean holds(Instant time) {
      return !time.isBefore(from) && next.map(time::isBefore).orElse(true);
    }
  }

  private CronTimes(ExecutionTime times, ZoneId zone) {
    this.times = times;
    this.zone = zone;
  }

  /**
   * Those of this expression.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static CronTimes of(String expression, ZoneId zone) {
    return KNOWN.get(
        new Line(expression, zone),
        line -> new CronTimes(ExecutionTime.forCron(PARSER.parse(line.expression())), line.zone()));
  }

  /** The latest that is not after {@code time}. */
  public Optional<Instant> last(Instant time) {
    return around(time).last();
  }

  /** The first after {@code time}. */
  public Optional<Instant> next(Instant time) {
    return around(time).next();
  }

  private Span around(Instant time) {
    Span known = span;
    if (!known.holds(time)) {
      known = look(time);
      span = known;
    }
    return known;
  }

  /** What never comes again never came: there is no field for years. */
  private Span look(Instant time) {
    Optional<Instant> next = times.nextExecution(time.atZone(zone)).map(ZonedDateTime::toInstant);
    // The library looks before the given second, never at it.
    Optional<Instant> last =
        next.flatMap(
            _ ->
                times
                    .lastExecution(time.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).atZone(zone))
                    .map(ZonedDateTime::toInstant));
    return new Span(last.orElse(time), last, next);
  }
}
