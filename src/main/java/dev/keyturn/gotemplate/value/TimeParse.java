package dev.keyturn.gotemplate.value;

import dev.keyturn.gotemplate.value.TimeLayout.Piece;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Go's {@code time.Parse}; dates without a zone are UTC. */
public final class TimeParse {

  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  private static final List<String> WEEKDAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

  private final String value;
  private int at;
  private boolean fits = true;
  private int year;
  private int month = -1;
  private int day = -1;
  private int yearDay = -1;
  private int hour;
  private int minute;
  private int second;
  private int nanos;
  private boolean pm;
  private boolean pmSet;
  private int offset;
  private boolean offsetSet;
  private boolean utc;
  private String zone = "";

  private TimeParse(String value) {
    this.value = value;
  }

  /** Reads a date by a layout, or nothing if it does not fit. */
  public static Optional<Moment> parse(String layout, String value) {
    TimeParse run = new TimeParse(value);
    List<Piece> pieces = TimeLayout.pieces(layout);
    for (int i = 0; run.fits && i < pieces.size(); i++) {
      boolean fractionNext =
          i + 1 < pieces.size()
              && (pieces.get(i + 1).field() == TimeLayout.Field.FRACTION
                  || pieces.get(i + 1).field() == TimeLayout.Field.FRACTION_TRIMMED);
      run.read(pieces.get(i), fractionNext);
    }
    return run.fits && run.at == value.length() ? run.moment() : Optional.empty();
  }

  private void read(Piece piece, boolean fractionNext) {
    switch (piece.field()) {
      case LITERAL -> literal(piece.text());
      case LONG_MONTH -> month = 1 + name(MONTHS, false);
      case MONTH -> month = 1 + name(MONTHS, true);
      case LONG_WEEKDAY -> name(WEEKDAYS, false);
      case WEEKDAY -> name(WEEKDAYS, true);
      case NUMBER_MONTH -> month = between(number(1, 2), 1, 12);
      case ZERO_MONTH -> month = between(number(2, 2), 1, 12);
      case DAY -> day = number(1, 2);
      case SPACE_DAY -> {
        skipSpace(1);
        day = number(1, 2);
      }
      case ZERO_DAY -> day = number(2, 2);
      case SPACE_YEAR_DAY -> {
        skipSpace(2);
        yearDay = number(1, 3);
      }
      case ZERO_YEAR_DAY -> yearDay = number(3, 3);
      case HOUR -> hour = between(number(1, 2), 0, 23);
      case HOUR_12 -> hour = between(number(1, 2), 0, 12);
      case ZERO_HOUR_12 -> hour = between(number(2, 2), 0, 12);
      case MINUTE -> minute = between(number(1, 2), 0, 59);
      case ZERO_MINUTE -> minute = between(number(2, 2), 0, 59);
      case SECOND -> second(number(1, 2), fractionNext);
      case ZERO_SECOND -> second(number(2, 2), fractionNext);
      case LONG_YEAR -> year = number(4, 4);
      case YEAR -> {
        int two = number(2, 2);
        year = two >= 69 ? two + 1900 : two + 2000;
      }
      case UPPER_PM -> afternoon("PM", "AM");
      case LOWER_PM -> afternoon("pm", "am");
      case ZONE_NAME -> zoneName();
      case OFFSET -> offset(piece.text());
      case OFFSET_OR_Z -> {
        if (value.startsWith("Z", at)) {
          at++;
          utc = true;
        } else {
          offset(piece.text());
        }
      }
      case FRACTION -> fraction(piece.text().length() - 1, true);
      case FRACTION_TRIMMED -> {
        if (at + 1 < value.length() && isSeparator(value.charAt(at)) && isDigit(at + 1)) {
          fraction(digitsFrom(at + 1), true);
        }
      }
    }
  }

  private static boolean isSeparator(char c) {
    return c == '.' || c == ',';
  }

  private boolean isDigit(int place) {
    return place < value.length() && value.charAt(place) >= '0' && value.charAt(place) <= '9';
  }

  private int digitsFrom(int place) {
    int end = place;
    while (isDigit(end)) {
      end++;
    }
    return end - place;
  }

