package dev.keyturn.ops;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronField;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.model.time.generator.FieldValueGeneratorFactory;
import com.cronutils.parser.CronParser;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The times of a cron expression of five fields in a time zone.
 *
 * <p>A list of minutes takes 2 ms to read, and whoever has {@code edit} may write thousands: so
 * what was read is kept, with the two times around the one that was asked for last. That is no
 * bound, since he may write more than are kept, and for 31 February the library would look for 100
 * ms each time, through a hundred years: so it is not asked.
 */
public final class CronTimes {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
  private static final Cache<Line, CronTimes> KNOWN =
      Caffeine.newBuilder().maximumSize(1_000).build();

  private final Optional<ExecutionTime> times;
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

  private CronTimes(Optional<ExecutionTime> times, ZoneId zone) {
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
        new Line(expression, zone), line -> new CronTimes(read(line.expression()), line.zone()));
  }

  /** Empty where it never comes. */
  static Optional<ExecutionTime> read(String expression) {
    Cron cron = PARSER.parse(expression);
    return comes(cron) ? Optional.of(ExecutionTime.forCron(cron)) : Optional.empty();
  }

  private static boolean comes(Cron cron) {
    // Where there are days of the week as well, these do, and they come in every month.
    if (!(cron.retrieve(CronFieldName.DAY_OF_WEEK).getExpression() instanceof Always)) {
      return true;
    }
    int firstDay = Collections.min(values(cron.retrieve(CronFieldName.DAY_OF_MONTH), 31));
    return values(cron.retrieve(CronFieldName.MONTH), 12).stream()
        .anyMatch(month -> firstDay <= Month.of(month).maxLength());
  }

  private static List<Integer> values(CronField field, int last) {
    return FieldValueGeneratorFactory.forCronField(field).generateCandidates(1, last);
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
    Optional<Instant> next =
        times.flatMap(it -> it.nextExecution(time.atZone(zone))).map(ZonedDateTime::toInstant);
    // The library looks before the given second, never at it.
    Optional<Instant> last =
        times
            .filter(_ -> next.isPresent())
            .flatMap(
                it ->
                    it.lastExecution(
                        time.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).atZone(zone)))
            .map(ZonedDateTime::toInstant);
    return new Span(last.orElse(time), last, next);
  }
}
