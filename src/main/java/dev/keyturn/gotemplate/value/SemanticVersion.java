package dev.keyturn.gotemplate.value;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.math.BigInteger;
import java.util.List;

/** A semantic version, as tolerant as Masterminds/semver: {@code v1.2} is 1.2.0. */
public record SemanticVersion(
    BigInteger major,
    BigInteger minor,
    BigInteger patch,
    String pre,
    String metadata,
    String original)
    implements Struct {

  /** One capture more or less would change the numbers used in {@link #parse}. */
  static final String WORDS = "([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*)";

  private static final Pattern SHAPE =
      Pattern.compile("^v?([0-9]+)(\\.[0-9]+)?(\\.[0-9]+)?(-" + WORDS + ")?(\\+" + WORDS + ")?$");

  /** The longest that is read; matching tries each state on each character. */
  static final int LONGEST = 1000;

  private static final BigInteger MOST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  /** Reads a version. */
  public static SemanticVersion parse(String text) throws Failure {
    if (text.length() > LONGEST) {
      throw Failure.limit("a version is longer than " + LONGEST + " bytes");
    }
    Matcher match = SHAPE.matcher(Utf8.toUnicode(text));
    if (!match.find()) {
      throw Failure.because("this is no semantic version");
    }
    String pre = group(match, 5);
    for (String part : pre.split("\\.", -1)) {
      if (part.length() > 1 && part.charAt(0) == '0' && isNumber(part)) {
        throw Failure.because("a number of the pre-release starts with 0");
      }
    }
    return new SemanticVersion(
        segment(group(match, 1)),
        segment(group(match, 2)),
        segment(group(match, 3)),
        pre,
        group(match, 8),
        text);
  }

  private static String group(Matcher match, int number) {
    String group = match.group(number);
    return group == null ? "" : group;
  }

  private static BigInteger segment(String text) throws Failure {
    String digits = text.startsWith(".") ? text.substring(1) : text;
    BigInteger number = digits.isEmpty() ? BigInteger.ZERO : parseNumber(digits);
    if (number.compareTo(MOST) > 0) {
      throw Failure.because("a segment of the version is too large");
    }
    return number;
  }

  private static BigInteger parseNumber(String digits) throws Failure {
    if (digits.length() > 100) {
      throw Failure.because("a segment of the version is too large");
    }
    return new BigInteger(digits);
  }

  private static boolean isNumber(String part) {
    return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Precedence by semver.org; metadata do not count. */
  public int compare(SemanticVersion other) {
    int order = major.compareTo(other.major);
    order = order != 0 ? order : minor.compareTo(other.minor);
    order = order != 0 ? order : patch.compareTo(other.patch);
    return order != 0 ? order : comparePre(pre, other.pre);
  }

  /** Order of pre-releases; a release comes after all of its pre-releases. */
  static int comparePre(String left, String right) {
    if (left.isEmpty() || right.isEmpty()) {
      return Boolean.compare(left.isEmpty(), right.isEmpty());
    }
    List<String> lefts = List.of(left.split("\\.", -1));
    List<String> rights = List.of(right.split("\\.", -1));
    for (int i = 0; i < Math.max(lefts.size(), rights.size()); i++) {
      int order =
          comparePart(i < lefts.size() ? lefts.get(i) : "", i < rights.size() ? rights.get(i) : "");
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int comparePart(String left, String right) {
    if (left.equals(right)) {
      return 0;
    }
    if (left.isEmpty() || right.isEmpty()) {
      return left.isEmpty() ? -1 : 1;
    }
    boolean leftNumber = isSmallNumber(left);
    boolean rightNumber = isSmallNumber(right);
    if (leftNumber && rightNumber) {
      return new BigInteger(left).compareTo(new BigInteger(right)) > 0 ? 1 : -1;
    }
    if (leftNumber != rightNumber) {
      return leftNumber ? -1 : 1;
    }
    return left.compareTo(right) > 0 ? 1 : -1;
  }

  private static boolean isSmallNumber(String part) {
    return isNumber(part) && part.length() <= 20 && new BigInteger(part).compareTo(MOST) <= 0;
  }

  /** The normal form. */
  public String text() {
    return major
        + "."
        + minor
        + "."
        + patch
        + (pre.isEmpty() ? "" : "-" + pre)
        + (metadata.isEmpty() ? "" : "+" + metadata);
  }

  @Override
  public String type() {
    return "*semver.Version";
  }

  @Override
  public String kind() {
    return "ptr";
  }
}
