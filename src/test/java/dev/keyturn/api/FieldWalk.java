package dev.keyturn.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Changes every field of a spec, one at a time, in manifests that are good, and tells for which
 * nobody can tell the difference. A field that no manifest has is one of these, too.
 */
public final class FieldWalk {
  private FieldWalk() {}

  /** The documents of a YAML text. */
  public static List<ObjectNode> manifests(String... documents) {
    return Stream.of(documents).map(Manifests::read).toList();
  }

  /**
   * @param crd file in {@code crds/}
   * @param observed what the operator makes of a manifest; throws for one that it cannot be given
   */
  public static SortedSet<String> withoutEffect(
      String crd, List<ObjectNode> manifests, Function<JsonNode, String> observed) {
    JsonNode schema =
        Manifests.read(CrdFiles.read(Path.of("crds", crd)))
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    SortedSet<String> idle = new TreeSet<>();
    fields("spec", schema, (path, field) -> idle.add(path));
    for (ObjectNode manifest : manifests) {
      String before = observed.apply(manifest);
      fields(
          "spec",
          schema,
          (path, field) -> {
            if (idle.contains(path)
                && variants(manifest, path, field).anyMatch(it -> differs(it, before, observed))) {
              idle.remove(path);
            }
          });
    }
    return idle;
  }

  private static boolean differs(
      JsonNode variant, String before, Function<JsonNode, String> observed) {
    try {
      return !observed.apply(variant).equals(before);
    } catch (RuntimeException e) {
      return false;
    }
  }

  private interface Field {
    void at(String path, JsonNode schema);
  }

  /** Leaves of the schema; a list of plain values and a map are one field. */
  private static void fields(String path, JsonNode schema, Field each) {
    if (schema.has("properties")) {
      for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
        fields(path + "." + property.getKey(), property.getValue(), each);
      }
    } else if (schema.path("items").has("properties")) {
      fields(path + "[]", schema.get("items"), each);
    } else {
      each.at(path, schema);
    }
  }

  /** The manifest with another value at one place of the path, or with none. */
  private static Stream<JsonNode> variants(ObjectNode manifest, String path, JsonNode schema) {
    return places(manifest, path.split("\\."), 0, "").stream()
        .flatMap(
            place -> {
              int cut = place.lastIndexOf('/');
              String name = place.substring(cut + 1);
              JsonNode value = manifest.at(place);
              return Stream.concat(
                  Stream.of(changed(manifest, place.substring(0, cut), it -> it.remove(name))),
                  others(value, schema)
                      .map(
                          other ->
                              changed(
                                  manifest, place.substring(0, cut), it -> it.set(name, other))));
            });
  }

  private static JsonNode changed(
      ObjectNode manifest, String parent, Function<ObjectNode, JsonNode> change) {
    ObjectNode copy = manifest.deepCopy();
    var _ = change.apply((ObjectNode) copy.at(parent));
    return copy;
  }

  /** JSON pointers of all values that the manifest has at the path. */
  private static List<String> places(JsonNode node, String[] path, int depth, String at) {
    if (depth == path.length) {
      return List.of(at);
    }
    boolean list = path[depth].endsWith("[]");
    String name = list ? path[depth].substring(0, path[depth].length() - 2) : path[depth];
    JsonNode child = node.path(name);
    if (child.isMissingNode()) {
      return List.of();
    }
    String here = at + "/" + name;
    return list
        ? IntStream.range(0, child.size())
            .boxed()
            .flatMap(i -> places(child.get(i), path, depth + 1, here + "/" + i).stream())
            .toList()
        : places(child, path, depth + 1, here);
  }

  private static Stream<JsonNode> others(JsonNode value, JsonNode schema) {
    List<JsonNode> others = new ArrayList<>();
    schema.path("enum").forEach(others::add);
    if (value.isBoolean()) {
      others.add(BooleanNode.valueOf(!value.booleanValue()));
    } else if (value.isInt()) {
      others.add(IntNode.valueOf(value.intValue() + 1));
    } else if (value.isTextual() && schema.has("x-kubernetes-int-or-string")) {
      others.add(TextNode.valueOf("17m"));
    } else if (value.isTextual() && !schema.has("enum")) {
      others.add(TextNode.valueOf(value.textValue() + "x"));
    } else if (value instanceof ArrayNode list) {
      others.add(list.deepCopy().add("xxx"));
    } else if (value instanceof ObjectNode map) {
      others.add(map.deepCopy().put("xxx", "xxx"));
    }
    return others.stream().filter(other -> !other.equals(value));
  }
}
