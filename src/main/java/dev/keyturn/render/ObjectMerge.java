package dev.keyturn.render;

import dev.keyturn.api.Rewrite;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Merges JSON objects, field by field: keys of {@code priority} win, the last one most; the others
 * come before them in the order of their names. Fields keep the bytes of their source.
 */
final class ObjectMerge {
  private final String here;
  private final KeyChange.Merge merge;
  private final GoTemplates templates;

  ObjectMerge(String here, KeyChange.Merge merge, GoTemplates templates) {
    this.here = here;
    this.merge = merge;
    this.templates = templates;
  }

  Map<String, byte[]> apply(Map<String, byte[]> keys) throws RenderException {
    SortedMap<String, JsonText> fields = fields(keys);
    Map<String, byte[]> merged = new LinkedHashMap<>();
    switch (merge.strategy()) {
      case EXTRACT -> fields.forEach((field, value) -> merged.put(field, value.scalar()));
      case JSON -> {
        merged.putAll(keys);
        merged.put(merge.into(), object(fields));
      }
    }
    return merged;
  }

  private SortedMap<String, JsonText> fields(Map<String, byte[]> keys) throws RenderException {
    SortedMap<String, JsonText> fields = new TreeMap<>();
    TreeSet<String> conflicts = new TreeSet<>();
    for (String key : order(keys)) {
      Map<String, JsonText> own = new LinkedHashMap<>();
      List<JsonText.Member> members = object(key, keys).members();
      templates.makeKeys(here, members.size());
      for (JsonText.Member member : members) {
        own.put(member.key(), member.value());
      }
      own.forEach(
          (field, value) -> {
            if (fields.put(field, value) != null) {
              conflicts.add(field);
            }
          });
    }
    if (merge.conflictPolicy() == Rewrite.Merge.ConflictPolicy.ERROR && !conflicts.isEmpty()) {
      throw new RenderException(
          new RenderFailure.MergeConflict(here + ".merge", List.copyOf(conflicts)));
    }
    return fields;
  }

  private List<String> order(Map<String, byte[]> keys) throws RenderException {
    List<String> order = new ArrayList<>(new TreeSet<>(keys.keySet()));
    order.removeAll(Set.copyOf(merge.priority()));
    for (String key : merge.priority()) {
      if (keys.containsKey(key)) {
        order.add(key);
      } else if (merge.priorityPolicy() == Rewrite.Merge.PriorityPolicy.STRICT) {
        throw new RenderException(new RenderFailure.MissingPriority(here + ".merge", key));
      }
    }
    return order;
  }

  private JsonText object(String key, Map<String, byte[]> keys) throws RenderException {
    byte[] value = keys.getOrDefault(key, new byte[0]);
    templates.read(here, 2L * value.length);
    templates.make(here, value.length);
    return JsonText.parse(value)
        .filter(JsonText::isObject)
        .orElseThrow(
            () ->
                new RenderException(
                    new RenderFailure.NotJson(here + ".merge", key, "a JSON object")));
  }

  private static byte[] object(SortedMap<String, JsonText> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    char separator = '{';
    for (Map.Entry<String, JsonText> field : fields.entrySet()) {
      out.write(separator);
      out.writeBytes(quote(field.getKey()).getBytes(StandardCharsets.UTF_8));
      out.write(':');
      out.writeBytes(field.getValue().raw());
      separator = ',';
    }
    if (fields.isEmpty()) {
      out.write('{');
    }
    out.write('}');
    return out.toByteArray();
  }

  /** As Go's encoder writes it, HTML characters as they are. */
  private static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == '\u2028' || c == '\u2029') {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
