package dev.keyturn.render;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * Replaces all matches as Go's {@code regexp.ReplaceAllString} does: {@code $1}, <code>${1}</code>,
 * {@code $name}, {@code $$}; {@code $1x} is the group named {@code 1x}; unknown groups are empty.
 */
record GoReplacement(Pattern pattern, String target) {

  String in(String text) {
    StringBuilder out = new StringBuilder();
    Matcher matcher = pattern.matcher(text);
    int copied = 0;
    int search = 0;
    while (search <= text.length() && matcher.find(search)) {
      out.append(text, copied, matcher.start());
      // An empty match right after another one is none.
      if (matcher.end() > copied || matcher.start() == 0) {
        expand(matcher, out);
      }
      copied = matcher.end();
      search = Math.max(copied, nextCharacter(text, search));
    }
    return out.append(text, copied, text.length()).toString();
  }

  private static int nextCharacter(String text, int at) {
    return at < text.length() ? text.offsetByCodePoints(at, 1) : at + 1;
  }

  private void expand(Matcher matcher, StringBuilder out) {
    int at = 0;
    while (at < target.length()) {
      int dollar = target.indexOf('$', at);
      if (dollar < 0) {
        break;
      }
      out.append(target, at, dollar);
      at = dollar + 1;
      if (at < target.length() && target.charAt(at) == '$') {
        out.append('$');
        at++;
      } else {
        at = expandGroup(matcher, out, at);
      }
    }
    out.append(target, at, target.length());
  }

  /** Where the target goes on after the group that is named at {@code at}. */
  private int expandGroup(Matcher matcher, StringBuilder out, int at) {
    boolean brace = at < target.length() && target.charAt(at) == '{';
    int start = brace ? at + 1 : at;
    int end = start;
    while (end < target.length() && isNamePart(target.codePointAt(end))) {
      end = target.offsetByCodePoints(end, 1);
    }
    boolean closed = !brace || (end < target.length() && target.charAt(end) == '}');
    if (end == start || !closed) {
      out.append('$');
      return at;
    }
    group(matcher, target.substring(start, end)).ifPresent(out::append);
    return brace ? end + 1 : end;
  }

  private static boolean isNamePart(int c) {
    return Character.isLetter(c) || Character.isDigit(c) || c == '_';
  }

  private Optional<String> group(Matcher matcher, String name) {
    boolean number =
        name.length() <= 8
            && name.chars().allMatch(c -> c >= '0' && c <= '9')
            && (name.length() == 1 || name.charAt(0) != '0');
    int index =
        number
            ? Integer.parseInt(name)
            : Optional.ofNullable(pattern.namedGroups().get(name)).orElse(Integer.MAX_VALUE);
    return index <= matcher.groupCount()
        ? Optional.ofNullable(matcher.group(index))
        : Optional.empty();
  }
}
