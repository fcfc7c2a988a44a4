package dev.keyturn.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server admits is bounded in every direction, or listed here. */
class CrdBoundsTest {
  /** Other providers than AWS are kept as they are, so that the answer can name them. */
  private static final List<String> UNKNOWN_FIELDS = List.of("spec.provider");

  @ParameterizedTest
  @ValueSource(strings = {"externalsecrets", "secretstores", "clustersecretstores"})
  void every_integer_string_list_and_map_has_a_bound(String kind) {
    JsonNode crd =
        Manifests.read(CrdFiles.read(CrdFiles.FOLDER.resolve(kind + ".keyturn.dev.yaml")));
    List<String> unbounded = new ArrayList<>();
    walk("", crd.at("/spec/versions/0/schema/openAPIV3Schema"), unbounded);
    assertThat(unbounded).isEmpty();
  }

  private static void walk(String path, JsonNode schema, List<String> unbounded) {
    lacking(path, schema).forEach(what -> unbounded.add(path + ": " + what));
    if (schema.has("x-kubernetes-preserve-unknown-fields") && !UNKNOWN_FIELDS.contains(path)) {
      unbounded.add(path + ": unknown fields");
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      walk(path.isEmpty() ? name : path + "." + name, property.getValue(), unbounded);
    }
    if (schema.has("items")) {
      walk(path + "[]", schema.get("items"), unbounded);
    }
    if (schema.has("additionalProperties")) {
      walk(path + "{}", schema.get("additionalProperties"), unbounded);
    }
  }

  private static List<String> lacking(String path, JsonNode schema) {
    List<String> lacking = new ArrayList<>();
    String type = schema.path("type").asText();
    if (type.equals("integer") && !(schema.has("maximum") && schema.has("format"))) {
      lacking.add("maximum, format");
    }
    if (type.equals("string") && !schema.has("maxLength") && !schema.has("enum")) {
      lacking.add("maxLength");
    }
    if (schema.has("x-kubernetes-int-or-string") && !ruled(schema, "8760h")) {
      lacking.add("a rule for durations");
    }
    if (type.equals("array") && !schema.has("maxItems")) {
      lacking.add("maxItems");
    }
    if (schema.has("additionalProperties") && !schema.has("maxProperties")) {
      lacking.add("maxProperties");
    }
    if (schema.has("additionalProperties")
        && !path.startsWith("status.") // which only the operator writes
        && !ruled(schema, "size(k) <= ")) {
      lacking.add("a rule for keys");
    }
    return lacking;
  }

  private static boolean ruled(JsonNode schema, String word) {
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      if (rule.path("rule").asText().contains(word)) {
        return true;
      }
    }
    return false;
  }
}
