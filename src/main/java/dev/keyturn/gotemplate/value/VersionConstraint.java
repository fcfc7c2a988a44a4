package dev.keyturn.gotemplate.value;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Masterminds/semver calls constraints: {@code >=1.2, <2 || ^3.x}. */
public final class VersionConstraint {

  private static final String VERSION =
      "v?([0-9|x|X|\\*]+)(\\.[0-9|x|X|\\*]+)?(\\.[0-9|x|X|\\*]+)?(-"
          + SemanticVersion.WORDS
          + ")?(\\+"
          + SemanticVersion.WORDS
          + ")?";
  private static final String OPERATORS = "=||!=|>|<|>=|=>|<=|=<|~|~>|\\^";
  private static final Pattern ONE =
      Pattern.compile("^\\s*(" + OPERATORS + ")\\s*(" + VERSION + ")\\s*$");
  private static final Pattern RANGE =
      Pattern.compile("\\s*(" + VERSION + ")\\s+-\\s+(" + VERSION + ")\\s*");
  private static final Pattern EACH = Pattern.compile("(" + OPERATORS + ")\\s*(" + VERSION + ")");
  private static final Pattern ALL =
      Pattern.compile(
          "^(\\s*(%s)\\s*(%s)\\s*)((?:\\s+|,\\s*)(%s)\\s*(%s)\\s*)*$"
              .formatted(OPERATORS, VERSION, OPERATORS, VERSION));

  /** From where on the parts of the version were left open. */
  private enum Open {
    NOTHING,
    PATCH,
    MINOR,
    MAJOR
  }

  private record Condition(String operator, SemanticVersion version, Open open) {}

  private final List<List<Condition>> alternatives;

  private VersionConstraint(List<List<Condition>> alternatives) {
    this.alternatives = alternatives;
  }

  public static VersionConstraint parse(String text, Budget budget) throws Failure {
    if (text.length() > SemanticVersion.LONGEST) {
      throw Failure.limit(
          "a version constraint is longer than " + SemanticVersion.LONGEST + " bytes");
    }
    budget.spend(text.length() * 10L);
    List<List<Condition>> alternatives = new ArrayList<>();
    for (String part : withoutRanges(Utf8.toUnicode(text)).split("\\|\\|", -1)) {
      if (!ALL.matcher(part).find()) {
        throw Failure.because("improper version constraint");
      }
      List<Condition> conditions = new ArrayList<>();
      Matcher each = EACH.matcher(part);
      while (each.find()) {
        conditions.add(condition(each.group()));
      }
      alternatives.add(conditions);
    }
    return new VersionConstraint(alternatives);
  }

  /** {@code 1.2 - 2.0} is {@code >= 1.2, <= 2.0}. */
  private static String withoutRanges(String text) {
    String result = text;
    Matcher range = RANGE.matcher(text);
    while (range.find()) {
      String both = ">= " + range.group(1) + ", <= " + range.group(11) + " ";
      int at = result.indexOf(range.group());
      result = result.substring(0, at) + both + result.substring(at + range.group().length());
    }
    return result;
  }

  private static Condition condition(String text) throws Failure {
    Matcher match = ONE.matcher(text);
    if (!match.find()) {
      throw Failure.because("improper version constraint");
    }
    String operator = group(match, 1);
    String major = group(match, 3);
    String minor = group(match, 4);
    String patch = group(match, 5);
    String pre = group(match, 6);
    if (isOpen(major)) {
      return new Condition(operator, SemanticVersion.parse("0.0.0" + pre), Open.MAJOR);
    }
    if (isOpen(minor)) {
      return new Condition(operator, SemanticVersion.parse(major + ".0.0" + pre), Open.MINOR);
    }
    if (isOpen(patch)) {
      return new Condition(operator, SemanticVersion.parse(major + minor + ".0" + pre), Open.PATCH);
    }
    return new Condition(operator, SemanticVersion.parse(group(match, 2)), Open.NOTHING);
  }

  private static String group(Matcher match, int number) {
    return Optional.ofNullable(match.group(number)).orElse("");
  }

  private static boolean isOpen(String part) {
    return switch (part) {
      case "", "x", "X", "*", ".x", ".X", ".*" -> true;
      default -> false;
    };
  }

