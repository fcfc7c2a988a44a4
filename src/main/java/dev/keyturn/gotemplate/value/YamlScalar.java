package dev.keyturn.gotemplate.value;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What a plain YAML scalar means to go-yaml v2, which is YAML 1.1: {@code yes} is true. */
final class YamlScalar {

  private static final Pattern FLOAT =
      Pattern.compile("^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$");
  private static final Pattern BASE_60 =
      Pattern.compile("^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?$");

  /** A date may follow each of these. */
  private static final List<String> TIMESTAMPS =
      List.of(
          "2006-1-2T15:4:5.999999999Z07:00",
          "2006-1-2t15:4:5.999999999Z07:00",
          "2006-1-2 15:4:5.999999999",
          "2006-1-2");

  /** The kinds that a plain scalar can have. */
  sealed interface Meaning {
    record Null() implements Meaning {}

    record Truth(boolean value) implements Meaning {}

    record Whole(long value, boolean unsigned) implements Meaning {}

    record Floating(double value) implements Meaning {}

    /** A date, which stays text. */
    record Timestamp() implements Meaning {}

    record Plain() implements Meaning {}
  }

  private YamlScalar() {}

  static Meaning of(String text) {
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> new Meaning.Null();
      case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON" ->
          new Meaning.Truth(true);
      case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF" ->
          new Meaning.Truth(false);
      case ".nan", ".NaN", ".NAN" -> new Meaning.Floating(Double.NaN);
      case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" ->
          new Meaning.Floating(Double.POSITIVE_INFINITY);
      case "-.inf", "-.Inf", "-.INF" -> new Meaning.Floating(Double.NEGATIVE_INFINITY);
      default -> number(text).orElse(new Meaning.Plain());
    };
  }

  private static Optional<Meaning> number(String text) {
    char first = text.charAt(0);
    if (first == '.') {
      OptionalDouble real = GoNumbers.parseFloat(text);
      return real.isPresent()
          ? Optional.of(new Meaning.Floating(real.getAsDouble()))
          : Optional.empty();
    }
    if (first != '+' && first != '-' && (first < '0' || first > '9')) {
      return Optional.empty();
    }
    if (isTimestamp(text)) {
      return Optional.of(new Meaning.Timestamp());
    }
    String plain = text.replace("_", "");
    OptionalLong whole = GoNumbers.parseInt(plain, 0);
    if (whole.isPresent()) {
      return Optional.of(new Meaning.Whole(whole.getAsLong(), false));
    }
    OptionalLong unsigned = GoNumbers.parseUint(plain, 0);
    if (unsigned.isPresent()) {
      return Optional.of(new Meaning.Whole(unsigned.getAsLong(), true));
    }
    OptionalDouble real =
        FLOAT.matcher(plain).find() ? GoNumbers.parseFloat(plain) : OptionalDouble.empty();
    return real.isPresent()
        ? Optional.of(new Meaning.Floating(real.getAsDouble()))
        : Optional.empty();
  }

  private static boolean isTimestamp(String text) {
    boolean startsWithYear =
        text.length() > 4
            && text.charAt(4) == '-'
            && text.substring(0, 4).chars().allMatch(c -> c >= '0' && c <= '9');
    return startsWithYear
        && TIMESTAMPS.stream().anyMatch(layout -> TimeParse.parse(layout, text).isPresent());
  }

  /** Whether it can be written without quotes and is still read as text. */
  static boolean staysText(String text) {
    boolean maybe60 =
        !text.isEmpty() && "+-0123456789".indexOf(text.charAt(0)) >= 0 && text.indexOf(':') >= 0;
    return of(text) instanceof Meaning.Plain && !(maybe60 && BASE_60.matcher(text).find());
  }
}
