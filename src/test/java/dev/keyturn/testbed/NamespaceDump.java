package dev.keyturn.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * Everything in a namespace, events included and Secret values left out, for whoever reads a failed
 * test.
 */
final class NamespaceDump {
  private static final ObjectMapper JSON = new ObjectMapper();

  private NamespaceDump() {}

  static void write(TestCluster cluster, String namespace, String test) {
    var kinds = cluster.kubectl("api-resources", "--verbs=list", "--namespaced", "-o", "name");
    var names =
        String.join(
            ",", kinds.lines().filter(kind -> !kind.equals("events.events.k8s.io")).toList());
    try {
      var objects =
          JSON.readTree(cluster.kubectl("get", names, "-n", namespace, "-o", "json")).path("items");
      objects.forEach(NamespaceDump::redact);
      var file = Launcher.projectRoot().resolve("target/dumps/" + test + ".json");
      Files.createDirectories(file.getParent());
      JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), objects);
    } catch (IOException e) {
      throw new UncheckedIOException("the dump of " + namespace + " cannot be written", e);
    }
  }

  static void redact(JsonNode object) {
    if (!object.path("kind").asText().equals("Secret")) {
      return;
    }
    for (var field : new String[] {"data", "stringData"}) {
      if (object.path(field) instanceof ObjectNode data) {
        data.properties()
            .forEach(
                entry ->
                    data.put(
                        entry.getKey(), "<" + entry.getValue().asText().length() + " characters>"));
      }
    }
    if (object.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
  }
}
