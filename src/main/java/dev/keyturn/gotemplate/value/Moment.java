package dev.keyturn.gotemplate.value;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;

/**
 * Go's {@code time.Time}.
 *
 * @param zone abbreviation of its zone, empty if it has none but an offset
 */
public record Moment(OffsetDateTime at, String zone) implements Struct {

  /** What Go makes of a date that it could not read. */
  public static final Moment ZERO =
      new Moment(OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), "UTC");

  private static final DateTimeFormatter ABBREVIATION =
      DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH);

  /** This instant as clocks of the zone show it. */
  public static Moment of(Instant instant, ZoneId zone) {
    var at = instant.atZone(zone);
    String name = zone.equals(ZoneOffset.UTC) ? "UTC" : ABBREVIATION.format(at);
    return new Moment(at.toOffsetDateTime(), name);
  }

  public Moment plus(Duration duration) {
    return new Moment(at.plus(duration), zone);
  }

  /** Go's {@code Time.String}. */
  public String text() {
    return TimeFormat.format(this, "2006-01-02 15:04:05.999999999 -0700 MST");
  }

  /** What Go calls a month, a weekday or a duration; empty for plain numbers. */
  static String nameOf(Int number) {
    return switch (number.width()) {
      case MONTH ->
          number.value() < 1 || number.value() > 12
              ? "%!Month(" + number.value() + ")"
              : Month.of((int) number.value()).getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case WEEKDAY ->
          DayOfWeek.of(number.value() == 0 ? 7 : (int) number.value())
              .getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case DURATION -> GoDuration.format(number.value());
      case INT, INT64, UINT8, UINT64 -> "";
    };
  }

  @Override
  public String type() {
    return "time.Time";
  }

  @Override
  public String kind() {
    return "struct";
  }
}
