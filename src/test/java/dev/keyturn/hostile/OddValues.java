package dev.keyturn.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values that somebody has a reason to write, and values that nobody has. */
final class OddValues {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final List<String> DURATIONS =
      List.of(
          "0",
          "0s",
          "1",
          "1s",
          "5s",
          "10s",
          "1m",
          "1h",
          "1h30m",
          "8760h",
          "31536000",
          "1ns",
          "0.000000001s",
          "1.5s",
          "999999999ms",
          "1us",
          "5m0.5s");

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "x",
          "\u0000",
          "\u202Eevil",
          "\uFEFFx",
          "\uD83D\uDD11\uD83D\uDD11",
          "e\u0301".repeat(20),
          "\r\n",
          "a\tb",
          "null",
          "~",
          "true",
          "-1",
          "1e400",
          "99999999999999999999",
          "{",
          "[".repeat(200),
          "{{",
          "{{ . }}",
          "{{ range $i := until 100000000 }}x{{ end }}",
          "{{ genPrivateKey \"rsa\" }}",
          "{{ repeat 100000000 \"x\" }}",
          "{{ index . \"a\" \"b\" \"c\" }}",
          "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}",
          "{{ .password | b64dec | fromJson }}",
          "$(namespace)",
          "${jndi:ldap://127.0.0.1:1/x}",
          "../../etc/passwd",
          "%00",
          "(a+)+$",
          "[",
          "\\",
          "(?i).*",
          "^(x{1000}){1000}$",
          "|");

  /** By the name of the property: what makes an object do something. */
  private static final Map<String, List<String>> FAMILIAR =
      Map.ofEntries(
          Map.entry("key", List.of("db", "db", "plain", "binary", "absent", "/a/path", "id", "x")),
          Map.entry("secretKey", List.of("password", "user", "tls.crt", ".", "..", "a.b-c_d")),
          Map.entry("property", List.of("password", "user", "nested.a.0", "#", "@this", "a..b")),
          Map.entry(
              "version",
              List.of("AWSCURRENT", "AWSPREVIOUS", "uuid/", "uuid/x", "7", "latest", "nothing")),
          Map.entry(
              "name",
              List.of("aws", "aws", "generated-1", "generated-2", "aws-keys", "db", "nowhere")),
          Map.entry("namespace", List.of("default", "kube-system", "witness")),
          Map.entry("namespaces", List.of("default", "witness", "x")),
          Map.entry("region", List.of("eu-central-1", "eu-central-1", "us-gov-west-1", "zz-no-9")),
          Map.entry(
              "role",
              List.of(
                  "arn:aws:iam::123456789012:role/app",
                  "arn:aws-cn:iam::123456789012:role/a/b/app")),
          Map.entry("additionalRoles", List.of("arn:aws:iam::123456789012:role/hop")),
          Map.entry("secretsManager", List.of("http://127.0.0.1:1", "https://example.invalid/x")),
          Map.entry("ssm", List.of("http://127.0.0.1:1", "https://example.invalid/x")),
          Map.entry("sts", List.of("http://127.0.0.1:1", "https://example.invalid/x")),
          Map.entry("regexp", List.of(".*", "^d", "(a+)+$", "[", "(?i)DB", "^(x{500}){2}$")),
          Map.entry("source", List.of(".*", "(.)", "^", "[", "pass(.*)")),
          Map.entry("target", List.of("$1", "", "x", "$9", "Data", "labels", "annotations")),
          Map.entry("path", List.of("", "/", "a", "/a/path")),
          Map.entry(
              "schedule",
              List.of(
                  "0 3 * * *", "* * * * *", "59 23 31 2 *", "@hourly", "@every 1s", "0 0 * * 7")),
          Map.entry("timeZone", List.of("Europe/Berlin", "Etc/GMT+12", "Nowhere/X", "UTC")),
          Map.entry("kind", List.of("Secret", "ConfigMap", "Password", "Deployment", "X")),
          Map.entry(
              "apiVersion", List.of("v1", "apps/v1", "generators.external-secrets.io/v1", "")),
          Map.entry(
              "type",
              List.of("Opaque", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson", "odd/type")),
          Map.entry("operator", List.of("In", "NotIn", "Exists", "DoesNotExist", "Gt")),
          Map.entry("finalizers", List.of("example.com/stays", "foregroundDeletion")),
          Map.entry("controller", List.of("", "other")),
          Map.entry("keys", List.of("password", "*", "nothing")));

  private final Random random;

  OddValues(Random random) {
    this.random = random;
  }

  String duration() {
    return oneOf(DURATIONS);
  }

  /** The ends of the range more often than what lies between. */
  long edge(long least, long most) {
    return switch (random.nextInt(5)) {
      case 0 -> least;
      case 1 -> most;
      default -> random.nextLong(least, Math.min(most, least + 100) + 1);
    };
  }

  String text(String name, JsonNode schema) {
    int longest = schema.path("maxLength").asInt(64);
    int shortest = schema.path("minLength").asInt(0);
    List<String> familiar = FAMILIAR.get(name);
    String text =
        familiar != null && random.nextInt(12) != 0
            ? oneOf(familiar)
            : schema.has("pattern")
                ? "a".repeat(Math.max(1, random.nextInt(longest)))
                : odd(longest);
    return fitting(text, shortest, longest);
  }

  private String odd(int longest) {
    return switch (random.nextInt(40)) {
      case 0 -> "x".repeat(Math.min(longest, 300_000));
      case 1 -> "{{ .password }}".repeat(Math.min(longest, 60_000) / 15);
      case 2 -> "{{ if true }}".repeat(Math.min(longest, 30_000) / 13);
      default -> oneOf(TEXTS);
    };
  }

  private static String fitting(String text, int shortest, int longest) {
    if (text.length() > longest) {
      return text.substring(0, longest);
    }
    return text.length() < shortest ? text + "x".repeat(shortest - text.length()) : text;
  }

  String mapKey(int i) {
    return random.nextInt(4) == 0 ? oneOf(TEXTS) + i : oneOf(List.of("password", "a", "x/y")) + i;
  }

  /** As deep as the API server takes it. */
  JsonNode nested() {
    int depth = random.nextInt(3) == 0 ? 3_000 : 1 + random.nextInt(50);
    JsonNode inner = JSON.textNode(oneOf(TEXTS));
    for (int i = 0; i < depth; i++) {
      inner =
          random.nextBoolean() ? JSON.objectNode().set("f:a", inner) : JSON.arrayNode().add(inner);
    }
    return inner instanceof ArrayNode ? JSON.objectNode().set("a", inner) : inner;
  }

  /** Labels, annotations of ours, owners, fields and their managers. */
  ObjectNode metadata(String name) {
    ObjectNode metadata = JSON.objectNode().put("name", name);
    if (random.nextInt(3) == 0) {
      ObjectNode annotations = metadata.putObject("annotations");
      for (String ours :
          List.of(
              "keyturn.dev/force-sync",
              "keyturn.dev/adopt",
              "keyturn.dev/restart",
              "keyturn.dev/restart-now",
              "keyturn.dev/restarted-for",
              "keyturn.dev/restarted-at",
              "force-sync",
              "kubectl.kubernetes.io/last-applied-configuration")) {
        if (random.nextInt(3) == 0) {
          annotations.put(
              ours,
              random.nextBoolean()
                  ? oneOf(TEXTS)
                  : oneOf(List.of("overwrite", "9999-12-31T23:59:59Z", "-1", "{\"db\":\"x\"}")));
        }
      }
    }
    if (random.nextInt(6) == 0) {
      ArrayNode owners = metadata.putArray("ownerReferences");
      for (int i = random.nextInt(20); i >= 0; i--) {
        owners
            .addObject()
            .put("apiVersion", oneOf(List.of("v1", "keyturn.dev/v1", "a/b")))
            .put("kind", oneOf(List.of("ExternalSecret", "Secret", "X\u0000")))
            .put("name", oneOf(List.of("db", "x".repeat(2_000), "\u202E")))
            .put("uid", "nobody-" + i);
      }
    }
    if (random.nextInt(6) == 0) {
      ObjectNode fields = metadata.putArray("managedFields").addObject();
      fields
          .put("operation", "Update")
          .put("apiVersion", "keyturn.dev/v1")
          .put("time", oneOf(List.of("2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z")))
          .put("fieldsType", "FieldsV1")
          .set("fieldsV1", JSON.objectNode().set("f:spec", nested()));
      if (random.nextBoolean()) {
        fields.put("manager", oneOf(List.of("keyturn", "kubectl", "m".repeat(128))));
      }
    }
    return metadata;
  }

  private String oneOf(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }
}
