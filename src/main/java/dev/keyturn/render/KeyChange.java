package dev.keyturn.render;

import dev.keyturn.api.Rewrite;
import java.util.List;

/** One step of {@code rewrite}. */
public sealed interface KeyChange {

  /** Replaces all matches of an RE2 expression in each key; {@code $1} or <code>${1}</code>. */
  record Replace(String source, String target) implements KeyChange {}

  /** Renders each key with a template that has it as {@code .value}. */
  record Render(String template) implements KeyChange {}

  /** Merges the JSON objects that are the values. */
  record Merge(
      String into,
      List<String> priority,
      Rewrite.Merge.PriorityPolicy priorityPolicy,
      Rewrite.Merge.ConflictPolicy conflictPolicy,
      Rewrite.Merge.Strategy strategy)
      implements KeyChange {
    public Merge {
      priority = List.copyOf(priority);
    }
  }
}
