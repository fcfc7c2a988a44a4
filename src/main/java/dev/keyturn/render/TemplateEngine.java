package dev.keyturn.render;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Renders one template. */
interface TemplateEngine {

  /**
   * @param where names the template in failures
   * @param data every key of the Secret, as a string
   */
  byte[] render(String where, byte[] template, Map<String, byte[]> data) throws RenderException;

  /** Renders a key name, which the template knows as {@code .value}. */
  default String renderKey(String where, String template, String key) throws RenderException {
    return new String(
        render(
            where,
            template.getBytes(StandardCharsets.UTF_8),
            Map.of("value", key.getBytes(StandardCharsets.UTF_8))),
        StandardCharsets.UTF_8);
  }
}
