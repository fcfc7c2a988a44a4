package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.ops.Room;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrunedExternalSecretsTest {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  @ParameterizedTest(name = "{0} wrote {1}: known {2}")
  @CsvSource({
    "db, 'binding: {name: db},', true",
    "db, 'binding: {name: old},', false",
    "db, '', true"
  })
  void what_was_written_under_another_name_is_no_change_of_this_one(
      String target, String binding, boolean known) {
    ExternalSecret pruned =
        PrunedExternalSecrets.prune(
            JSON.unmarshal(
                """
                apiVersion: keyturn.dev/v1
                kind: ExternalSecret
                metadata: {name: any, namespace: shop, uid: u}
                spec: {target: {name: %s}}
                status: {%s content: {hash: h, changes: {"*": "2026-11-29T10:00:00Z"}}}
                """
                    .formatted(target, binding),
                ExternalSecret.class));
    assertThat(pruned.statusOrEmpty().content() != null).isEqualTo(known);
  }

  /** Neighbours decide by what is in the cache: none of it may be missing there. */
  @Test
  void of_the_largest_all_that_neighbours_decide_by_is_kept_and_little_else() {
    ExternalSecret large =
        JSON.unmarshal(
            """
            apiVersion: keyturn.dev/v1
            kind: ExternalSecret
            metadata:
              name: any
              namespace: shop
              uid: u
              annotations: {keyturn.dev/restart-now: "%1$s", keyturn.dev/other: "%1$s", other: "%1$s"}
            spec:
              target: {name: db, template: {data: {x: "%1$s"}}}
              restart: {policy: Auto, settle: 7s}
            """
                .formatted("x".repeat(500_000)),
            ExternalSecret.class);
    PrunedExternalSecrets store = new PrunedExternalSecrets();
    var _ = store.put("shop/any", large);
    ExternalSecret kept = store.get("shop/any");
    assertThat(kept.getSpec().restart()).isEqualTo(large.getSpec().restart());
    assertThat(kept.getMetadata().getAnnotations()).containsOnlyKeys("keyturn.dev/restart-now");
    assertThat(JSON.asJson(kept).length()).isLessThan(2_000);
    assertThat(PrunedExternalSecrets.prune(kept).getMetadata()).isEqualTo(kept.getMetadata());
  }

  @Test
  void changes_of_single_keys_count_as_of_each_where_there_is_no_room_for_them() {
    PrunedExternalSecrets store = new PrunedExternalSecrets(new Room(2_000, 0));
    var _ = store.put("shop/one", changed("one", "shop", 10));
    var _ = store.put("shop/two", changed("two", "shop", 10));
    var _ = store.put("other/one", changed("one", "other", 10));
    Instant last = Instant.parse("2026-11-29T10:00:09Z");
    assertThat(changes(store, "shop/one")).hasSize(11).doesNotContainKey("**");
    assertThat(changes(store, "shop/two")).isEqualTo(Map.of("*", last, "**", last));
    assertThat(changes(store, "other/one")).hasSize(11);
    assertThat(store.get("shop/two").statusOrEmpty().content().hash()).isEqualTo("h");
    var _ = store.remove("shop/one");
    var _ = store.put("shop/two", changed("two", "shop", 10));
    assertThat(changes(store, "shop/two")).hasSize(11);
    var _ = store.put("shop/two", changed("two", "shop", 9));
    var _ = store.put("shop/one", changed("one", "shop", 10));
    assertThat(changes(store, "shop/one")).hasSize(2);
  }

  private static Map<String, Instant> changes(PrunedExternalSecrets store, String key) {
    return store.get(key).statusOrEmpty().content().changes();
  }

  private static ExternalSecret changed(String name, String namespace, int keys) {
    String changes =
        IntStream.range(0, keys)
            .mapToObj(i -> "key%d: '2026-11-29T10:00:0%dZ'".formatted(i, i))
            .collect(Collectors.joining(", "));
    return JSON.unmarshal(
        """
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata: {name: %s, namespace: %s, uid: u}
        spec: {target: {name: db}}
        status: {content: {hash: h, changes: {"*": "2026-11-29T10:00:09Z", %s}}}
        """
            .formatted(name, namespace, changes),
        ExternalSecret.class);
  }
}
