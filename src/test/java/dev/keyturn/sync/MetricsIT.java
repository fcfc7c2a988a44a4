package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the metrics of the operator tell of failures. */
@RealCluster
@Alone
class MetricsIT {
  private static final String FAILED = "keyturn_syncs_failed_total{cause=\"store\"";

  @Test
  void what_is_not_ready_and_what_failed_is_told_and_each_metric_says_what_it_is(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    String resources = notReady("ExternalSecret", "SecretSyncedError");
    String stores = notReady("SecretStore", "ValidationFailed");
    double resourcesBefore = sum(bed, resources);
    double storesBefore = sum(bed, stores);
    double failedBefore = sum(bed, FAILED);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("good", "db", "");
    bed.extract("bad", "db", "secretStoreRef: {name: nowhere}");
    bed.apply(
        """
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: bad}
        spec:
          provider:
            aws:
              service: SecretsManager
              region: eu-central-1
              auth:
                secretRef:
                  accessKeyIDSecretRef: {name: nothing, key: id}
                  secretAccessKeySecretRef: {name: nothing, key: secret}
        """);
    bed.awaitReady("good");
    bed.awaitFailure("bad", "nowhere");
    Eventually.holds(
        () -> {
          assertThat(sum(bed, resources)).isEqualTo(resourcesBefore + 1);
          assertThat(sum(bed, stores)).isEqualTo(storesBefore + 1);
          assertThat(sum(bed, FAILED)).isGreaterThan(failedBefore);
        });
    bed.apply(
        """
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: nowhere}
        spec: {controller: theirs, provider: {aws: {service: SecretsManager, region: eu-central-1}}}
        """);
    Eventually.holds(
        () ->
            assertThat(sum(bed, resources))
                .as("what is of another class is none of ours")
                .isEqualTo(resourcesBefore));
    bed.kubectl("delete", "kes", "bad");
    bed.kubectl("delete", "kss", "bad");
    Eventually.holds(
        () -> {
          assertThat(sum(bed, resources)).isEqualTo(resourcesBefore);
          assertThat(sum(bed, stores)).isEqualTo(storesBefore);
        });
    List<String> help =
        lines(bed).stream().filter(line -> line.startsWith("# HELP keyturn_")).toList();
    assertThat(help).anyMatch(line -> line.startsWith("# HELP keyturn_aws_calls "));
    assertThat(help).allMatch(line -> line.strip().split(" ", 4).length == 4);
  }

  private static String notReady(String kind, String reason) {
    return "keyturn_not_ready{kind=\"%s\",reason=\"%s\"".formatted(kind, reason);
  }

  private static double sum(SyncBed bed, String start) {
    return lines(bed).stream()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static List<String> lines(SyncBed bed) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(bed.operator.http().resolve("/q/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .toList();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
