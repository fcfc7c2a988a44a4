package dev.keyturn.gotemplate.value;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Go's regular expressions on byte strings: RE2, linear in the text, and bounded in size. */
public final class Regex {

  /** States of a program; larger ones are no patterns that a person wrote. */
  private static final long MOST_STATES = 20_000;

  /** A state is tried on this many characters in one step. */
  private static final int TRIES_PER_STEP = 8;

  private final Pattern pattern;
  private final long states;
  private final Budget budget;

  private Regex(Pattern pattern, long states, Budget budget) {
    this.pattern = pattern;
    this.states = states;
    this.budget = budget;
  }

  /** Compiles a pattern; the message of the failure does not repeat it. */
  public static Regex compile(String pattern, Budget budget) throws Failure {
    long states = PatternSize.of(pattern);
    budget.spend(1 + states);
    return new Regex(pattern(Utf8.toUnicode(pattern), MOST_STATES), states, budget);
  }

  /** Compiles a pattern of the library, unless it needs more states. */
  public static Pattern pattern(String unicode, long mostStates) throws Failure {
    if (PatternSize.of(unicode) > mostStates) {
      throw Failure.limit("the regular expression is too large");
    }
    try {
      return Pattern.compile(unicode);
    } catch (PatternSyntaxException e) {
      throw Failure.because("the regular expression is not RE2: " + e.getDescription());
    }
  }

  private record Span(int start, int end) {}

  private Matcher matcher(String unicode) throws Failure {
    budget.lookAtClock();
    budget.spend(1 + states * unicode.length() / TRIES_PER_STEP);
    return pattern.matcher(unicode);
  }

  public boolean matches(String text) throws Failure {
    return matcher(Utf8.toUnicode(text)).find();
  }

  /** The leftmost match, or the empty string. */
  public String find(String text) throws Failure {
    Matcher matcher = matcher(Utf8.toUnicode(text));
    return matcher.find() ? Utf8.ofUnicode(matcher.group()) : "";
  }

  /** At most so many matches, all of them if the number is negative. */
  public List<String> findAll(String text, long most) throws Failure {
    String unicode = Utf8.toUnicode(text);
    List<String> found = new ArrayList<>();
    for (Span span : spans(unicode, most)) {
      found.add(Utf8.ofUnicode(unicode.substring(span.start(), span.end())));
    }
    return found;
  }

  /** What is between the matches, in at most so many pieces. */
  public List<String> split(String text, long most) throws Failure {
    if (most == 0) {
      return List.of();
    }
    if (text.isEmpty() && !pattern.pattern().isEmpty()) {
      return List.of("");
    }
    String unicode = Utf8.toUnicode(text);
    List<String> pieces = new ArrayList<>();
    int start = 0;
    int end = 0;
    for (Span span : spans(unicode, most)) {
      if (most > 0 && pieces.size() == most - 1) {
        break;
      }
      end = span.start();
      if (span.end() != 0) {
        pieces.add(Utf8.ofUnicode(unicode.substring(start, end)));
      }
      start = span.end();
    }
    if (end != unicode.length()) {
      pieces.add(Utf8.ofUnicode(unicode.substring(start)));
    }
    return pieces;
  }

  private List<Span> spans(String unicode, long most) throws Failure {
    Matcher matcher = matcher(unicode);
    List<Span> spans = new ArrayList<>();
    int at = 0;
    int before = -1;
    while ((most < 0 || spans.size() < most) && at <= unicode.length() && matcher.find(at)) {
      budget.allocateEntries(1);
      // Each match may take a pass over the whole text.
      budget.lookAtClock();
      boolean accept = true;
      if (matcher.end() == at) {
        // An empty match right after a match does not count.
        accept = matcher.start() != before;
        at += at < unicode.length() ? Character.charCount(unicode.codePointAt(at)) : 1;
      } else {
        at = matcher.end();
      }
      before = matcher.end();
      if (accept) {
        spans.add(new Span(matcher.start(), matcher.end()));
      }
    }
    return spans;
  }

  /**
   * Replaces all matches; {@code $1} and {@code ${name}} stand for groups unless taken literally.
   */
  public String replaceAll(String text, String replacement, boolean literal) throws Failure {
    String unicode = Utf8.toUnicode(text);
    String template = Utf8.toUnicode(replacement);
    Matcher matcher = matcher(unicode);
    StringBuilder out = new StringBuilder();
    int copied = 0;
    int at = 0;
    while (at <= unicode.length() && matcher.find(at)) {
      budget.lookAtClock();
      budget.allocate(matcher.start() - copied);
      out.append(unicode, copied, matcher.start());
      if (matcher.end() > copied || matcher.start() == 0) {
        expand(out, matcher, template, literal);
      }
      copied = matcher.end();
      int width = at < unicode.length() ? Character.charCount(unicode.codePointAt(at)) : 0;
      at = at + width > copied ? at + width : Math.max(copied, at + (at + 1 > copied ? 1 : 0));
    }
    return Utf8.ofUnicode(out.append(unicode, copied, unicode.length()).toString());
  }

  private void expand(StringBuilder out, Matcher matcher, String template, boolean literal)
      throws Failure {
    int at = 0;
    while (at < template.length()) {
      int dollar = literal ? -1 : template.indexOf('$', at);
      int end = dollar < 0 ? template.length() : dollar;
      budget.allocate(end - at);
      out.append(template, at, end);
      if (dollar < 0) {
        return;
      }
      at = reference(out, matcher, template, dollar + 1);
    }
  }

  /** After a dollar: writes what it stands for, and says where the template goes on. */
  private int reference(StringBuilder out, Matcher matcher, String template, int at)
      throws Failure {
    if (template.startsWith("$", at)) {
      out.append('$');
      return at + 1;
    }
    boolean braces = template.startsWith("{", at);
    int start = braces ? at + 1 : at;
    int end = start;
    while (end < template.length() && isWord(template.codePointAt(end))) {
      end += Character.charCount(template.codePointAt(end));
    }
    boolean closed = !braces || template.startsWith("}", end);
    if (end == start || !closed) {
      out.append('$');
      return at;
    }
    String group = group(matcher, template.substring(start, end));
    budget.allocate(group.length());
    out.append(group);
    return braces ? end + 1 : end;
  }

  private static boolean isWord(int rune) {
    return rune == '_' || Character.isLetter(rune) || Character.isDigit(rune);
  }

  private String group(Matcher matcher, String name) {
    boolean number =
        name.length() <= 8
            && name.chars().allMatch(c -> c >= '0' && c <= '9')
            && (name.length() == 1 || name.charAt(0) != '0');
    int index =
        number
            ? Integer.parseInt(name)
            : Optional.ofNullable(pattern.namedGroups().get(name)).orElse(Integer.MAX_VALUE);
    String group = index <= matcher.groupCount() ? matcher.group(index) : null;
    return group == null ? "" : group;
  }

  /** Go's {@code regexp.QuoteMeta}. */
  public static String quoteMeta(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if ("\\.+*?()|[]{}^$".indexOf(text.charAt(i)) >= 0) {
        out.append('\\');
      }
      out.append(text.charAt(i));
    }
    return out.toString();
  }
}
