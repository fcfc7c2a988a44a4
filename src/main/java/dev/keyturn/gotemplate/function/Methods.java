package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.KeyPair;
import dev.keyturn.gotemplate.value.Moment;
import dev.keyturn.gotemplate.value.SemanticVersion;
import dev.keyturn.gotemplate.value.Struct;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.TimeFormat;
import dev.keyturn.gotemplate.value.Value;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Fields and methods of Go structs, as functions whose first argument is the struct. */
public final class Methods {

  private Methods() {}

  /** The method of this name, if the struct has one that can be used here. */
  public static Optional<Function> of(Struct struct, String name) {
    return switch (struct) {
      case KeyPair pair -> ofKeyPair(pair, name);
      case Moment _ -> ofMoment(name);
      case SemanticVersion _ -> ofVersion(name);
    };
  }

  private static Optional<Function> ofKeyPair(KeyPair pair, String name) {
    return switch (name) {
      case "Cert" -> field(Type.KEY_PAIR, name, new Text(pair.cert()));
      case "Key" -> field(Type.KEY_PAIR, name, new Text(pair.key()));
      default -> Optional.empty();
    };
  }

  private static Optional<Function> field(Type type, String name, Value value) {
    return Optional.of(Function.of(name, List.of(type), _ -> value));
  }

  private static Optional<Function> method(Type type, String name, Function.Body body) {
    return Optional.of(Function.of(name, List.of(type), body));
  }

  private static Optional<Function> method(
      Type type, String name, List<Type> parameters, Function.Body body) {
    List<Type> all = new java.util.ArrayList<>(List.of(type));
    all.addAll(parameters);
    return Optional.of(Function.of(name, all, body));
  }

  private static Optional<Function> ofMoment(String name) {
    Type type = Type.MOMENT;
    return switch (name) {
      case "Format" -> method(type, name, List.of(Type.STRING), Methods::format);
      case "String" -> method(type, name, a -> new Text(a.moment(0).text()));
      case "Unix" -> method(type, name, a -> Int.of64(a.moment(0).at().toEpochSecond()));
      case "UnixMilli" ->
          method(type, name, a -> Int.of64(a.moment(0).at().toInstant().toEpochMilli()));
      case "UnixNano" -> method(type, name, a -> Int.of64(nanos(a.moment(0))));
      case "Year" -> method(type, name, a -> Int.of(a.moment(0).at().getYear()));
      case "YearDay" -> method(type, name, a -> Int.of(a.moment(0).at().getDayOfYear()));
      case "Month" ->
          method(type, name, a -> new Int(a.moment(0).at().getMonthValue(), Int.Width.MONTH));
      case "Weekday" ->
          method(
              type,
              name,
              a -> new Int(a.moment(0).at().getDayOfWeek().getValue() % 7, Int.Width.WEEKDAY));
      case "Day" -> method(type, name, a -> Int.of(a.moment(0).at().getDayOfMonth()));
      case "Hour" -> method(type, name, a -> Int.of(a.moment(0).at().getHour()));
      case "Minute" -> method(type, name, a -> Int.of(a.moment(0).at().getMinute()));
      case "Second" -> method(type, name, a -> Int.of(a.moment(0).at().getSecond()));
      case "Nanosecond" -> method(type, name, a -> Int.of(a.moment(0).at().getNano()));
      case "UTC", "Local" ->
          method(type, name, a -> Moment.of(a.moment(0).at().toInstant(), ZoneOffset.UTC));
      case "IsZero" -> method(type, name, a -> Bool.of(a.moment(0).at().isEqual(Moment.ZERO.at())));
      case "AddDate" -> method(type, name, List.of(Type.INT, Type.INT, Type.INT), Methods::addDate);
      case "After" ->
          method(
              type, name, List.of(type), a -> Bool.of(a.moment(0).at().isAfter(a.moment(1).at())));
      case "Before" ->
          method(
              type, name, List.of(type), a -> Bool.of(a.moment(0).at().isBefore(a.moment(1).at())));
      case "Equal" ->
          method(
              type, name, List.of(type), a -> Bool.of(a.moment(0).at().isEqual(a.moment(1).at())));
      case "Sub" -> method(type, name, List.of(type), Methods::difference);
      default -> Optional.empty();
    };
  }

  private static Value format(Arguments a) throws Failure {
    return new Text(TimeFormat.format(a.moment(0), TimeFormat.checked(a.text(1))));
  }

  private static long nanos(Moment moment) {
    var instant = moment.at().toInstant();
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }

  private static Value difference(Arguments a) {
    Duration between = Duration.between(a.moment(1).at(), a.moment(0).at());
    BigInteger nanos =
        BigInteger.valueOf(between.getSeconds())
            .multiply(BigInteger.valueOf(1_000_000_000))
            .add(BigInteger.valueOf(between.getNano()));
    boolean fits = nanos.bitLength() < 64;
    long most = nanos.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    return new Int(fits ? nanos.longValue() : most, Int.Width.DURATION);
  }

  private static Value addDate(Arguments a) throws Failure {
    for (int i = 1; i <= 3; i++) {
      if (Math.abs(a.integer(i)) > 1_000_000) {
        throw Failure.because("AddDate: more than a million years, months or days");
      }
    }
    Moment from = a.moment(0);
    // Go normalizes: February 30 is March 2. So days are added to the first of the month.
    int day = from.at().getDayOfMonth();
    var first = from.at().withDayOfMonth(1).plusYears(a.integer(1)).plusMonths(a.integer(2));
    return new Moment(first.plusDays(day - 1 + a.integer(3)), from.zone());
  }

  private static Optional<Function> ofVersion(String name) {
    Type type = Type.VERSION;
    return switch (name) {
      case "Major" -> method(type, name, a -> segment(a.version(0).major()));
      case "Minor" -> method(type, name, a -> segment(a.version(0).minor()));
      case "Patch" -> method(type, name, a -> segment(a.version(0).patch()));
      case "Prerelease" -> method(type, name, a -> new Text(a.version(0).pre()));
      case "Metadata" -> method(type, name, a -> new Text(a.version(0).metadata()));
      case "Original" -> method(type, name, a -> new Text(a.version(0).original()));
      case "String" -> method(type, name, a -> new Text(a.version(0).text()));
      case "Compare" ->
          method(type, name, List.of(type), a -> Int.of(a.version(0).compare(a.version(1))));
      case "Equal" ->
          method(type, name, List.of(type), a -> Bool.of(a.version(0).compare(a.version(1)) == 0));
      case "LessThan" ->
          method(type, name, List.of(type), a -> Bool.of(a.version(0).compare(a.version(1)) < 0));
      case "GreaterThan" ->
          method(type, name, List.of(type), a -> Bool.of(a.version(0).compare(a.version(1)) > 0));
      default -> Optional.empty();
    };
  }

  private static Value segment(BigInteger number) {
    return new Int(number.longValue(), Int.Width.UINT64);
  }
}
