package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.TestKeys;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * Manifests for External Secrets Operator v1, as teams have them in Git, with nothing but their
 * {@code apiVersion} changed: the API server takes every field, and the Secrets hold what External
 * Secrets Operator makes of the same values, byte for byte, but where the migration page says
 * otherwise.
 */
@RealCluster
class EsoManifestsIT {
  private static final Path FOLDER = Path.of("src", "test", "resources", "eso");
  private static final String DATABASE =
      """
      {"user":"admin","password":"p w/d","host":"db.example.com","options":{"ssl":true,"max":10}}""";

  private static String moved(String file) throws IOException {
    String manifest = Files.readString(FOLDER.resolve(file + ".yaml"));
    assertThat(manifest).contains("apiVersion: external-secrets.io/v1\n");
    return manifest.replace("apiVersion: external-secrets.io/v1\n", "apiVersion: keyturn.dev/v1\n");
  }

  @Test
  void stores_of_all_kinds_are_accepted(TestCluster cluster, Namespace namespace)
      throws IOException {
    SyncBed bed = SyncBed.on(cluster, namespace);
    String said =
        cluster.kubectlWithInput(
            moved("stores-not-read"),
            "apply",
            "--validate=strict",
            "--dry-run=server",
            "-n",
            bed.namespace,
            "-f",
            "-");
    assertThat(said.lines()).hasSize(2).allMatch(line -> line.contains("created"));
  }

  @Test
  void secrets_are_those_of_external_secrets_operator(TestCluster cluster, Namespace namespace)
      throws IOException, GeneralSecurityException {
    SyncBed bed = SyncBed.on(cluster, namespace);
    KeyPair key = TestKeys.generate("secp256r1");
    String certificate =
        TestKeys.pem(
            TestKeys.certificate(
                "shop", key.getPublic(), "shop", key.getPublic(), key.getPrivate(), true));
    String keyPem = TestKeys.pem(key.getPrivate());
    values(bed, keyPem + certificate);
    bed.kubectl("create", "secret", "generic", "somebody-elses", "--from-literal=theirs=t");
    for (String file :
        List.of(
            "stores",
            "whole-secret",
            "properties",
            "extract",
            "find-by-name",
            "find-by-tags",
            "template",
            "template-merge",
            "template-from",
            "dockerconfig",
            "tls",
            "merge-into",
            "parameters",
            "merged",
            "metadata")) {
      bed.apply(moved(file));
    }
    Map<String, Map<String, String>> expected = new TreeMap<>(expected());
    expected.put("tls", Map.of("tls.crt", certificate, "tls.key", keyPem));
    Eventually.holds(
        () ->
            SoftAssertions.assertSoftly(
                softly ->
                    expected.forEach(
                        (name, data) ->
                            softly
                                .assertThat(bed.live(name).map(SyncBed::texts).orElse(Map.of()))
                                .as(name)
                                .isEqualTo(data))));
    assertMetadata(bed);
  }

