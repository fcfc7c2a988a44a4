package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.SecretStore;
import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is deleted and made again at once, as by {@code kubectl replace --force}, while the operator
 * is busy: the new one is served as any other.
 */
@RealCluster
@Alone
class RecreationIT {
  private static final int MANY = 100;
  private static final int RECREATED = 20;

  @Test
  void of_external_secrets(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    List<String> names = IntStream.range(0, RECREATED).mapToObj(i -> "again-" + i).toList();
    names.forEach(name -> bed.extract(name, "db", "refreshInterval: 5s"));
    names.forEach(bed::awaitReady);
    for (int i = 0; i < MANY; i++) {
      bed.extract(
          "busy-" + i, "db", "target: {template: {data: {x: '{{ genPrivateKey \"ec\" }}'}}}");
    }
    for (String name : names) {
      bed.annotate(name, "keyturn.dev/force-sync=1");
      recreate(client(bed), bed.namespace, name, ExternalSecret.class, ExternalSecret::new);
    }
    names.forEach(bed::awaitReady);
    names.forEach(name -> bed.awaitSecret(name, Map.of("password", "one")));
    bed.change("db", "{\"password\":\"two\"}");
    names.forEach(name -> bed.awaitSecret(name, Map.of("password", "two")));
  }

  @Test
  void of_stores(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("db", "db", "");
    bed.awaitReady("db");
    for (int i = 0; i < RECREATED; i++) {
      recreate(client(bed), bed.namespace, "aws", SecretStore.class, SecretStore::new);
    }
    Eventually.holds(
        () ->
            assertThat(
                    bed.kubectl(
                        "get",
                        "secretstore",
                        "aws",
                        "-o",
                        "jsonpath={.status.conditions[0].status}"))
                .isEqualTo("True"));
    bed.extract("late", "db", "");
    bed.awaitReady("late");
    assertThat(bed.kubectl("delete", "secret", "aws-keys")).contains("deleted");
    Eventually.holds(
        () ->
            assertThat(
                    bed.kubectl(
                        "get",
                        "secretstore",
                        "aws",
                        "-o",
                        "jsonpath={.status.conditions[0].status}"))
                .as("it is woken by what it names")
                .isEqualTo("False"));
  }

  private static KubernetesClient client(SyncBed bed) {
    return bed.cluster.client();
  }

  private static <S, R extends CustomResource<S, ?>> void recreate(
      KubernetesClient client, String namespace, String name, Class<R> type, Supplier<R> empty) {
    R old = client.resources(type).inNamespace(namespace).withName(name).require();
    R again = empty.get();
    again.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    again.setSpec(Optional.ofNullable(old.getSpec()).orElseThrow());
    client.resource(old).withGracePeriod(0).delete();
    HasMetadata made = client.resource(again).create();
    assertThat(made.getMetadata().getUid()).isNotEqualTo(old.getMetadata().getUid());
  }
}
