package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferencedObjectsTest {
  private static final ObjectUser ONE =
      new ObjectUser(ObjectUser.Kind.EXTERNAL_SECRET, "shop", "one");
  private static final ObjectUser TWO =
      new ObjectUser(ObjectUser.Kind.EXTERNAL_SECRET, "shop", "two");

  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private final VirtualTime time = new VirtualTime();
  private final List<ObjectUser> woken = new CopyOnWriteArrayList<>();
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    write("template", "old");
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  @Test
  void past_the_bound_a_change_is_seen_after_five_minutes() {
    ReferencedObjects objects = objects(0);
    use(objects, ONE, "template");
    write("template", "new");
    time.advance(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(woken).isEmpty();
    assertThat(text(objects, "template")).contains("old");
    time.advance(Duration.ofSeconds(1));
    assertThat(woken).containsExactly(ONE);
    assertThat(text(objects, "template")).contains("new");
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactly(ONE, ONE);
  }

  @Test
  void what_nobody_uses_any_more_wakes_nobody_and_is_not_read_on() {
    ReferencedObjects objects = objects(0);
    use(objects, ONE, "template");
    objects.leave(ONE);
    time.advance(Duration.ofMinutes(20));
    assertThat(woken).isEmpty();
    assertThat(time.waiting()).isZero();
  }

  @Test
  void a_watch_that_becomes_free_is_taken() {
    ReferencedObjects objects = objects(1);
    use(objects, ONE, "other");
    use(objects, TWO, "template");
    time.advance(Duration.ofMinutes(2));
    objects.leave(ONE);
    time.advance(Duration.ofMinutes(3));
    assertThat(woken).containsExactly(TWO);
    use(objects, TWO, "template");
    write("template", "new");
    Eventually.holds(() -> assertThat(woken).containsExactly(TWO, TWO));
    objects.close();
  }

  @Test
  void a_change_between_the_look_and_the_use_wakes() {
    ReferencedObjects objects = objects(1);
    long seen = objects.changes();
    assertThat(text(objects, "template")).contains("old");
    write("template", "new");
    Eventually.holds(() -> assertThat(objects.changes()).isGreaterThan(seen));
    objects.use(ONE, refs("template"), seen);
    assertThat(woken).containsExactly(ONE);
    objects.use(ONE, refs("template"), objects.changes());
    assertThat(woken).containsExactly(ONE);
    objects.close();
  }

  /** Between the look-up and the read, whoever tidies may take it for unused. */
  @Test
  void what_is_let_go_while_it_is_read_is_looked_up_again() {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    ReferencedObjects objects =
        objects(
            0,
            () -> {
              meanwhile.getAndSet(() -> {}).run();
              return time.instant();
            });
    use(objects, TWO, "other");
    meanwhile.set(() -> objects.leave(TWO));
    use(objects, ONE, "template");
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactly(ONE);
  }

  @Test
  void a_large_one_is_followed_and_not_kept() {
    ReferencedObjects objects = objects(2);
    write("large", "x".repeat(40_000));
    use(objects, ONE, "large");
    use(objects, ONE, "template");
    int before = server.getRequestCount();
    assertThat(text(objects, "template")).contains("old");
    assertThat(server.getRequestCount()).isEqualTo(before);
    assertThat(text(objects, "large")).get().asString().hasSize(40_000);
    assertThat(server.getRequestCount()).isEqualTo(before + 1);
    objects.use(TWO, refs("large"), objects.changes());
    write("large", "y".repeat(40_000));
    Eventually.holds(() -> assertThat(woken).containsExactly(TWO));
    assertThat(text(objects, "large")).get().asString().startsWith("y");
    objects.close();
  }

  @Test
  void of_a_secret_with_very_many_keys_only_that_it_is_there_is_kept() {
    ReferencedObjects objects = objects(2);
    Map<String, String> data = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      data.put("key-" + i, "AA==");
    }
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("keys")
                .endMetadata()
                .withData(data)
                .build())
        .create();
    assertThat(objects.secret("shop", "keys")).get().matches(SecretView::isAbridged);
    objects.close();
  }

  private ReferencedObjects objects(int watches) {
    return objects(watches, time);
  }

  private ReferencedObjects objects(int watches, InstantSource clock) {
    return new ReferencedObjects(
        client,
        new KeyedHash("k1", new byte[32]),
        watches,
        clock,
        time,
        woken::add,
        new UnreadableObjects(new SimpleMeterRegistry()));
  }

  private static void use(ReferencedObjects objects, ObjectUser user, String name) {
    long seen = objects.changes();
    var _ = text(objects, name);
    objects.use(user, refs(name), seen);
  }

  private static Set<ObjectRef> refs(String name) {
    return Set.of(new ObjectRef(ObjectRef.Kind.CONFIG_MAP, "shop", name));
  }

  private static Optional<String> text(ReferencedObjects objects, String name) {
    return objects.configMap("shop", name).map(ConfigMap::getData).map(data -> data.get("text"));
  }

  private void write(String name, String text) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .withData(Map.of("text", text))
                .build())
        .createOr(it -> it.update());
  }
}
