package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.Room;
import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever may write Secrets may give them our label, and as many keys as one can hold. */
class SecretViewsRoomTest {
  private static final int MANY = 100;
  private static final int FEW = 1;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final KubernetesMockServer server = new KubernetesMockServer(false);
  private KubernetesClient client;
  private SecretViews views;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    views =
        new SecretViews(
            client,
            new KeyedHash("k1", new byte[32]),
            new UnreadableObjects(registry),
            new Room(5_000, 60_000));
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void who_is_over_its_namespaces_room_is_known_by_its_controller_alone() {
    put("shop", "a", MANY, 1);
    assertThat(put("shop", "b", MANY, 2).digest().keys()).hasSize(MANY);
    assertThat(views.get("shop", "a")).isPresent();
    assertThat(views.get("shop", "b")).isEmpty();
    assertThat(views.keys("shop", "b")).as("not known").isEmpty();
    assertThat(views.controlledBy("shop", "boss"))
        .extracting(SecretView::name)
        .containsExactlyInAnyOrder("a", "b");
    put("other", "c", FEW, 3);
    assertThat(views.get("other", "c")).isPresent();
  }

  @Test
  void who_gives_room_back_makes_it_for_others() {
    SecretView first = put("shop", "a", MANY, 1);
    views.drop(first);
    put("shop", "b", MANY, 2);
    assertThat(views.get("shop", "b")).isPresent();
    put("shop", "b", FEW, 3);
    put("shop", "a", MANY, 4);
    assertThat(views.get("shop", "a")).isPresent();
    assertThat(views.controlledBy("shop", "boss")).hasSize(2);
  }

  @Test
  void little_ones_without_number_are_left_alone_and_told() {
    for (int i = 0; i < 200; i++) {
      put("shop", "s" + i, MANY, 1 + i);
    }
    assertThat(views.controlledBy("shop", "boss")).hasSizeLessThan(150);
    assertThat(registry.get("keyturn.unreadable.objects").counter().count()).isGreaterThan(50);
  }

  private SecretView put(String namespace, String name, int keys, int version) {
    return views.put(secret(namespace, name, keys, version));
  }

  private static Secret secret(String namespace, String name, int keys, int version) {
    Map<String, String> data =
        IntStream.range(0, keys).boxed().collect(Collectors.toMap(i -> "key-" + i, _ -> "AA=="));
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withUid("uid-" + name)
        .withResourceVersion(Integer.toString(version))
        .addNewOwnerReference()
        .withUid("boss")
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withData(data)
        .build();
  }
}
