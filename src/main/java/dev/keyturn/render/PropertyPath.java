package dev.keyturn.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A dotted path into JSON: {@code a.b}, array index {@code friends.1.first}, {@code \.} for a dot
 * in a key. A key that is literally the whole path wins.
 */
record PropertyPath(String text) {

  /** Scans so many bytes, if that is not too much. */
  @FunctionalInterface
  interface Scanning<E extends Exception> {
    void pay(long bytes) throws E;
  }

  /**
   * Of equal keys the last one counts, as for {@code extract}.
   *
   * @param scanning asked at each step, since each scans all that is inside: 500 nested arrays
   *     around 60 KB are 30 MB
   */
  <E extends Exception> Optional<JsonText> in(JsonText json, Scanning<E> scanning) throws E {
    scanning.pay(json.size());
    Optional<JsonText> found = json.member(text);
    return found.isPresent() ? found : walk(json, scanning);
  }

  private <E extends Exception> Optional<JsonText> walk(JsonText json, Scanning<E> scanning)
      throws E {
    Optional<JsonText> found = Optional.of(json);
    for (String step : steps()) {
      if (found.isPresent()) {
        JsonText value = found.get();
        scanning.pay(value.size());
        found = value.isArray() ? element(value, step) : value.member(step);
      }
    }
    return found;
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
