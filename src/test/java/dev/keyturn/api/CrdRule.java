package dev.keyturn.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A CEL rule of the CRDs, by where it stands and what it says. */
record CrdRule(String path, String message) {

  static List<CrdRule> all() {
    List<CrdRule> rules = new ArrayList<>();
    // The two kinds of store differ at the root only, and SecretStore has the rule.
    for (String kind : List.of("externalsecrets", "secretstores")) {
      JsonNode crd =
          Manifests.read(CrdFiles.read(CrdFiles.FOLDER.resolve(kind + ".keyturn.dev.yaml")));
      collect("", crd.at("/spec/versions/0/schema/openAPIV3Schema"), rules);
    }
    return rules;
  }

  private static void collect(String path, JsonNode schema, List<CrdRule> rules) {
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      rules.add(new CrdRule(path.isEmpty() ? "<nil>" : path, rule.path("message").asText()));
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      collect(path.isEmpty() ? name : path + "." + name, property.getValue(), rules);
    }
    if (schema.has("items")) {
      collect(path + "[]", schema.get("items"), rules);
    }
  }

  /** Pattern of an answer of the API server, with [] for an item of a list. */
  String answer() {
    return "(?s).*(^|[ \\[])"
        + Pattern.quote(path)
        + ": Invalid value: [^:]*: "
        + Pattern.quote(message)
        + ".*";
  }
}
