package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.Room;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
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
import java.util.stream.IntStream;
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

  @Test
  void what_is_let_go_before_it_is_used_is_looked_up_again() {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    ReferencedObjects objects =
        objects(
            0,
            () -> {
              meanwhile.getAndSet(() -> {}).run();
              return time.instant();
            });
    assertThat(text(objects, "template")).contains("old");
    meanwhile.set(() -> time.advance(Duration.ofMinutes(2)));
    use(objects, ONE, "template");
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactly(ONE);
  }

  /** 250,000 names of nothing would be all of the heap. */
  @Test
  void what_there_is_no_room_for_is_read_each_time_and_wakes_nobody() {
    ReferencedObjects objects = objects(0, roomForThree(), time);
    List<ObjectUser> users =
        IntStream.range(0, 10).mapToObj(i -> user("shop", "user-" + i)).toList();
    users.forEach(it -> use(objects, it, it.name()));
    write("user-9", "there");
    assertThat(text(objects, "user-9")).contains("there");
    write("user-9", "changed");
    assertThat(text(objects, "user-9")).contains("changed");
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactlyInAnyOrderElementsOf(users.subList(0, 3));
    assertThat(objects.configMap("next-door", "theirs")).isEmpty();
    objects.use(
        user("next-door", "one"),
        Set.of(new ObjectRef(ObjectRef.Kind.CONFIG_MAP, "next-door", "theirs")),
        objects.changes());
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).contains(user("next-door", "one"));
  }

  @Test
  void room_that_becomes_free_is_taken() {
    ReferencedObjects objects = objects(0, roomForThree(), time);
    for (String name : List.of("a", "b", "c")) {
      use(objects, user("shop", name), name);
    }
    use(objects, ONE, "template");
    for (String name : List.of("a", "b", "c")) {
      objects.leave(user("shop", name));
    }
    time.advance(Duration.ofMinutes(2));
    use(objects, ONE, "template");
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactly(ONE);
  }

  /** Also where the name is followed: each who uses it is kept. */
  @Test
  void who_finds_no_room_is_not_woken_for_what_others_use() {
    ReferencedObjects objects =
        objects(0, new Room(FollowedObjects.REFERENCE + 2 * FollowedObjects.USE, 0), time);
    List<ObjectUser> users =
        IntStream.range(0, 10).mapToObj(i -> user("shop", "user-" + i)).toList();
    users.forEach(it -> use(objects, it, "missing"));
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactlyInAnyOrderElementsOf(users.subList(0, 2));
    objects.leave(users.get(0));
    use(objects, users.get(9), "missing");
    woken.clear();
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactlyInAnyOrder(users.get(1), users.get(9));
  }

  @Test
  void one_without_room_for_what_it_holds_is_read_each_time_and_wakes() {
    ReferencedObjects objects = objects(0, roomForThree(), time);
    write("template", "x".repeat(10_000));
    use(objects, ONE, "template");
    write("template", "new");
    assertThat(text(objects, "template")).contains("new");
    time.advance(Duration.ofMinutes(5));
    assertThat(woken).containsExactly(ONE);
  }

  @Test
  void one_timer_is_for_all() {
    ReferencedObjects objects = objects(0);
    for (int i = 0; i < 10; i++) {
      use(objects, user("shop", "user-" + i), "name-" + i);
    }
    assertThat(time.waiting()).isEqualTo(1);
  }

  @Test
  void of_a_service_account_no_more_is_kept_than_is_read() {
    ServiceAccountView view =
        ServiceAccountView.of(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withUid("u")
                .addToAnnotations(ServiceAccountView.ROLE_ANNOTATION, "r".repeat(200_000))
                .addToAnnotations("more", "m".repeat(200_000))
                .endMetadata()
                .build());
    assertThat(view.uid()).isEqualTo("u");
    assertThat(view.role()).get().asString().hasSize(2_048);
    assertThat(view.audience()).isEmpty();
  }

  /** A sync names its templates before it looks them up. */
  @Test
  void what_is_used_before_it_is_looked_up_wakes() {
    ReferencedObjects objects = objects(1);
    objects.use(ONE, refs("template"), objects.changes());
    assertThat(text(objects, "template")).contains("old");
    write("template", "new");
    Eventually.holds(() -> assertThat(woken).containsExactly(ONE));
    assertThat(text(objects, "template")).contains("new");
    objects.close();
  }

  @Test
  void what_is_named_and_never_looked_up_wakes_nobody() {
    ReferencedObjects objects = objects(0);
    objects.use(ONE, refs("template"), objects.changes());
    time.advance(Duration.ofMinutes(20));
    assertThat(woken).isEmpty();
    objects.leave(ONE);
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
    return objects(watches, new Room(1L << 20, 0), clock);
  }

  private ReferencedObjects objects(int watches, Room room, InstantSource clock) {
    return new ReferencedObjects(
        client,
        new KeyedHash("k1", new byte[32]),
        watches,
        room,
        clock,
        time,
        woken::add,
        new UnreadableObjects(new SimpleMeterRegistry()));
  }

  private static Room roomForThree() {
    return new Room(3 * (FollowedObjects.REFERENCE + FollowedObjects.USE), 0);
  }

  private static ObjectUser user(String namespace, String name) {
    return new ObjectUser(ObjectUser.Kind.EXTERNAL_SECRET, namespace, name);
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
