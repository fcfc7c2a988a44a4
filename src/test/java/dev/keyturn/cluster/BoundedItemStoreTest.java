package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.StoreRef;
import dev.keyturn.ops.Room;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoundedItemStoreTest {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();
  private static final int LARGE = 10_000;

  private final BoundedItemStore<ExternalSecret> store =
      new BoundedItemStore<>(
          new Room(5_000, 50_000), new UnreadableObjects(new SimpleMeterRegistry()));

  @Test
  void what_is_over_its_namespaces_room_is_kept_abridged() {
    put("shop", "a", LARGE);
    put("shop", "b", LARGE);
    put("shop", "c", LARGE);
    put("other", "d", LARGE);
    assertThat(get("shop", "a").isAbridged()).isFalse();
    assertThat(get("shop", "b").isAbridged()).isFalse();
    assertThat(get("shop", "c").isAbridged()).isTrue();
    assertThat(get("other", "d").isAbridged()).isFalse();
  }

  @Test
  void an_abridged_one_is_found_and_keeps_its_status() {
    put("shop", "a", 3 * LARGE);
    ExternalSecret little = get("shop", "a");
    assertThat(little.isAbridged()).isTrue();
    assertThat(JSON.asJson(little).length()).isLessThan(2_000);
    assertThat(little.targetName()).isEqualTo("target");
    assertThat(little.getSpec().stores()).extracting(StoreRef::name).containsExactly("one", "two");
    assertThat(little.statusOrEmpty().forceSync()).isEqualTo("1");
    assertThat(little.getMetadata().getUid()).isEqualTo("uid-a");
    assertThat(little.getMetadata().getAnnotations()).isEmpty();
  }

  @Test
  void small_ones_are_kept_whoever_takes_how_much() {
    for (int i = 0; i < 20; i++) {
      put("hostile-" + i, "x", LARGE);
    }
    put("late", "large", LARGE);
    put("late", "small", 100);
    assertThat(get("late", "large").isAbridged()).as("all have taken what there is").isTrue();
    assertThat(get("late", "small").isAbridged()).isFalse();
  }

  @Test
  void many_short_strings_weigh_more_than_a_long_one() {
    ExternalSecret labelled = externalSecret("shop", "a", 1);
    Map<String, String> labels = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      labels.put("l" + i, "");
    }
    labelled.getMetadata().setLabels(labels);
    assertThat(JSON.asJson(labelled).length()).isLessThan(12_000);
    var _ = store.put("shop/a", labelled);
    assertThat(get("shop", "a").isAbridged()).isTrue();
  }

  @Test
  void small_ones_without_number_are_left_alone_in_the_end() {
    int many = 200;
    for (int i = 0; i < many; i++) {
      put("evil", "x" + i, 100);
    }
    assertThat(store.size()).isBetween(20, many - 20);
    put("shop", "a", 100);
    assertThat(get("shop", "a").isAbridged()).isFalse();
    store.keySet().filter(it -> it.startsWith("evil")).toList().forEach(store::remove);
    put("evil", "again", 100);
    assertThat(get("evil", "again").isAbridged()).isFalse();
  }

  @Test
  void room_is_given_back() {
    put("shop", "a", LARGE);
    put("shop", "b", LARGE);
    put("shop", "a", 100);
    put("shop", "c", LARGE);
    assertThat(get("shop", "c").isAbridged()).isFalse();
    assertThat(store.remove("shop/b")).isNotNull();
    put("shop", "d", LARGE);
    assertThat(get("shop", "d").isAbridged()).isFalse();
    put("shop", "e", LARGE);
    assertThat(get("shop", "e").isAbridged()).isTrue();
    assertThat(store.size()).isEqualTo(4);
  }

  @Test
  void a_namespace_has_one_room_in_all_caches() {
    BoundedItemStore<ExternalSecret> one = new BoundedItemStore<>();
    BoundedItemStore<ExternalSecret> other = new BoundedItemStore<>();
    // Two of them have no room in what one namespace may take of this heap.
    int size = Math.toIntExact(Runtime.getRuntime().maxMemory() / 16) - (1 << 20);
    ExternalSecret large = externalSecret("shop", "a", 1);
    large.getMetadata().setAnnotations(Map.of("a", "x".repeat(size)));
    try {
      var _ = one.put("shop/a", large);
      var _ = other.put("shop/a", large);
      assertThat(List.of(one, other))
          .extracting(it -> Optional.ofNullable(it.get("shop/a")).orElseThrow().isAbridged())
          .containsExactly(false, true);
    } finally {
      var _ = one.remove("shop/a");
      var _ = other.remove("shop/a");
    }
  }

  private void put(String namespace, String name, int size) {
    ExternalSecret whole = externalSecret(namespace, name, size);
    var _ = store.put(store.getKey(whole), whole);
  }

  private static ExternalSecret externalSecret(String namespace, String name, int size) {
    return JSON.unmarshal(
        """
            apiVersion: keyturn.dev/v1
            kind: ExternalSecret
            metadata:
              name: %s
              namespace: %s
              uid: uid-%1$s
              annotations: {a: b}
            spec:
              secretStoreRef: {name: one}
              target: {name: target, template: {data: {x: "%s"}}}
              data:
                - {secretKey: x, remoteRef: {key: k}, sourceRef: {storeRef: {name: two}}}
                - {secretKey: y, remoteRef: {key: k}, sourceRef: {storeRef: {name: two}}}
                - {secretKey: z, remoteRef: {key: k}}
            status: {forceSync: "1"}
            """
            .formatted(name, namespace, "x".repeat(size)),
        ExternalSecret.class);
  }

  private ExternalSecret get(String namespace, String name) {
    return Optional.ofNullable(store.get(namespace + "/" + name)).orElseThrow();
  }
}