  private static void assertMetadata(SyncBed bed) {
    Secret template = bed.live("template").orElseThrow();
    assertThat(template.getMetadata().getAnnotations()).containsEntry("example.com/user", "admin");
    assertThat(template.getMetadata().getLabels()).containsEntry("example.com/managed", "yes");
    assertThat(bed.live("template-from").orElseThrow().getMetadata().getAnnotations())
        .containsEntry("example.com/host", "db.example.com");
    assertThat(bed.live("secret-to-be-created").orElseThrow().getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/part-of", "shop");
    assertThat(bed.live("dockerconfig").orElseThrow().getType())
        .isEqualTo("kubernetes.io/dockerconfigjson");
    assertThat(bed.live("tls").orElseThrow().getType()).isEqualTo("kubernetes.io/tls");
    assertThat(bed.live("tls").orElseThrow().getMetadata().getOwnerReferences()).isEmpty();
  }

  private static void values(SyncBed bed, String pem) {
    bed.secret("shop/plain", "a value");
    bed.secret(
        "shop/friends",
        """
        {"name": {"first": "Tom", "last": "Anderson"},
         "friends": [ {"first": "Dale"},  {"first": "Roger", "age": 12345678901234567890} ]}""");
    bed.secret("shop/rotated", "{\"password\":\"old\"}");
    bed.change("shop/rotated", "{\"password\":\"new\"}");
    bed.secret(
        "shop/config",
        """
        {"text":"t","number":1.50,"whole":10,"yes":true,"nothing":null,"a/b":"slash","nested":{"z":"1","a":{"b": [1, 2]}}}""");
    bed.secret("shop/features/dark-mode", "on");
    bed.secret("shop/features/beta", "off");
    bed.secret("shop/other", "not found");
    tagged(bed, "shop/tagged-one", "1", "prod", "app-name");
    tagged(bed, "shop/tagged-two", "2", "prod", "another");
    bed.secret("shop/database", DATABASE);
    bed.secret(
        "shop/tls", Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)));
    bed.secret("shop/tenants/a", "{\"both\":\"a\",\"a\":{\"x\":1}}");
    bed.secret("shop/tenants/b", "{\"both\":\"b\",\"b\":\"2\"}");
    try (SsmClient ssm = bed.account.ssm()) {
      parameter(ssm, "/shop/password", "first");
      parameter(ssm, "/shop/password", "second");
      parameter(ssm, "/shop/db/user", "admin");
      parameter(ssm, "/shop/db/port", "5432");
    }
  }

  private static void tagged(
      SyncBed bed, String name, String value, String environment, String application) {
    bed.aws.createSecret(
        request ->
            request
                .name(name)
                .secretString(value)
                .tags(
                    Tag.builder().key("environment").value(environment).build(),
                    Tag.builder().key("application").value(application).build()));
  }

  private static void parameter(SsmClient ssm, String name, String value) {
    ssm.putParameter(
        request ->
            request.name(name).value(value).type(ParameterType.SECURE_STRING).overwrite(true));
  }

  private static Map<String, Map<String, String>> expected() {
    return Map.ofEntries(
        Map.entry("secret-to-be-created", Map.of("secret-key-to-be-managed", "a value")),
        Map.entry(
            "friends",
            Map.of(
                "firstname", "Tom",
                "first_friend", "Roger",
                "all",
                    "[ {\"first\": \"Dale\"},  {\"first\": \"Roger\", \"age\": 12345678901234567890} ]",
                "previous", "old")),
        Map.entry(
            "extract",
            Map.of(
                "text", "t",
                "number", "1.50",
                "whole", "10",
                "yes", "true",
                "nothing", "",
                "a_b", "slash",
                "nested", "{\"z\":\"1\",\"a\":{\"b\": [1, 2]}}",
                "nested_z", "1",
                "nested_a", "{\"b\": [1, 2]}")),
        Map.entry("find-by-name", Map.of("DARK_MODE", "on", "BETA", "off")),
        Map.entry("find-by-tags", Map.of("shop_tagged-one", "1")),
        Map.entry(
            "template",
            Map.of(
                "config.yml",
                """
                database:
                  connection: postgresql://admin:p w/d@db.example.com:5432
                  options:\s
                    max: 10
                    ssl: true
                """,
                "alertmanager.yaml",
                "YWRtaW4=")),
        Map.entry(
            "template-merge",
            Map.of(
                "user", "admin",
                "password", "p w/d",
                "host", "db.example.com",
                "options", "{\"ssl\":true,\"max\":10}",
                "url", "https://admin@db.example.com")),
        Map.entry(
            "template-from",
            Map.of(
                "config.yaml",
                """
                datasources:
                  - name: Graphite
                    user: "admin"
                    password: "p w/d"
                """,
                "host-db-example-com",
                "cCB3L2Q=",
                "USER",
                "admin",
                "PASSWORD",
                "p w/d",
                "HOST",
                "db.example.com",
                "OPTIONS",
                "{\"ssl\":true,\"max\":10}")),
        Map.entry(
            "dockerconfig",
            Map.of(
                ".dockerconfigjson",
                "{\"auths\":{\"https://index.docker.io/v1/\":{\"username\":\"admin\",\"password\":\"p w/d\",\"auth\":\"YWRtaW46cCB3L2Q=\"}}}")),
        Map.entry("somebody-elses", Map.of("theirs", "t", "password", "p w/d")),
        Map.entry(
            "parameters", Map.of("password", "first", "host", "db.example.com", "user", "admin")),
        Map.entry("merged", Map.of("both", "b", "a", "{\"x\":1}", "b", "2")),
        Map.entry("metadata", Map.of("environment", "prod")));
  }
}
