package dev.keyturn.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The manifests of {@code src/test/resources/api}, as JSON. */
final class Manifests {
  static final ObjectMapper YAML = new YAMLMapper();
  private static final Path FOLDER = Path.of("src/test/resources/api");

  private Manifests() {}

  /** What must be accepted, with its apiVersion changed to ours and nothing else. */
  static List<ObjectNode> accepted() {
    try (Stream<Path> files = Files.list(FOLDER.resolve("accepted"))) {
      return files.sorted().flatMap(file -> documents(file).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ObjectNode> documents(Path file) {
    try (var documents = YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(file.toFile())) {
      List<ObjectNode> found = documents.readAll();
      found.forEach(manifest -> manifest.put("apiVersion", "keyturn.dev/v1"));
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The YAML of the pages in {@code src/docs/spec}. */
  static List<ObjectNode> documented(String... pages) {
    Pattern yaml = Pattern.compile("(?s)```yaml\n(.*?)```");
    return Stream.of(pages)
        .map(page -> CrdFiles.read(Path.of("src/docs/spec", page)))
        .flatMap(page -> yaml.matcher(page).results())
        .map(block -> read(block.group(1)))
        .toList();
  }

  static ObjectNode read(String yaml) {
    try {
      return (ObjectNode) YAML.readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode file(String name) {
    try {
      return YAML.readTree(FOLDER.resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(String name) {
    try {
      return Files.readAllLines(FOLDER.resolve(name)).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** RFC 7386. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!patch.isObject() || !target.isObject()) {
      return patch;
    }
    ObjectNode merged = target.deepCopy();
    patch
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isNull()) {
                merged.remove(field.getKey());
              } else {
                JsonNode old = merged.path(field.getKey());
                JsonNode base = old.isObject() ? old : YAML.createObjectNode();
                merged.set(field.getKey(), merge(base, field.getValue()));
              }
            });
    return merged;
  }

  /** Paths of {@code manifest} whose value {@code other} does not have. */
  static List<String> missing(JsonNode manifest, JsonNode other) {
    List<String> missing = new ArrayList<>();
    compare("", manifest, other, missing);
    return missing;
  }

  private static void compare(String path, JsonNode left, JsonNode right, List<String> missing) {
    if (left.isObject() && right.isObject()) {
      left.properties()
          .forEach(
              field ->
                  compare(
                      path + "." + field.getKey(),
                      field.getValue(),
                      right.path(field.getKey()),
                      missing));
    } else if (left.isArray() && right.isArray() && left.size() == right.size()) {
      for (int i = 0; i < left.size(); i++) {
        compare(path + "[" + i + "]", left.get(i), right.get(i), missing);
      }
    } else if (!left.equals(right)) {
      missing.add(path + ": " + left + " became " + right);
    }
  }

  /** Paths of the leaves of a manifest, with {@code []} for an item of a list. */
  static Set<String> leaves(JsonNode manifest) {
    Set<String> leaves = new TreeSet<>();
    walk("", manifest, (path, _) -> leaves.add(path));
    return leaves;
  }

  private static void walk(String path, JsonNode node, BiConsumer<String, JsonNode> leaf) {
    if (node.isObject() && !node.isEmpty()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        walk(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), leaf);
      }
    } else if (node.isArray() && !node.isEmpty()) {
      node.forEach(item -> walk(path + "[]", item, leaf));
    } else {
      leaf.accept(path, node);
    }
  }
}
