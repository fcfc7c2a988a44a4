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
import java.time.Duration;
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
  private static final int BUSY = 12;
  private static final int RECREATED = 8;
  private static final Duration LOOK = Duration.ofMillis(800);

  /** What is deleted and made again is queued both times. */
  private static final Map<String, String> ONE_AT_A_TIME =
      Map.of("KEYTURN_RECONCILERS", "1", "KEYTURN_STORES_ALLOW_CUSTOM_ENDPOINTS", "true");

  @Test
  void of_external_secrets(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace, ONE_AT_A_TIME);
    bed.secret("db", "{\"password\":\"one\"}");
    List<String> names = IntStream.range(0, RECREATED).mapToObj(i -> "again-" + i).toList();
    names.forEach(name -> bed.extract(name, "db", "refreshInterval: 5s"));
    names.forEach(bed::awaitReady);
    try (SlowAws slow = new SlowAws(LOOK)) {
      slow.store(bed);
      for (int i = 0; i < BUSY; i++) {
        bed.externalSecret(
            "busy-" + i,
            "secretStoreRef: {name: %s}\ndataFrom: [{find: {name: {regexp: n%d}}}]"
                .formatted(SlowAws.STORE, i));
      }
      Eventually.holds(() -> assertThat(slow.asked()).isPositive());
      for (String name : names) {
        bed.annotate(name, "keyturn.dev/force-sync=1");
        recreate(client(bed), bed.namespace, name, ExternalSecret.class, ExternalSecret::new);
      }
      names.forEach(bed::awaitReady);
      for (int i = 0; i < BUSY; i++) {
        bed.kubectl("delete", "externalsecret", "busy-" + i);
      }
    }
    names.forEach(name -> bed.awaitSecret(name, Map.of("password", "one")));
    bed.change("db", "{\"password\":\"two\"}");
    names.forEach(name -> bed.awaitSecret(name, Map.of("password", "two")));
  }

  @Test
  void of_stores(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace, ONE_AT_A_TIME);
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
