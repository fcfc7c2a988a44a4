package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.Room;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.informers.impl.cache.CacheImpl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** As the informer uses it: with indexes that forget by what they are told went. */
class PackedItemStoreTest {
  private static final String BY_VALUE = "value";
  private static final int LARGE = 10_000;

  private final Room room = new Room(1_000, 24_000);
  private final PackedItemStore<ConfigMap> store =
      new PackedItemStore<>(
          ConfigMap.class,
          UnaryOperator.identity(),
          new UnreadableObjects(new SimpleMeterRegistry()),
          room);
  private final CacheImpl<ConfigMap> cache =
      new CacheImpl<>("namespace", _ -> List.of(), PackedItemStoreTest::key);

  private Runnable whenAsked = () -> {};
  private int asked;

  PackedItemStoreTest() {
    cache.setItemStore(store);
    cache.addIndexers(Map.of(BY_VALUE, it -> store.indexKeys(it, this::keys)));
  }

  @Test
  void what_is_gone_is_in_no_index() {
    cache.put(map("a", "one", 1));
    assertThat(cache.byIndex(BY_VALUE, "one")).hasSize(1);
    cache.remove(map("a", "one", 1));
    assertThat(cache.indexKeys(BY_VALUE, "one")).isEmpty();
  }

  @Test
  void what_is_replaced_is_found_by_its_new_keys_alone() {
    cache.put(map("a", "one", 1));
    cache.put(map("a", "two", 1));
    assertThat(cache.indexKeys(BY_VALUE, "one")).isEmpty();
    assertThat(cache.byIndex(BY_VALUE, "two")).hasSize(1);
  }

  @Test
  void who_finds_no_room_is_in_no_index_until_there_is() {
    cache.put(map("a", "one", LARGE));
    cache.put(map("b", "two", 1));
    cache.put(map("b", "two", LARGE));
    assertThat(cache.indexKeys(BY_VALUE, "two")).isEmpty();
    cache.remove(map("a", "one", LARGE));
    cache.put(map("b", "two", LARGE));
    assertThat(cache.byIndex(BY_VALUE, "two")).hasSize(1);
  }

  @Test
  void a_namespace_has_one_room_in_all_caches() {
    assertThat(room.replace(map("a", "one", 1).getMetadata().getNamespace(), 0, 13_000)).isTrue();
    cache.put(map("a", "one", 1));
    assertThat(cache.indexKeys(BY_VALUE, "one")).isEmpty();
  }

  /** What we write into its template does not make a workload unknown. */
  @Test
  void who_has_found_room_has_it_for_our_marks() {
    int size = 13_000;
    do {
      size -= 10;
      cache.put(map("a", "one", size));
    } while (cache.byIndex(BY_VALUE, "one").isEmpty());
    cache.put(
        map("a", "one", size)
            .edit()
            .editMetadata()
            .addToAnnotations("keyturn.dev/restarted-for", "x".repeat(300))
            .endMetadata()
            .build());
    assertThat(cache.byIndex(BY_VALUE, "one")).hasSize(1);
  }

  @Test
  void who_looks_while_it_is_replaced_finds_it() {
    cache.put(map("a", "one", 1));
    asked = 0;
    whenAsked = () -> assertThat(cache.indexKeys(BY_VALUE, "one")).hasSize(1);
    cache.put(map("a", "one", 2));
    assertThat(asked).isPositive();
  }

  private List<String> keys(ConfigMap it) {
    asked++;
    whenAsked.run();
    return List.copyOf(it.getData().keySet());
  }

  private static String key(ConfigMap it) {
    return it.getMetadata().getNamespace() + "/" + it.getMetadata().getName();
  }

  private static ConfigMap map(String name, String value, int size) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .endMetadata()
        .addToData(value, "x".repeat(size))
        .build();
  }
}
