package dev.keyturn.sync.store;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.keyturn.api.NamespaceCondition;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which namespaces a cluster store's conditions admit; no condition admits all. */
final class NamespaceRules {
  private NamespaceRules() {}

  /** Whether a namespace may use the store. */
  enum Admission {
    YES,
    NO,
    /** Its labels decide, and they are not known yet. */
    NOT_YET
  }

  /**
   * @param labels empty while the namespace is not known
   */
  static Admission admit(
      List<NamespaceCondition> conditions, String namespace, Optional<Map<String, String>> labels) {
    if (conditions.isEmpty()
        || conditions.stream().anyMatch(condition -> admits(condition, namespace, labels))) {
      return Admission.YES;
    }
    boolean selects = conditions.stream().anyMatch(it -> it.namespaceSelector() != null);
    return labels.isEmpty() && selects ? Admission.NOT_YET : Admission.NO;
  }

  private static boolean admits(
      NamespaceCondition condition, String namespace, Optional<Map<String, String>> labels) {
    return condition.namespaces().contains(namespace)
        || condition.namespaceRegexes().stream().anyMatch(regex -> matches(regex, namespace))
        || Optional.ofNullable(condition.namespaceSelector())
            .flatMap(selector -> labels.map(known -> selects(selector, known)))
            .orElse(false);
  }

  /** Anchored, so that {@code team-a} does not admit {@code not-team-a-either}. */
  private static boolean matches(String regex, String namespace) {
    try {
      return Pattern.matches(regex, namespace);
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  /**
   * "Labels and Selectors", Kubernetes documentation: all requirements hold; an empty one selects
   * all.
   */
  private static boolean selects(LabelSelector selector, Map<String, String> labels) {
    Map<String, String> exact = Optional.ofNullable(selector.getMatchLabels()).orElse(Map.of());
    List<LabelSelectorRequirement> expressions =
        Optional.ofNullable(selector.getMatchExpressions()).orElse(List.of());
    return exact.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())))
        && expressions.stream().allMatch(expression -> holds(expression, labels));
  }

  private static boolean holds(LabelSelectorRequirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.getKey());
    List<String> values = Optional.ofNullable(requirement.getValues()).orElse(List.of());
    return switch (requirement.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
