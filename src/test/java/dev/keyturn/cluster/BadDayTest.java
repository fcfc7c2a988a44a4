package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.api.model.SecretListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API server answers only on a bad day. */
class BadDayTest {
  private static final String LIST =
      "/api/v1/secrets?%slabelSelector=keyturn.dev%%2Fmanaged%%3Dtrue&limit=500";
  private static final String WATCH =
      "/api/v1/secrets?allowWatchBookmarks=true&labelSelector=keyturn.dev%2Fmanaged%3Dtrue&resourceVersion=7&timeoutSeconds=600&watch=true";

  private final UnreadableObjects unreadable = new UnreadableObjects(new SimpleMeterRegistry());
  private final KubernetesMockServer server = new KubernetesMockServer(false);
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    server.expect().get().withPath(WATCH).andUpgradeToWebSocket().open().done().always();
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void a_list_that_expires_in_its_middle_is_listed_again() throws Exception {
    server.expect().get().withPath(LIST.formatted("")).andReturn(200, page("one", "more")).always();
    server
        .expect()
        .get()
        .withPath(LIST.formatted("continue=more&"))
        .andReturn(
            410,
            new StatusBuilder().withCode(410).withReason("Expired").withMessage("too old").build())
        .once();
    server
        .expect()
        .get()
        .withPath(LIST.formatted("continue=more&"))
        .andReturn(200, page("two", ""))
        .always();
    assertKnowsBoth();
  }

  @Test
  void html_of_a_proxy_is_no_end() throws Exception {
    server.expect().get().withPath(LIST.formatted("")).andReturn(200, "<html>Busy</html>").once();
    server.expect().get().withPath(LIST.formatted("")).andReturn(200, page("one", "more")).always();
    server
        .expect()
        .get()
        .withPath(LIST.formatted("continue=more&"))
        .andReturn(200, page("two", ""))
        .always();
    assertKnowsBoth();
  }

  @Test
  void an_object_whose_pruning_breaks_down_is_not_kept() {
    PackedItemStore<Secret> store =
        new PackedItemStore<>(
            Secret.class,
            it -> {
              if (it.getMetadata().getName().equals("odd")) {
                throw new IllegalStateException();
              }
              return it;
            },
            unreadable);
    store.put("shop/odd", secret("odd"));
    store.put("shop/one", secret("one"));
    assertThat(store.keySet()).containsExactly("shop/one");
    assertThat(store.get("shop/odd")).isNull();
  }

  private void assertKnowsBoth() throws Exception {
    SecretViews views = new SecretViews(client, new KeyedHash("k1", new byte[32]), unreadable);
    views.start();
    assertThat(views.get("shop", "one")).isPresent();
    assertThat(views.get("shop", "two")).isPresent();
    assertThat(views.running()).isTrue();
  }

  private static SecretList page(String name, String more) {
    return new SecretListBuilder()
        .withNewMetadata()
        .withResourceVersion("7")
        .withContinue(more)
        .endMetadata()
        .withItems(secret(name))
        .build();
  }

  private static Secret secret(String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .withUid(name)
        .withResourceVersion("5")
        .withLabels(Map.of("keyturn.dev/managed", "true"))
        .endMetadata()
        .withData(Map.of("a", "YQ=="))
        .build();
  }
}
