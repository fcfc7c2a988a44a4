package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Label selectors as a list's query says them; see <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api">Labels</a>.
 */
final class Selectors {
  private Selectors() {}

  /** Empty if nobody understands it; one that says nothing selects all. */
  static Optional<String> query(LabelSelector selector) {
    List<String> words = new ArrayList<>();
    Optional.ofNullable(selector.getMatchLabels())
        .orElse(Map.of())
        .forEach((name, value) -> words.add(name + "=" + value));
    for (LabelSelectorRequirement it : selector.getMatchExpressions()) {
      Optional<String> word = word(it);
      if (word.isEmpty()) {
        return Optional.empty();
      }
      words.add(word.get());
    }
    return Optional.of(String.join(",", words));
  }

  private static Optional<String> word(LabelSelectorRequirement it) {
    if (it.getKey() == null || it.getOperator() == null) {
      return Optional.empty();
    }
    String values = "(" + String.join(",", it.getValues()) + ")";
    return switch (it.getOperator()) {
      case "In" -> Optional.of(it.getKey() + " in " + values);
      case "NotIn" -> Optional.of(it.getKey() + " notin " + values);
      case "Exists" -> Optional.of(it.getKey());
      case "DoesNotExist" -> Optional.of("!" + it.getKey());
      default -> Optional.empty();
    };
  }
}
