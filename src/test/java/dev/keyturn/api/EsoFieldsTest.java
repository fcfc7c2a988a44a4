package dev.keyturn.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EsoFieldsTest {
  private static final Map<String, String> CRDS = CrdFiles.generate();
  private static final Map<String, List<String>> KINDS =
      Map.of(
          "ExternalSecret", List.of("ExternalSecret"),
          "Store", List.of("SecretStore", "ClusterSecretStore"));

  @Test
  void every_field_of_external_secrets_operator_is_in_the_schema() {
    for (String line : Manifests.lines("eso-fields.txt")) {
      String path = line.substring(line.indexOf(' ') + 1);
      for (String kind : KINDS.get(line.substring(0, line.indexOf(' ')))) {
        assertThat(schemaLeaves(kind)).as(kind).contains(path);
      }
    }
  }

  @Test
  void every_field_of_a_spec_is_in_a_manifest_that_is_accepted() {
    for (String kind : List.of("ExternalSecret", "SecretStore", "ClusterSecretStore")) {
      // Both kinds of store have the same spec: a field of it is enough in either.
      Set<String> used =
          Manifests.accepted().stream()
              .filter(manifest -> sameSpec(manifest.path("kind").asText(), kind))
              .flatMap(manifest -> Manifests.leaves(manifest).stream())
              .collect(Collectors.toSet());
      assertThat(schemaLeaves(kind))
          .filteredOn(path -> path.startsWith("spec."))
          .filteredOn(
              path ->
                  used.stream().noneMatch(use -> use.equals(path) || use.startsWith(path + ".")))
          .as("fields of %s that no manifest in accepted/ has", kind)
          .isEmpty();
    }
  }

  private static boolean sameSpec(String kind, String other) {
    return kind.endsWith("Store") == other.endsWith("Store");
  }

  private static Set<String> schemaLeaves(String kind) {
    String file = kind.toLowerCase(Locale.ROOT) + "s.keyturn.dev.yaml";
    ObjectNode crd = Manifests.read(CRDS.get(file));
    Set<String> leaves = new TreeSet<>();
    walk("", crd.at("/spec/versions/0/schema/openAPIV3Schema"), leaves);
    return leaves;
  }

  private static void walk(String path, JsonNode schema, Set<String> leaves) {
    if (schema.has("properties")) {
      for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
        String name = property.getKey();
        walk(path.isEmpty() ? name : path + "." + name, property.getValue(), leaves);
      }
    } else if (schema.has("items")) {
      walk(path + "[]", schema.get("items"), leaves);
    } else {
      leaves.add(path);
    }
  }
}