  public boolean accepts(SemanticVersion version) {
    for (List<Condition> conditions : alternatives) {
      if (conditions.stream().allMatch(condition -> accepts(condition, version))) {
        return true;
      }
    }
    return false;
  }

  private static boolean accepts(Condition condition, SemanticVersion version) {
    boolean unwantedPre = !version.pre().isEmpty() && condition.version().pre().isEmpty();
    boolean open = condition.open() != Open.NOTHING;
    return switch (condition.operator()) {
      // A version before a release counts as different only where no part was left open.
      case "!=" -> (open && unwantedPre) ? false : isDifferent(condition, version);
      case ">" -> !unwantedPre && isGreater(condition, version);
      case "<" -> !unwantedPre && version.compare(condition.version()) < 0;
      case ">=", "=>" -> !unwantedPre && version.compare(condition.version()) >= 0;
      case "<=", "=<" -> !unwantedPre && isAtMost(condition, version);
      case "~", "~>" -> !unwantedPre && isNear(condition, version);
      case "^" -> !unwantedPre && isCompatible(condition, version);
      default ->
          !unwantedPre
              && (open ? isNear(condition, version) : version.compare(condition.version()) == 0);
    };
  }

  private static boolean isDifferent(Condition condition, SemanticVersion version) {
    SemanticVersion wanted = condition.version();
    if (condition.open() == Open.NOTHING) {
      return version.compare(wanted) != 0;
    }
    if (!wanted.major().equals(version.major())) {
      return true;
    }
    boolean minorOpen = condition.open() == Open.MINOR;
    if (!wanted.minor().equals(version.minor()) && !minorOpen) {
      return true;
    }
    if (minorOpen) {
      return false;
    }
    if (condition.open() != Open.PATCH) {
      return !wanted.patch().equals(version.patch()) || version.compare(wanted) != 0;
    }
    boolean anyPre = !version.pre().isEmpty() || !wanted.pre().isEmpty();
    return anyPre && SemanticVersion.comparePre(version.pre(), wanted.pre()) != 0;
  }

  private static boolean isGreater(Condition condition, SemanticVersion version) {
    SemanticVersion wanted = condition.version();
    if (condition.open() == Open.NOTHING) {
      return version.compare(wanted) > 0;
    }
    int major = version.major().compareTo(wanted.major());
    if (major != 0) {
      return major > 0;
    }
    return switch (condition.open()) {
      case MINOR -> false;
      case PATCH -> version.minor().compareTo(wanted.minor()) > 0;
      case MAJOR, NOTHING -> version.compare(wanted) > 0;
    };
  }

  private static boolean isAtMost(Condition condition, SemanticVersion version) {
    SemanticVersion wanted = condition.version();
    if (condition.open() == Open.NOTHING) {
      return version.compare(wanted) <= 0;
    }
    int major = version.major().compareTo(wanted.major());
    boolean minorTooLarge =
        version.minor().compareTo(wanted.minor()) > 0 && condition.open() != Open.MINOR;
    return major < 0 || (major == 0 && !minorTooLarge);
  }

  private static boolean isNear(Condition condition, SemanticVersion version) {
    SemanticVersion wanted = condition.version();
    if (version.compare(wanted) < 0) {
      return false;
    }
    boolean anything =
        isZero(wanted.major())
            && isZero(wanted.minor())
            && isZero(wanted.patch())
            && condition.open() != Open.MINOR
            && condition.open() != Open.PATCH;
    return anything
        || (version.major().equals(wanted.major())
            && (version.minor().equals(wanted.minor()) || condition.open() == Open.MINOR));
  }

  private static boolean isZero(BigInteger number) {
    return number.signum() == 0;
  }

  private static boolean isCompatible(Condition condition, SemanticVersion version) {
    SemanticVersion wanted = condition.version();
    if (version.compare(wanted) < 0) {
      return false;
    }
    if (!isZero(wanted.major()) || condition.open() == Open.MINOR) {
      return version.major().equals(wanted.major());
    }
    if (!isZero(version.major())) {
      return false;
    }
    if (!isZero(wanted.minor()) || condition.open() == Open.PATCH) {
      return version.minor().equals(wanted.minor());
    }
    return isZero(version.minor()) && wanted.patch().equals(version.patch());
  }
}
