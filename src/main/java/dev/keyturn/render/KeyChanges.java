package dev.keyturn.render;

import dev.keyturn.gotemplate.value.Regex;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Applies the steps of one entry's {@code rewrite}. */
final class KeyChanges {
  private final String where;
  private final GoTemplates templates;

  KeyChanges(String where, GoTemplates templates) {
    this.where = where;
    this.templates = templates;
  }

  /** How a key becomes another. */
  interface Renaming {
    String apply(String key) throws RenderException;
  }

  Map<String, byte[]> apply(List<KeyChange> changes, Map<String, byte[]> keys)
      throws RenderException {
    Map<String, byte[]> changed = keys;
    for (int i = 0; i < changes.size(); i++) {
      changed = apply(changes.get(i), where + ".rewrite[" + i + "]", changed);
    }
    return changed;
  }

  private Map<String, byte[]> apply(KeyChange change, String here, Map<String, byte[]> keys)
      throws RenderException {
    return switch (change) {
      case KeyChange.Replace(String source, String target) -> {
        Regex regex = templates.regex(here + ".regexp.source", source);
        yield rename(here, keys, key -> GoTemplates.replaced(here + ".regexp", regex, target, key));
      }
      case KeyChange.Render(String template) ->
          rename(here, keys, key -> templates.renderKey(here + ".transform", template, key));
      case KeyChange.Merge merge -> new ObjectMerge(here, merge, templates).apply(keys);
    };
  }

  /**
   * Renames every key; two that become one are an error. An empty name drops the key, and any
   * number of keys may be dropped.
   */
  static Map<String, byte[]> rename(String here, Map<String, byte[]> keys, Renaming renaming)
      throws RenderException {
    Map<String, byte[]> renamed = new LinkedHashMap<>();
    Map<String, String> origins = new HashMap<>();
    for (Map.Entry<String, byte[]> entry : keys.entrySet()) {
      String key = renaming.apply(entry.getKey());
      if (!key.isEmpty()) {
        if (renamed.put(key, entry.getValue()) != null) {
          String first = origins.getOrDefault(key, key);
          throw new RenderException(
              new RenderFailure.KeyCollision(here, first, entry.getKey(), key));
        }
        origins.put(key, entry.getKey());
      }
    }
    return renamed;
  }
}
