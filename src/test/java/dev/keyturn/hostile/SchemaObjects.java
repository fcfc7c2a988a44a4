package dev.keyturn.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Specs made from a CRD's own schema: every field, the edges of every bound. Most of what it makes
 * is admitted, since it reads the usual forms of rules; what is not admitted is no loss.
 */
final class SchemaObjects {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern HAS = Pattern.compile("has\\(self\\.(\\w+)\\)");

  /** Just one of those named: {@code has(self.a) != has(self.b)} or {@code exists_one}. */
  private static final Pattern ONE_OF =
      Pattern.compile("\\[has\\(self.*exists_one.*|has\\(self\\.\\w+\\) != has\\(self\\.\\w+\\)");

  /** What stands alone in such a rule. */
  private static final Pattern ALTERNATIVE =
      Pattern.compile("(?<=^|\\[|, | != )has\\(self\\.(\\w+)\\)(?=,|\\]| != |$)");

  /** At least one, the first of which does. */
  private static final Pattern ANY_OF = Pattern.compile("has\\(self\\.\\w+\\) \\|\\| .*");

  private static final Pattern ALL_OF =
      Pattern.compile("has\\(self\\.\\w+\\)( && has\\(self\\.\\w+\\))*");

  private final Random random;
  private final OddValues values;
  private final JsonNode schema;

  SchemaObjects(Random random, String crd) {
    this.random = random;
    this.values = new OddValues(random);
    try {
      this.schema =
          new YAMLMapper()
              .readTree(Path.of("crds", crd).toFile())
              .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode spec() {
    return any("spec", schema);
  }

  private JsonNode any(String name, JsonNode schema) {
    if (schema.has("enum")) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
    }
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return random.nextInt(4) == 0
          ? JSON.numberNode(values.edge(0, 31_536_000))
          : JSON.textNode(values.duration());
    }
    return switch (schema.path("type").asText()) {
      case "object" -> schema.has("additionalProperties") ? map(schema) : object(schema);
      case "array" -> list(name, schema);
      case "integer" ->
          JSON.numberNode(
              values.edge(schema.path("minimum").asLong(), schema.path("maximum").asLong()));
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      default -> JSON.textNode(values.text(name, schema));
    };
  }

  private ObjectNode object(JsonNode schema) {
    if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
        && random.nextInt(15) == 0) {
      return JSON.objectNode().set("other", values.nested());
    }
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(it -> required.add(it.asText()));
    List<String> alternatives = new ArrayList<>();
    for (JsonNode validation : schema.path("x-kubernetes-validations")) {
      String rule = validation.path("rule").asText();
      if (ONE_OF.matcher(rule).matches()) {
        alternatives.addAll(named(ALTERNATIVE, rule));
      } else if (ANY_OF.matcher(rule).matches()) {
        required.add(named(HAS, rule).getFirst());
      } else if (ALL_OF.matcher(rule).matches()) {
        required.addAll(named(HAS, rule));
      }
    }
    if (!alternatives.isEmpty()) {
      required.add(alternatives.get(random.nextInt(alternatives.size())));
    }
    boolean only = schema.path("minProperties").asInt() == 1;
    ObjectNode made = JSON.objectNode();
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String key = property.getKey();
              if (only
                  || required.contains(key)
                  || (!alternatives.contains(key) && wanted(key, property.getValue()))) {
                made.set(key, any(key, property.getValue()));
              }
            });
    return made;
  }

  private static List<String> named(Pattern pattern, String rule) {
    return pattern.matcher(rule).results().map((MatchResult it) -> it.group(1)).toList();
  }

  /** What leads somewhere more often than what ends it. */
  private boolean wanted(String name, JsonNode schema) {
    int percent =
        switch (name) {
          case "secretStoreRef", "name" -> 96;
          case "data", "dataFrom", "auth" -> 75;
          // Most sources are read from the store of the spec.
          case "sourceRef", "jwt", "role", "additionalRoles", "endpoints", "controller" -> 10;
          case "syncWindows", "conditions", "windows" -> 20;
          default -> schema.path("type").asText().equals("object") ? 50 : 30;
        };
    return random.nextInt(100) < percent;
  }

  private ArrayNode list(String name, JsonNode schema) {
    int least = schema.path("minItems").asInt(0);
    int most = schema.path("maxItems").asInt(10);
    int wide = random.nextInt(60);
    int size = wide == 0 ? most : wide < 5 ? least : Math.min(most, 1 + random.nextInt(3));
    ArrayNode made = JSON.arrayNode();
    for (int i = 0; i < size; i++) {
      JsonNode item = any(name, schema.path("items"));
      if (item instanceof ObjectNode object && schema.has("x-kubernetes-list-map-keys")) {
        // They have to differ.
        schema
            .get("x-kubernetes-list-map-keys")
            .forEach(key -> object.put(key.asText(), object.path(key.asText()).asText("k")));
        if (i > 0) {
          object.put("secretKey", "k" + i);
        }
      }
      made.add(item);
    }
    return made;
  }

  private ObjectNode map(JsonNode schema) {
    int most = schema.path("maxProperties").asInt(10);
    int size = random.nextInt(60) == 0 ? most : random.nextInt(4);
    ObjectNode made = JSON.objectNode();
    for (int i = 0; i < size; i++) {
      made.set(values.mapKey(i), any("value", schema.path("additionalProperties")));
    }
    return made;
  }
}