  /** A space in the layout stands for any number of spaces. */
  private void literal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == ' ') {
        boolean none = at < value.length() && value.charAt(at) != ' ';
        fits &= !none;
        while (at < value.length() && value.charAt(at) == ' ') {
          at++;
        }
        while (i + 1 < text.length() && text.charAt(i + 1) == ' ') {
          i++;
        }
      } else if (at < value.length() && value.charAt(at) == text.charAt(i)) {
        at++;
      } else {
        fits = false;
        return;
      }
    }
  }

  private void skipSpace(int most) {
    for (int i = 0; i < most && at < value.length() && value.charAt(at) == ' '; i++) {
      at++;
    }
  }

  private int number(int least, int most) {
    int digits = Math.min(digitsFrom(at), most);
    if (digits < least) {
      fits = false;
      return 0;
    }
    int number = Integer.parseInt(value.substring(at, at + digits));
    at += digits;
    return number;
  }

  private int between(int number, int least, int most) {
    fits &= number >= least && number <= most;
    return number;
  }

  private int name(List<String> names, boolean shortened) {
    for (int i = 0; i < names.size(); i++) {
      String name = shortened ? names.get(i).substring(0, 3) : names.get(i);
      if (value.regionMatches(true, at, name, 0, name.length())) {
        at += name.length();
        return i;
      }
    }
    fits = false;
    return 0;
  }

  private void second(int number, boolean fractionNext) {
    second = between(number, 0, 59);
    // A fraction is read even where the layout has none.
    if (!fractionNext
        && at + 1 < value.length()
        && isSeparator(value.charAt(at))
        && isDigit(at + 1)) {
      fraction(digitsFrom(at + 1), true);
    }
  }

  private void fraction(int digits, boolean separated) {
    int start = at + (separated ? 1 : 0);
    boolean there =
        at < value.length() && isSeparator(value.charAt(at)) && digitsFrom(start) >= digits;
    if (!there || digits == 0) {
      fits = false;
      return;
    }
    String text = value.substring(start, start + Math.min(digits, 9));
    nanos = Integer.parseInt(text + "0".repeat(9 - text.length()));
    at = start + digits;
  }

  private void afternoon(String after, String before) {
    pmSet = true;
    pm = value.startsWith(after, at);
    fits &= pm || value.startsWith(before, at);
    at += 2;
  }

  private void offset(String shape) {
    boolean signed = at < value.length() && "+-".indexOf(value.charAt(at)) >= 0;
    if (!signed || value.length() - at < shape.length()) {
      fits = false;
      return;
    }
    int sign = value.charAt(at) == '-' ? -1 : 1;
    String text = value.substring(at + 1, at + shape.length());
    boolean colons = shape.indexOf(':') > 0;
    String digits = colons ? text.replace(":", "") : text;
    boolean shaped = !colons || text.charAt(2) == ':';
    if (!shaped
        || digits.length() % 2 != 0
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      fits = false;
      return;
    }
    int minutes = digits.length() > 2 ? Integer.parseInt(digits.substring(2, 4)) : 0;
    int seconds = digits.length() > 4 ? Integer.parseInt(digits.substring(4, 6)) : 0;
    int size = Integer.parseInt(digits.substring(0, 2)) * 3600;
    // Some people do write sixty minutes.
    size += between(minutes, 0, 60) * 60 + between(seconds, 0, 60);
    offset = between(sign * size, -18 * 3600, 18 * 3600);
    offsetSet = true;
    at += shape.length();
  }

  /** An abbreviation; which zone it means is not looked up. */
  private void zoneName() {
    if (value.startsWith("UTC", at)) {
      utc = true;
      at += 3;
      return;
    }
    int length = ZoneName.length(value.substring(at));
    fits &= length > 0;
    zone = value.substring(at, at + length);
    at += length;
  }

  private Optional<Moment> moment() {
    int clock = pmSet && pm && hour < 12 ? hour + 12 : pmSet && !pm && hour == 12 ? 0 : hour;
    try {
      LocalDateTime local;
      if (yearDay >= 0) {
        local = Year.of(year).atDay(yearDay).atTime(clock, minute, second, nanos);
        boolean agrees =
            (month < 0 || month == local.getMonthValue())
                && (day < 0 || day == local.getDayOfMonth());
        if (!agrees) {
          return Optional.empty();
        }
      } else {
        local =
            LocalDateTime.of(
                year, Math.max(month, 1), day < 0 ? 1 : day, clock, minute, second, nanos);
      }
      return Optional.of(inZone(local));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private Moment inZone(LocalDateTime local) {
    if (utc || (!offsetSet && zone.isEmpty())) {
      return new Moment(local.atOffset(ZoneOffset.UTC), "UTC");
    }
    if (offsetSet) {
      String name = offset == 0 && zone.isEmpty() ? "UTC" : zone;
      return new Moment(local.atOffset(ZoneOffset.ofTotalSeconds(offset)), name);
    }
    // Go takes the clock for that of UTC, whatever GMT+3 says, and shows it three hours later.
    int hours = ZoneName.hours(zone);
    return new Moment(
        local.atOffset(ZoneOffset.UTC).withOffsetSameInstant(ZoneOffset.ofHours(hours)), zone);
  }
}
