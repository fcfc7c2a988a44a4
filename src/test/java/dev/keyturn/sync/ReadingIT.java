package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

/** Relies on MiniStack for stages and versions. */
@RealCluster
class ReadingIT {

  @Test
  void by_name_arn_stage_and_version(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    String arn = bed.secret("app/db", "one");
    String first = bed.aws.getSecretValue(r -> r.secretId("app/db")).versionId();
    bed.change("app/db", "two");
    bed.aws.updateSecretVersionStage(
        r -> r.secretId("app/db").versionStage("BLUE").moveToVersionId(first));
    bed.externalSecret(
        "db",
        """
        data:
          - {secretKey: name, remoteRef: {key: app/db}}
          - {secretKey: arn, remoteRef: {key: "ARN"}}
          - {secretKey: previous, remoteRef: {key: app/db, version: AWSPREVIOUS}}
          - {secretKey: blue, remoteRef: {key: app/db, version: BLUE}}
          - {secretKey: pinned, remoteRef: {key: app/db, version: uuid/FIRST}}
        """
            .replace("ARN", arn)
            .replace("FIRST", first));
    bed.awaitSecret(
        "db",
        Map.of("name", "two", "arn", "two", "previous", "one", "blue", "one", "pinned", "one"));
    bed.awaitReady("db");
    assertThat(bed.status("db").sources())
        .anySatisfy(
            source -> {
              assertThat(source.key()).isEqualTo("app/db");
              assertThat(source.versionId()).isNotBlank();
            });
    assertThat(bed.status("db").binding().name()).isEqualTo("db");
  }

  @Test
  void properties_of_json_as_they_stand_in_the_source(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret(
        "app/json",
        """
        {"user": "shop", "port": 5432, "tls": true, "none": null, "a.b": "dotted", "a": {"c": "deep"},
         "hosts": [{"name": "first"}, {"name": "second"}], "raw": { "z":1,  "a":2 }}""");
    bed.externalSecret(
        "json",
        """
        data:
          - {secretKey: user, remoteRef: {key: app/json, property: user}}
          - {secretKey: port, remoteRef: {key: app/json, property: port}}
          - {secretKey: tls, remoteRef: {key: app/json, property: tls}}
          - {secretKey: none, remoteRef: {key: app/json, property: none}}
          - {secretKey: dotted, remoteRef: {key: app/json, property: a.b}}
          - {secretKey: deep, remoteRef: {key: app/json, property: a.c}}
          - {secretKey: second, remoteRef: {key: app/json, property: hosts.1.name}}
          - {secretKey: raw, remoteRef: {key: app/json, property: raw}}
        """);
    bed.awaitSecret(
        "json",
        Map.of(
            "user", "shop",
            "port", "5432",
            "tls", "true",
            "none", "",
            "dotted", "dotted",
            "deep", "deep",
            "second", "second",
            "raw", "{ \"z\":1,  \"a\":2 }"));
  }

  @Test
  void all_of_a_json_object_and_data_wins_over_it(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/json", "{\"user\": \"shop\", \"pass word\": \"p\"}");
    bed.secret("app/other", "admin");
    bed.externalSecret(
        "json",
        """
        dataFrom: [{extract: {key: app/json}}]
        data: [{secretKey: user, remoteRef: {key: app/other}}]
        """);
    bed.awaitSecret("json", Map.of("user", "admin", "pass_word", "p"));
  }

  @Test
  void bytes_stay_bytes(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    byte[] bytes = {0, (byte) 0xff, (byte) 0xfe, 10, (byte) 0x80};
    bed.aws.createSecret(r -> r.name("app/keystore").secretBinary(SdkBytes.fromByteArray(bytes)));
    bed.externalSecret(
        "keystore", "data: [{secretKey: keystore.jks, remoteRef: {key: app/keystore}}]");
    bed.awaitReady("keystore");
    assertThat(bed.live("keystore").orElseThrow().getData())
        .containsEntry("keystore.jks", Base64.getEncoder().encodeToString(bytes));
  }

  @Test
  void base64_is_decoded_where_asked(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/cert", "aGVsbG8=");
    bed.externalSecret(
        "cert",
        """
        data:
          - {secretKey: text, remoteRef: {key: app/cert}}
          - {secretKey: bytes, remoteRef: {key: app/cert, decodingStrategy: Base64}}
        """);
    bed.awaitSecret("cert", Map.of("text", "aGVsbG8=", "bytes", "hello"));
  }

  @Test
  void a_store_of_the_other_kind_is_pointed_out(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    String store = bed.namespace;
    bed.apply(
        """
        apiVersion: keyturn.dev/v1
        kind: ClusterSecretStore
        metadata: {name: %s}
        spec: {provider: {aws: {service: SecretsManager, region: eu-central-1}}}
        """
            .formatted(store));
    bed.externalSecret(
        "one", "secretStoreRef: {name: %s}\ndataFrom: [{extract: {key: app}}]".formatted(store));
    bed.awaitFailure(
        "one", "ClusterSecretStore %s does: write kind: ClusterSecretStore".formatted(store));
  }
}
