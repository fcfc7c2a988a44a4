package dev.keyturn.sync;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.keyturn.testbed.Emulators;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

/**
 * What goes wrong is said once, in words that help, and costs nobody the last good Secret.
 * MiniStack for what AWS itself refuses (with IAM for the role), WireMock with AWS's documented
 * body for the expired token.
 */
@RealCluster
class BadInputIT {
  /** In every value that AWS or the cluster holds here; must come up nowhere else. */
  private final String planted = "planted" + UUID.randomUUID().toString().replace("-", "");

  /** Each begins well, so that there is a Secret to lose. */
  private final Map<String, String[]> rows = new LinkedHashMap<>();

  @Test
  void each_is_told_once_and_the_last_good_secret_stays(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    WireMockServer expired = new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
    expired.start();
    expired.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withHeader("Content-Type", "application/x-amz-json-1.1")
                    .withHeader("x-amzn-RequestId", planted)
                    .withBody(
                        "{\"__type\":\"ExpiredTokenException\",\"message\":\"The security token included in the request is expired %s\"}"
                            .formatted(planted))));
    try {
      prepare(bed, expired.port());
      Map<String, String> versions = new LinkedHashMap<>();
      for (String row : rows.keySet()) {
        bed.extract(row, "good", "refreshInterval: 5s");
      }
      for (String row : rows.keySet()) {
        bed.awaitReady(row);
        versions.put(row, bed.live(row).map(BadInputIT::version).orElseThrow());
      }
      rows.forEach((row, how) -> bed.externalSecret(row, "refreshInterval: 5s\n" + how[0]));
      SoftAssertions softly = new SoftAssertions();
      for (var row : rows.entrySet()) {
        String[] parts = java.util.Arrays.copyOfRange(row.getValue(), 1, row.getValue().length);
        softly
            .assertThatCode(() -> bed.awaitFailure(row.getKey(), parts))
            .doesNotThrowAnyException();
      }
      for (int again = 0; again < 2; again++) {
        for (String row : rows.keySet()) {
          bed.annotate(row, "keyturn.dev/force-sync=" + again);
        }
        bed.settle();
      }
      rows.forEach(
          (row, how) -> {
            softly.assertThat(bed.warnings(row)).as("warnings of " + row).hasSize(1);
            softly
                .assertThat(bed.live(row).map(BadInputIT::version))
                .as("the last good Secret of " + row)
                .contains(versions.get(row));
            softly.assertThat(bed.ready(row).reason()).as(row).isEqualTo("SecretSyncedError");
          });
      searchForValues(bed, softly);
      softly.assertAll();
    } finally {
      expired.stop();
    }
  }

  private void prepare(SyncBed bed, int expiredPort) {
    bed.secret("good", "{\"a\":\"%s\"}".formatted(planted));
    bed.secret("text", "text that is not JSON " + planted);
    bed.secret("broken", "{\"a\": \"%s\", ".formatted(planted));
    bed.aws.createSecret(
        r ->
            r.name("bytes")
                .secretBinary(
                    SdkBytes.fromByteArray(
                        ("\u00ff" + planted).getBytes(StandardCharsets.ISO_8859_1))));
    bed.secret("long-key", "{\"%s\": \"%s\"}".formatted("k".repeat(300), planted));
    bed.secret("large", planted + "x".repeat(60_000));
    String id = bed.account.id();
    bed.kubectl("create", "configmap", "boss");
    String boss = bed.kubectl("get", "configmap", "boss", "-o", "jsonpath={.metadata.uid}");
    bed.apply(
        stores(expiredPort)
            .replace("NS", bed.namespace)
            .replace("ACCOUNT", id)
            .replace("BOSS", boss));
    String large =
        java.util.stream.IntStream.range(0, 18)
            .mapToObj(i -> "  - {secretKey: k%d, remoteRef: {key: large}}\n".formatted(i))
            .collect(java.util.stream.Collectors.joining());
    row(
        "unknown-secret",
        "dataFrom: [{extract: {key: nowhere}}]",
        "nowhere",
        "ResourceNotFoundException",
        "remoteRef.key");
    row(
        "missing-property",
        "data: [{secretKey: x, remoteRef: {key: good, property: b.c}}]",
        "b.c",
        "good");
    row(
        "text-for-json",
        "dataFrom: [{extract: {key: text}}]",
        "text",
        "is not",
        "correct the secret");
    row(
        "broken-json",
        "data: [{secretKey: x, remoteRef: {key: broken, property: a}}]",
        "broken",
        "is not");
    row("bytes-for-json", "dataFrom: [{extract: {key: bytes}}]", "bytes", "not UTF-8");
    row("long-key", "dataFrom: [{extract: {key: long-key}}]", "cannot be a key of a Secret");
    row("too-large", "data:\n" + large, "1048576", "split");
    row(
        "no-role",
        "secretStoreRef: {name: no-role}\ndataFrom: [{extract: {key: good}}]",
        "SecretStore " + bed.namespace + "/no-role",
        "ServiceAccount " + bed.namespace + "/bare",
        "eks.amazonaws.com/role-arn");
    row(
        "no-store",
        "secretStoreRef: {name: nowhere}\ndataFrom: [{extract: {key: good}}]",
        "nowhere does not exist");
    row(
        "unreachable",
        "secretStoreRef: {kind: ClusterSecretStore, name: NS-unreachable}\ndataFrom: [{extract: {key: good}}]"
            .replace("NS", bed.namespace),
        "good",
        "127.0.0.1");
    row(
        "expired",
        "secretStoreRef: {kind: ClusterSecretStore, name: NS-expired}\ndataFrom: [{extract: {key: good}}]"
            .replace("NS", bed.namespace),
        "good",
        "ExpiredTokenException");
    row(
        "denied-role",
        "secretStoreRef: {kind: ClusterSecretStore, name: NS-denied}\ndataFrom: [{extract: {key: good}}]"
            .replace("NS", bed.namespace),
        "arn:aws:iam::" + id + ":role/nobody",
        "AccessDenied");
    row(
        "others-secret",
        "target: {name: others}\ndataFrom: [{extract: {key: good}}]",
        "Secret " + bed.namespace + "/others",
        "ConfigMap boss",
        "target.name");
    row(
        "helm-release",
        "target: {name: sh.helm.release.v1.shop.v1}\ndataFrom: [{extract: {key: good}}]",
        "sh.helm.release.v1.shop.v1",
        "helm.sh/release.v1",
        "target.name");
  }

  private void row(String name, String spec, String... parts) {
    List<String> all = new ArrayList<>(List.of(spec));
    all.addAll(List.of(parts));
    rows.put(name, all.toArray(String[]::new));
  }

  private String stores(int expiredPort) {
    String clusterStore =
        """
        ---
        apiVersion: keyturn.dev/v1
        kind: ClusterSecretStore
        metadata: {name: NS-%s}
        spec:
          conditions: [{namespaces: [NS]}]
          provider:
            aws:
              service: SecretsManager
              region: eu-central-1
              endpoints: {secretsManager: "%s", sts: "%s"}
              auth:
                secretRef:
                  accessKeyIDSecretRef: {name: aws-keys, key: id}
                  secretAccessKeySecretRef: {name: aws-keys, key: secret}
        """;
    return """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: bare}
        ---
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: no-role}
        spec:
          provider:
            aws:
              service: SecretsManager
              region: eu-central-1
              auth: {jwt: {serviceAccountRef: {name: bare}}}
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: others
          ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: boss, uid: BOSS, controller: true}]
        stringData: {a: PLANTED}
        ---
        apiVersion: v1
        kind: Secret
        type: helm.sh/release.v1
        metadata: {name: sh.helm.release.v1.shop.v1}
        stringData: {release: PLANTED}
        """
            .replace("PLANTED", planted)
        + clusterStore.formatted("unreachable", "http://127.0.0.1:1", "http://127.0.0.1:1")
        + clusterStore.formatted(
            "expired", "http://127.0.0.1:" + expiredPort, "http://127.0.0.1:" + expiredPort)
        + clusterStore.formatted(
            "denied", Emulators.shared().ministackAuth(), Emulators.shared().ministackAuth())
        + "      role: arn:aws:iam::ACCOUNT:role/nobody\n";
  }

  private void searchForValues(SyncBed bed, SoftAssertions softly) {
    String encoded =
        Base64.getEncoder()
            .encodeToString(planted.getBytes(StandardCharsets.UTF_8))
            .substring(0, 30);
    Map<String, String> places =
        Map.of(
            "log", bed.operator.log(),
            "events", bed.cluster.kubectl("get", "events", "-A", "-o", "json"),
            "resources", bed.cluster.kubectl("get", "keyturn", "-A", "-o", "json"),
            "metrics", metrics(bed));
    places.forEach(
        (place, text) ->
            softly
                .assertThat(text.contains(planted) || text.contains(encoded))
                .as("a value in the " + place)
                .isFalse());
  }

  private static String metrics(SyncBed bed) {
    try (var client = java.net.http.HttpClient.newHttpClient()) {
      return client
          .send(
              java.net.http.HttpRequest.newBuilder(bed.operator.http().resolve("/q/metrics"))
                  .build(),
              java.net.http.HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String version(Secret secret) {
    return secret.getMetadata().getUid() + secret.getMetadata().getResourceVersion();
  }

  @Test
  void a_store_without_region_and_an_illegal_key_do_not_get_in(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    assertThatThrownBy(
            () ->
                bed.apply(
                    """
                    apiVersion: keyturn.dev/v1
                    kind: SecretStore
                    metadata: {name: bad}
                    spec: {provider: {aws: {service: SecretsManager}}}
                    """))
        .hasMessageContaining("region");
    assertThatThrownBy(
            () -> bed.externalSecret("bad", "data: [{secretKey: a/b, remoteRef: {key: good}}]"))
        .hasMessageContaining("secretKey");
    assertThat(bed.live("bad")).isEmpty();
  }
}
