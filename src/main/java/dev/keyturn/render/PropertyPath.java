package dev.keyturn.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A dotted path into JSON: {@code a.b}, array index {@code friends.1.first}, {@code \.} for a dot
 * in a key. A key that is literally the whole path wins.
 */
record PropertyPath(String text) {

  /** Of equal keys the last one counts, as for {@code extract}. */
  Optional<JsonText> in(JsonText json) {
    return json.member(text).or(() -> walk(json, steps()));
  }

  private static Optional<JsonText> walk(JsonText json, List<String> steps) {
    if (steps.isEmpty()) {
      return Optional.of(json);
    }
    String step = steps.getFirst();
    List<String> rest = steps.subList(1, steps.size());
    return json.isArray()
        ? element(json, step).flatMap(value -> walk(value, rest))
        : json.member(step).flatMap(value -> walk(value, rest));
  }

  private static Optional<JsonText> element(JsonText array, String step) {
    // Nine digits: more elements than a secret can hold, and no overflow.
    boolean index =
        !step.isEmpty() && step.length() <= 9 && step.chars().allMatch(c -> c >= '0' && c <= '9');
    return index ? array.element(Integer.parseInt(step)) : Optional.empty();
  }

  private List<String> steps() {
    List<String> steps = new ArrayList<>();
    StringBuilder step = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        step.append(text.charAt(i));
      } else if (c == '.') {
        steps.add(step.toString());
        step.setLength(0);
      } else {
        step.append(c);
      }
    }
    steps.add(step.toString());
    return steps;
  }
}
