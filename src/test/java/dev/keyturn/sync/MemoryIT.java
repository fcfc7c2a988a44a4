package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Objects as large as the API server takes them, in one namespace, and an operator with the heap
 * that the chart gives it: half a gibibyte of manifests and of values stops nobody.
 */
@RealCluster
@Alone
class MemoryIT {
  private static final int MANY = 50;
  private static final int LARGE = 70;

  /** The API server takes a request of 3 MiB, and etcd one of 1.5. */
  private static final String COMMENT = "{{/* " + "x".repeat(1_000_000) + " */}}";

  private static final String REGEXES =
      IntStream.range(0, 100)
          .mapToObj(_ -> '"' + "y".repeat(1_000) + '"')
          .collect(Collectors.joining(","));

  @Test
  void whole_specs_and_whole_stores(TestCluster cluster, Namespace namespace) {
    Witness witness = Witness.of(cluster);
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    for (int i = 0; i < LARGE; i++) {
      create(
          bed,
          "externalsecrets",
          """
          {"apiVersion": "keyturn.dev/v1", "kind": "ExternalSecret",
           "metadata": {"name": "template-%d"},
           "spec": {"secretStoreRef": {"name": "aws"}, "dataFrom": [{"extract": {"key": "db"}}],
                    "target": {"template": {"data": {"x": "%s{{ .password }}"}}}}}
          """
              .formatted(i, COMMENT));
      create(
          bed,
          "secretstores",
          """
          {"apiVersion": "keyturn.dev/v1", "kind": "SecretStore",
           "metadata": {"name": "large-%d"},
           "spec": {"provider": {"aws": {"service": "SecretsManager", "region": "eu-central-1"}},
                    "conditions": [{"namespaceRegexes": [%s]}]}}
          """
              .formatted(i, REGEXES));
    }
    all(bed, "one");
    witness.servedTwice();
    bed.change("db", "{\"password\":\"two\"}");
    for (int i = 0; i < LARGE; i++) {
      force(bed, "template-" + i);
    }
    all(bed, "two");
    bed.operator.kill();
    bed.crash();
    witness.servedTwice();
    all(bed, "two");
  }

  @Test
  void many_large_values_and_templates_that_grow(TestCluster cluster, Namespace namespace) {
    Witness witness = Witness.of(cluster);
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    for (int i = 0; i < 100; i++) {
      bed.secret("large-" + i, "v".repeat(60_000));
    }
    for (int i = 0; i < MANY; i++) {
      bed.externalSecret("find-" + i, "dataFrom: [{find: {name: {regexp: 'large-.*'}}}]\n");
      bed.extract(
          "grows-" + i,
          "db",
          "target: {template: {data: {x: '{{ range until 2000 }}{{ repeat 100000 \"z\" }}{{ end }}'}}}\n");
    }
    for (int i = 0; i < MANY; i++) {
      bed.awaitFailure("find-" + i, "TooLarge", "6000000 bytes");
      bed.awaitFailure("grows-" + i, "makes more than the 1048576 bytes");
    }
    witness.servedTwice();
    assertThat(bed.operator.isAlive()).isTrue();
  }

  /** Not by kubectl, whose own annotation ends at 256 KiB. */
  private static void create(SyncBed bed, String plural, String json) {
    var _ =
        bed.cluster
            .client()
            .raw(
                "/apis/keyturn.dev/v1/namespaces/%s/%s".formatted(bed.namespace, plural),
                "POST",
                json);
  }

  /** A process of kubectl takes longer than what it does. */
  private static void force(SyncBed bed, String name) {
    var _ =
        bed.cluster
            .client()
            .resources(ExternalSecret.class)
            .inNamespace(bed.namespace)
            .withName(name)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"annotations\":{\"keyturn.dev/force-sync\":\"1\"}}}");
  }

  private static void all(SyncBed bed, String password) {
    for (int i = 0; i < LARGE; i++) {
      bed.awaitSecret("template-" + i, Map.of("x", password));
    }
    assertThat(bed.operator.isAlive()).isTrue();
    Eventually.holds(() -> assertThat(bed.operator.log()).doesNotContain("OutOfMemory"));
  }
}
