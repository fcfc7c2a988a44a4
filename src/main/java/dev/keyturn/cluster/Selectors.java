package dev.keyturn.cluster;

import static java.util.stream.Collectors.joining;

import dev.keyturn.cluster.WorkloadPods.Wanted;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Label selectors as a list's query says them; see <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api">Labels</a>.
 */
final class Selectors {
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._-]*");

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

  /**
   * A list's query, and the workloads for which it is made.
   *
   * @param words finds their pods, and perhaps others
   */
  record Query(String words, List<Wanted> of) {
    /** The same, each by itself. */
    List<Query> each() {
      return of.stream().flatMap(it -> alone(it).stream()).toList();
    }

    private static Optional<Query> alone(Wanted it) {
      return query(it.selector()).map(words -> new Query(words, List.of(it)));
    }
  }

  /**
   * Few queries for many: those that select by the same labels are asked for by all their values.
   * Those that nobody understands are left out.
   */
  static List<Query> together(Collection<Wanted> workloads) {
    Map<Set<String>, List<Wanted>> byLabels = new LinkedHashMap<>();
    List<Query> queries = new ArrayList<>();
    for (Wanted it : workloads) {
      if (isPlain(it.selector())) {
        byLabels
            .computeIfAbsent(it.selector().getMatchLabels().keySet(), _ -> new ArrayList<>())
            .add(it);
      } else {
        Query.alone(it).ifPresent(queries::add);
      }
    }
    byLabels.forEach((labels, all) -> queries.add(new Query(anyOf(labels, all), all)));
    return queries;
  }

  /** A Rollout's selector may hold what would end a list of values. */
  private static boolean isPlain(LabelSelector selector) {
    return selector.getMatchExpressions().isEmpty()
        && selector.getMatchLabels() != null
        && !selector.getMatchLabels().isEmpty()
        && selector.getMatchLabels().values().stream()
            .allMatch(value -> value != null && VALUE.matcher(value).matches());
  }

  private static String anyOf(Set<String> labels, List<Wanted> workloads) {
    return labels.stream()
        .sorted()
        .map(
            label ->
                oneOf(
                    label,
                    workloads.stream()
                        .map(it -> it.selector().getMatchLabels().get(label))
                        .distinct()
                        .toList()))
        .collect(joining(","));
  }

  private static String oneOf(String label, List<String> values) {
    return values.size() == 1
        ? label + "=" + values.getFirst()
        : label + " in (" + String.join(",", values) + ")";
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
