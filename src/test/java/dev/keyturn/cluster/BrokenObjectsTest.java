package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.SecretStore;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One object that cannot be read, in the first list and in the watch: all others are followed. */
class BrokenObjectsTest {
  private static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final UnreadableObjects unreadable = new UnreadableObjects(registry);
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client =
        server.createClient(
            builder -> builder.withKubernetesSerialization(TotalReading.serialization(unreadable)));
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void a_secret_whose_field_manager_has_no_name_is_a_secret_like_others() throws Exception {
    client.resource(nameless("listed")).create();
    SecretViews views = started();
    client.resource(nameless("watched")).create();
    client.resource(secret("witness", "YQ==")).create();
    Eventually.holds(() -> assertThat(views.get("shop", "witness")).isPresent());
    assertThat(views.get("shop", "listed").orElseThrow().managers()).containsExactly("");
    assertThat(views.get("shop", "watched").orElseThrow().managers()).containsExactly("");
    assertThat(views.running()).isTrue();
  }

  @Test
  void a_secret_that_cannot_be_read_has_no_view_and_ends_nothing() throws Exception {
    client.resource(secret("listed", "no base64")).create();
    client.resource(secret("broken-later", "YQ==")).create();
    SecretViews views = started();
    client.resource(secret("broken-later", "no base64")).update();
    client.resource(secret("witness", "YQ==")).create();
    Eventually.holds(() -> assertThat(views.get("shop", "witness")).isPresent());
    assertThat(views.get("shop", "listed")).isEmpty();
    assertThat(views.get("shop", "broken-later")).isEmpty();
    assertThat(views.running()).isTrue();
    assertThat(registry.counter("keyturn.unreadable.objects", "kind", "Secret").count())
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void the_late_answer_of_a_write_brings_no_deleted_secret_back() throws Exception {
    SecretViews views = started();
    Secret written = client.resource(secret("one", "YQ==")).create();
    Eventually.holds(() -> assertThat(views.get("shop", "one")).isPresent());
    client.resource(written).delete();
    Eventually.holds(() -> assertThat(views.get("shop", "one")).isEmpty());
    var _ = views.put(written);
    assertThat(views.get("shop", "one")).isEmpty();
    Secret again = client.resource(secret("one", "YQ==")).create();
    var _ = views.put(again);
    assertThat(views.get("shop", "one")).isPresent();
  }

  @Test
  void a_view_that_is_newer_than_the_one_that_raced_stays() throws Exception {
    SecretViews views = started();
    SecretView old = views.put(client.resource(secret("one", "YQ==")).create());
    SecretView newer = views.put(client.resource(secret("one", "Yg==")).update());
    views.drop(old);
    assertThat(views.get("shop", "one")).contains(newer);
    views.drop(newer);
    assertThat(views.get("shop", "one")).isEmpty();
  }

  @Test
  void a_listener_that_breaks_down_keeps_nobody_else_from_hearing() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    SecretViews views = new SecretViews(client, HASH, unreadable);
    views.listen(
        view -> {
          throw new IllegalStateException();
        });
    views.listen(view -> heard.add(view.name()));
    views.start();
    client.resource(secret("one", "YQ==")).create();
    client.resource(secret("two", "YQ==")).create();
    Eventually.holds(() -> assertThat(heard).containsExactly("one", "two"));
    assertThat(views.get("shop", "two")).isPresent();
  }

  @Test
  void a_store_that_cannot_be_read_ends_no_informer() throws Exception {
    store("listed", "3000000000");
    SharedIndexInformer<SecretStore> informer =
        client.resources(SecretStore.class).inAnyNamespace().runnableInformer(0);
    informer.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
    store("watched", "3000000000");
    store("witness", "60");
    Eventually.holds(() -> assertThat(informer.getStore().listKeys()).contains("shop/witness"));
    assertThat(informer.isRunning()).isTrue();
    assertThat(informer.getStore().list())
        .filteredOn(it -> it.unreadable().isPresent())
        .map(it -> it.getMetadata().getName())
        .containsExactlyInAnyOrder("listed", "watched");
  }

  private SecretViews started() throws Exception {
    SecretViews views = new SecretViews(client, HASH, unreadable);
    views.start();
    return views;
  }

  private static Secret secret(String name, String value) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .withLabels(Map.of("keyturn.dev/managed", "true"))
        .endMetadata()
        .withData(Map.of("a", value))
        .build();
  }

  private static Secret nameless(String name) {
    return secret(name, "YQ==")
        .edit()
        .editMetadata()
        .withManagedFields(
            new ManagedFieldsEntryBuilder()
                .withTime("2026-11-29T00:00:00Z")
                .withNewFieldsV1()
                .addToAdditionalProperties("f:data", Map.of("f:a", Map.of()))
                .endFieldsV1()
                .build())
        .endMetadata()
        .build();
  }

  private void store(String name, String interval) {
    client.raw(
        "/apis/keyturn.dev/v1/namespaces/shop/secretstores",
        "POST",
        """
        {"apiVersion": "keyturn.dev/v1", "kind": "SecretStore",
         "metadata": {"namespace": "shop", "name": "%s"},
         "spec": {"refreshInterval": %s,
                  "provider": {"aws": {"service": "SecretsManager", "region": "eu-central-1"}}}}
        """
            .formatted(name, interval));
  }
}
