package dev.keyturn.render;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The contents of the ConfigMaps and Secrets that hold templates; those that do not exist are left
 * out. Never prints them.
 */
public record TemplateSources(Map<TemplateSource, Map<String, byte[]>> contents) {
  public static final TemplateSources NONE = new TemplateSources(Map.of());

  public TemplateSources {
    contents = new TreeMap<>(contents);
  }

  Optional<Map<String, byte[]>> content(TemplateSource source) {
    return Optional.ofNullable(contents.get(source));
  }

  @Override
  public String toString() {
    return "TemplateSources" + contents.keySet();
  }
}
