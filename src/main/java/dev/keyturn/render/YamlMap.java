package dev.keyturn.render;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads a YAML map of keys and strings as External Secrets Operator does (YAML 1.1, numbers and
 * truth values as text). Failures tell the line, never its text.
 */
final class YamlMap {
  private static final Set<Tag> KNOWN = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

  private final String where;

  private YamlMap(String where) {
    this.where = where;
  }

  static Map<String, String> parse(String where, byte[] yaml) throws RenderException {
    return new YamlMap(where).read(new String(yaml, StandardCharsets.UTF_8));
  }

  private Map<String, String> read(String yaml) throws RenderException {
    Map<String, String> map = new LinkedHashMap<>();
    Optional<Node> root = compose(yaml);
    if (root.isEmpty() || isNull(root.get())) {
      return map;
    }
    if (!(root.get() instanceof MappingNode mapping)) {
      throw failed("it makes something else");
    }
    // The last of equal keys counts; what the others hold does not matter.
    Map<String, Node> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (isNull(tuple.getKeyNode())) {
        throw failed("a key is empty");
      }
      values.put(scalar(tuple.getKeyNode(), "a key"), tuple.getValueNode());
    }
    for (Map.Entry<String, Node> entry : values.entrySet()) {
      map.put(entry.getKey(), scalar(entry.getValue(), "a value"));
    }
    return map;
  }

  private Optional<Node> compose(String yaml) throws RenderException {
    try {
      // As in Go, what comes after a first document does not count.
      Iterator<Node> documents =
          new Compose(LoadSettings.builder().setMaxAliasesForCollections(50).build())
              .composeAllFromString(yaml)
              .iterator();
      return documents.hasNext() ? Optional.of(documents.next()) : Optional.empty();
    } catch (MarkedYamlEngineException e) {
      throw failed(
          e.getProblemMark()
              .map(mark -> "line " + (mark.getLine() + 1) + " of what it makes is not YAML")
              .orElse("it is not YAML"));
    } catch (YamlEngineException e) {
      throw failed("it is not YAML");
    }
  }

  private RenderException failed(String reason) {
    return new RenderException(new RenderFailure.NotAMap(where, reason));
  }

  private static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && YamlScalar.isNull(scalar.getValue());
  }

  private String scalar(Node node, String what) throws RenderException {
    int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    if (!(node instanceof ScalarNode scalar)) {
      throw failed(what + " on line " + line + " is a list or a map");
    }
    if (!KNOWN.contains(scalar.getTag())) {
      throw failed(what + " on line " + line + " has a tag");
    }
    return scalar.getScalarStyle() == ScalarStyle.PLAIN
        ? YamlScalar.text(scalar.getValue())
        : scalar.getValue();
  }
}
