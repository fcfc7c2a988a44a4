package dev.keyturn.render;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Reads a YAML map of keys and strings as External Secrets Operator does (YAML 1.1, numbers and
 * truth values as text). Failures tell the line, never its text.
 */
final class YamlMap {
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)");

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
    for (NodeTuple tuple : mapping.getValue()) {
      map.put(scalar(tuple.getKeyNode(), "a key"), scalar(tuple.getValueNode(), "a value"));
    }
    return map;
  }

  private Optional<Node> compose(String yaml) throws RenderException {
    try {
      return new Compose(LoadSettings.builder().setMaxAliasesForCollections(50).build())
          .composeString(yaml);
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
        && isNull(scalar.getValue());
  }

  private static boolean isNull(String plain) {
    return switch (plain) {
      case "", "~", "null", "Null", "NULL" -> true;
      default -> false;
    };
  }

  private String scalar(Node node, String what) throws RenderException {
    if (!(node instanceof ScalarNode scalar)) {
      int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw failed(what + " on line " + line + " is a list or a map");
    }
    return scalar.getScalarStyle() == ScalarStyle.PLAIN
        ? plain(scalar.getValue())
        : scalar.getValue();
  }

  private static String plain(String text) {
    if (isNull(text)) {
      return "";
    }
    return switch (text) {
      case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE" -> "true";
      case "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE" -> "false";
      default -> INTEGER.matcher(text).matches() ? integer(text) : text;
    };
  }

  private static String integer(String text) {
    boolean negative = text.startsWith("-");
    String digits = text.replaceAll("[-+_]", "");
    BigInteger value;
    if (digits.startsWith("0x")) {
      value = new BigInteger(digits.substring(2), 16);
    } else if (digits.startsWith("0b")) {
      value = new BigInteger(digits.substring(2), 2);
    } else if (digits.startsWith("0o")) {
      value = new BigInteger(digits.substring(2), 8);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      value = new BigInteger(digits, 8);
    } else {
      value = new BigInteger(digits);
    }
    return (negative ? value.negate() : value).toString();
  }
}
