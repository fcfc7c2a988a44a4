package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.GoDuration;
import dev.keyturn.gotemplate.value.GoNumbers;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.Moment;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.TimeFormat;
import dev.keyturn.gotemplate.value.TimeParse;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;

/** Dates and durations. The local zone is UTC: the operator's own is nobody's business. */
final class DateFunctions {

  private static final String HTML = "2006-01-02";

  private DateFunctions() {}

  static List<Function> functions() {
    List<Type> textAny = List.of(Type.STRING, Type.ANY);
    List<Type> modify = List.of(Type.STRING, Type.MOMENT);
    Function inZone =
        Function.of(
                "dateInZone",
                List.of(Type.STRING, Type.ANY, Type.STRING),
                a -> format(a, a.text(0), a.get(1), a.text(2)))
            .varying();
    Function dateModify = Function.of("dateModify", modify, a -> modify(a, false));
    Function mustModify = Function.of("mustDateModify", modify, a -> modify(a, true));
    return List.of(
        Function.of("now", List.of(), a -> Moment.of(a.world().clock().instant(), ZoneOffset.UTC))
            .varying(),
        // These tell the date of now if they are given anything but a date.
        Function.of("date", textAny, a -> format(a, a.text(0), a.get(1), "UTC")).varying(),
        inZone,
        inZone.named("date_in_zone"),
        Function.of("htmlDate", List.of(Type.ANY), a -> format(a, HTML, a.get(0), "UTC")).varying(),
        Function.of(
                "htmlDateInZone",
                List.of(Type.ANY, Type.STRING),
                a -> format(a, HTML, a.get(0), a.text(1)))
            .varying(),
        dateModify,
        dateModify.named("date_modify"),
        mustModify,
        mustModify.named("must_date_modify"),
        Function.of("ago", List.of(Type.ANY), DateFunctions::ago).varying(),
        Function.of("duration", List.of(Type.ANY), DateFunctions::duration),
        Function.of("durationRound", List.of(Type.ANY), DateFunctions::rounded).varying(),
        Function.of(
            "toDate",
            List.of(Type.STRING, Type.STRING),
            a -> TimeParse.parse(TimeFormat.checked(a.text(0)), a.text(1)).orElse(Moment.ZERO)),
        Function.of("mustToDate", List.of(Type.STRING, Type.STRING), DateFunctions::mustToDate),
        Function.of(
            "unixEpoch",
            List.of(Type.MOMENT),
            a -> new Text(Long.toString(a.moment(0).at().toEpochSecond()))));
  }

  private static Moment moment(Arguments a, Value value) {
    return switch (value) {
      case Moment moment -> moment;
      case Int number when isSeconds(number) ->
          Moment.of(
              Instant.ofEpochSecond(
                  Math.clamp(
                      number.value(), Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond())),
              ZoneOffset.UTC);
      default -> Moment.of(a.world().clock().instant(), ZoneOffset.UTC);
    };
  }

  private static boolean isSeconds(Int number) {
    return number.width() == Int.Width.INT || number.width() == Int.Width.INT64;
  }

  private static Value format(Arguments a, String layout, Value date, String zone) throws Failure {
    TimeFormat.checked(layout);
    Instant instant = moment(a, date).at().toInstant();
    return new Text(TimeFormat.format(Moment.of(instant, zone(zone)), layout));
  }

  private static ZoneId zone(String name) {
    try {
      boolean utc = name.isEmpty() || name.equals("Local") || name.equals("UTC");
      // Java takes offsets for zones, Go does not.
      boolean offset = name.startsWith("+") || name.startsWith("-") || name.equals("Z");
      return utc || offset ? ZoneOffset.UTC : ZoneId.of(Utf8.toUnicode(name));
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }

  private static Value modify(Arguments a, boolean must) throws Failure {
    OptionalLong nanos = GoDuration.parse(a.text(0));
    if (nanos.isEmpty() && must) {
      throw Failure.because("invalid duration");
    }
    return a.moment(1).plus(Duration.ofNanos(nanos.orElse(0)));
  }

  private static Value ago(Arguments a) {
    Duration since = since(a, moment(a, a.get(0)).at());
    long seconds = since.toSeconds() + (since.toNanosPart() >= 500_000_000 ? 1 : 0);
    return new Text(GoDuration.format(Math.multiplyExact(bounded(seconds), 1_000_000_000L)));
  }

  /** Go's durations end at 292 years. */
  private static long bounded(long seconds) {
    return Math.clamp(seconds, -9_223_372_036L, 9_223_372_036L);
  }

  private static Duration since(Arguments a, OffsetDateTime moment) {
    return Duration.between(moment.toInstant(), a.world().clock().instant());
  }

  private static Value duration(Arguments a) {
    long seconds =
        switch (a.get(0)) {
          case Text text -> GoNumbers.nearestInt(text.bytes());
          case Int number when number.width() == Int.Width.INT64 -> number.value();
          default -> 0;
        };
    return new Text(GoDuration.format(seconds * 1_000_000_000L));
  }

  private static Value rounded(Arguments a) {
    long nanos =
        switch (a.get(0)) {
          case Text text -> GoDuration.parse(text.bytes()).orElse(0);
          case Int number when number.width() == Int.Width.INT64 -> number.value();
          case Moment moment -> bounded(since(a, moment.at()).toSeconds()) * 1_000_000_000L;
          default -> 0;
        };
    long seconds = Math.abs(nanos / 1_000_000_000L);
    // Units are shown once they are exceeded: sixty seconds are "60s", not "1m".
    boolean rest = Math.abs(nanos) % 1_000_000_000L != 0;
    long[] sizes = {365L * 86_400, 30L * 86_400, 86_400, 3600, 60, 1};
    String[] units = {"y", "mo", "d", "h", "m", "s"};
    for (int i = 0; i < sizes.length; i++) {
      if (seconds > sizes[i] || (seconds == sizes[i] && rest)) {
        return new Text(seconds / sizes[i] + units[i]);
      }
    }
    return new Text("0s");
  }

  private static Value mustToDate(Arguments a) throws Failure {
    return TimeParse.parse(TimeFormat.checked(a.text(0)), a.text(1))
        .orElseThrow(() -> Failure.because("the date does not fit the layout"));
  }
}
