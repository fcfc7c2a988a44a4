package dev.keyturn.gotemplate.value;

import java.time.OffsetDateTime;
import java.time.format.TextStyle;
import java.util.Locale;

/** Go's {@code Time.Format}. */
public final class TimeFormat {

  /** Go's {@code time.RFC3339Nano}, which is how times look in JSON. */
  public static final String RFC_3339_NANO = "2006-01-02T15:04:05.999999999Z07:00";

  /** Longer layouts are made of repetitions only, and each of their pieces is an object. */
  private static final int LONGEST = 1000;

  private TimeFormat() {}

  /** The layout, unless it is longer than any that a person writes. */
  public static String checked(String layout) throws Failure {
    if (layout.length() > LONGEST) {
      throw Failure.limit("a date layout is longer than " + LONGEST + " bytes");
    }
    return layout;
  }

  public static String format(Moment moment, String layout) {
    StringBuilder out = new StringBuilder(layout.length() + 16);
    for (TimeLayout.Piece piece : TimeLayout.pieces(layout)) {
      append(out, moment, piece);
    }
    return out.toString();
  }

  private static void append(StringBuilder out, Moment moment, TimeLayout.Piece piece) {
    OffsetDateTime at = moment.at();
    int hour12 = (at.getHour() + 11) % 12 + 1;
    switch (piece.field()) {
      case LITERAL -> out.append(piece.text());
      case LONG_MONTH -> out.append(at.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
      case MONTH -> out.append(at.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH), 0, 3);
      case NUMBER_MONTH -> out.append(at.getMonthValue());
      case ZERO_MONTH -> padded(out, at.getMonthValue(), 2, '0');
      case LONG_WEEKDAY ->
          out.append(at.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
      case WEEKDAY ->
          out.append(at.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH), 0, 3);
      case DAY -> out.append(at.getDayOfMonth());
      case SPACE_DAY -> padded(out, at.getDayOfMonth(), 2, ' ');
      case ZERO_DAY -> padded(out, at.getDayOfMonth(), 2, '0');
      case SPACE_YEAR_DAY -> padded(out, at.getDayOfYear(), 3, ' ');
      case ZERO_YEAR_DAY -> padded(out, at.getDayOfYear(), 3, '0');
      case HOUR -> padded(out, at.getHour(), 2, '0');
      case HOUR_12 -> out.append(hour12);
      case ZERO_HOUR_12 -> padded(out, hour12, 2, '0');
      case MINUTE -> out.append(at.getMinute());
      case ZERO_MINUTE -> padded(out, at.getMinute(), 2, '0');
      case SECOND -> out.append(at.getSecond());
      case ZERO_SECOND -> padded(out, at.getSecond(), 2, '0');
      case LONG_YEAR -> padded(out, at.getYear(), 4, '0');
      case YEAR -> padded(out, Math.abs(at.getYear() % 100), 2, '0');
      case UPPER_PM -> out.append(at.getHour() >= 12 ? "PM" : "AM");
      case LOWER_PM -> out.append(at.getHour() >= 12 ? "pm" : "am");
      case ZONE_NAME -> out.append(moment.zone().isEmpty() ? offset(at, "-0700") : moment.zone());
      case OFFSET -> out.append(offset(at, piece.text()));
      case OFFSET_OR_Z ->
          out.append(at.getOffset().getTotalSeconds() == 0 ? "Z" : offset(at, piece.text()));
      case FRACTION -> out.append(fraction(at, piece.text()));
      case FRACTION_TRIMMED -> {
        String digits = fraction(at, piece.text());
        int end = digits.length();
        while (end > 1 && digits.charAt(end - 1) == '0') {
          end--;
        }
        out.append(digits, 0, end == 1 ? 0 : end);
      }
    }
  }

  private static void padded(StringBuilder out, int number, int width, char pad) {
    if (number < 0) {
      out.append('-');
    }
    String digits = Integer.toString(Math.abs(number));
    out.repeat(pad, Math.max(width - digits.length(), 0)).append(digits);
  }

  private static String fraction(OffsetDateTime at, String piece) {
    String nanos = Integer.toString(1_000_000_000 + at.getNano()).substring(1);
    return piece.charAt(0) + nanos.substring(0, Math.min(piece.length() - 1, nanos.length()));
  }

  private static String offset(OffsetDateTime at, String shape) {
    int seconds = at.getOffset().getTotalSeconds();
    StringBuilder out = new StringBuilder().append(seconds / 60 < 0 ? '-' : '+');
    int size = Math.abs(seconds);
    String colon = shape.indexOf(':') > 0 ? ":" : "";
    int digits = shape.replace(":", "").length() - 1;
    padded(out, size / 3600, 2, '0');
    if (digits > 2) {
      padded(out.append(colon), size / 60 % 60, 2, '0');
    }
    if (digits > 4) {
      padded(out.append(colon), size % 60, 2, '0');
    }
    return out.toString();
  }
}
