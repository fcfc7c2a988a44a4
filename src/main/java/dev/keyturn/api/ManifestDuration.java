package dev.keyturn.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations in manifests: as Go writes them ({@code 1h30m}), of which the sizes that make sense
 * there, or a plain number of seconds.
 */
public final class ManifestDuration {
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final Pattern PART =
      Pattern.compile("([0-9]{1,9})([.][0-9]{1,9})?(ns|us|µs|ms|s|m|h)");

  private static final Duration YEAR = Duration.ofSeconds(SchemaRules.YEAR);

  private ManifestDuration() {}

  /**
   * More than a year counts as a year. The schema refuses it; an object that was stored before it
   * did goes on, and nothing that is added to a time can overflow.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static Duration parse(String text) {
    if (SECONDS.matcher(text).matches()) {
      return atMostAYear(Duration.ofSeconds(Long.parseLong(text)));
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    int end = 0;
    while (part.find() && part.start() == end) {
      ChronoUnit unit = unit(part.group(3));
      sum = sum.plus(Long.parseLong(part.group(1)), unit);
      if (part.group(2) != null) {
        sum = sum.plusNanos(fraction(part.group(2), unit));
      }
      end = part.end();
    }
    if (end == 0 || end != text.length()) {
      throw new IllegalArgumentException("'" + text + "': " + SchemaRules.DURATION_SENTENCE);
    }
    return atMostAYear(sum);
  }

  private static Duration atMostAYear(Duration duration) {
    return duration.compareTo(YEAR) > 0 ? YEAR : duration;
  }

  /** The shortest text that {@link #parse} reads back: {@code 1h30m}, {@code 0s}. */
  public static String format(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toNanosPart(), "ns");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number != 0) {
      text.append(number).append(unit);
    }
  }

  private static ChronoUnit unit(String name) {
    return switch (name) {
      case "ns" -> ChronoUnit.NANOS;
      case "us", "µs" -> ChronoUnit.MICROS;
      case "ms" -> ChronoUnit.MILLIS;
      case "s" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MINUTES;
      default -> ChronoUnit.HOURS;
    };
  }

  /** Nanoseconds, rounded down, as Go does. */
  private static long fraction(String digits, ChronoUnit unit) {
    return new BigDecimal(digits)
        .multiply(BigDecimal.valueOf(unit.getDuration().toNanos()))
        .longValue();
  }

  /** Reads a duration field. */
  static final class Deserializer extends StdScalarDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    Deserializer() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getValueAsString("");
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        return (Duration)
            context.handleWeirdStringValue(Duration.class, text, SchemaRules.DURATION_SENTENCE);
      }
    }
  }

  /** Writes a duration field. */
  static final class Serializer extends StdScalarSerializer<Duration> {
    private static final long serialVersionUID = 1L;

    Serializer() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeString(format(value));
    }
  }
}
