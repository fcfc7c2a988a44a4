package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the templates and the slow endpoints of one namespace do to the others. */
@RealCluster
@Alone
class FairnessIT {
  private static final int MANY = 16;
  private static final int SEARCHES = 100;
  private static final Duration ALMOST_TOO_LONG = Duration.ofSeconds(4);

  /** Keys take minutes; the next class is not to wait for them. */
  @AfterEach
  void endIt() {
    RunningOperator.none();
  }

  @Test
  void keys_of_one_namespace_hold_up_neither_rotations_of_another_nor_the_lease(
      TestCluster cluster, Namespace namespace) {
    // First, since it comes with an operator of its own.
    Witness witness = Witness.of(cluster);
    SyncBed bed =
        SyncBed.on(
            cluster,
            namespace,
            Map.of("KEYTURN_LEADER_ELECTION", "true", "KEYTURN_LEADER_IDENTITY", "first"));
    bed.secret("db", "{\"password\":\"one\"}");
    for (int i = 0; i < MANY; i++) {
      bed.extract(
          "keys-" + i,
          "db",
          """
          target: {template: {data: {x: '{{ genPrivateKey "rsa" }}'}}}
          """);
    }
    witness.polled(2);
    witness.servedTwice();
    Eventually.holds(
        () -> {
          int told = 0;
          for (int i = 0; i < MANY; i++) {
            told += bed.status("keys-" + i).conditions().isEmpty() ? 0 : 1;
          }
          // The others are being rendered.
          assertThat(told).isGreaterThanOrEqualTo(MANY - 4);
        });
    witness.polled(1);
    assertThat(bed.operator.log()).doesNotContain("Lost the lease");
  }

  @Test
  void searches_at_a_slow_endpoint_hold_up_neither_rotations_nor_new_resources_of_another(
      TestCluster cluster, Namespace namespace) {
    Witness witness = Witness.of(cluster);
    try (SlowAws slow = new SlowAws(ALMOST_TOO_LONG)) {
      SyncBed bed =
          SyncBed.on(cluster, namespace, Map.of("KEYTURN_STORES_ALLOW_CUSTOM_ENDPOINTS", "true"));
      slow.store(bed);
      String searches =
          IntStream.range(0, SEARCHES)
              .mapToObj(i -> "- {find: {name: {regexp: 'n%d'}}}\n".formatted(i))
              .collect(Collectors.joining("", "dataFrom:\n", "secretStoreRef: {name: slow}\n"));
      for (int i = 0; i < 2 * MANY; i++) {
        bed.externalSecret("search-" + i, searches);
      }
      Eventually.holds(() -> assertThat(slow.asked()).isPositive());
      witness.polled(2);
      witness.servedTwice();
      Eventually.holds(
          () ->
              assertThat(IntStream.range(0, 2 * MANY).mapToObj(i -> told(bed, "search-" + i)))
                  .as("who gets no room to wait hears of it")
                  .anyMatch(message -> message.contains("AWS answers this namespace slowly")));
      witness.polled(1);
    }
  }

  private static String told(SyncBed bed, String name) {
    return bed.status(name).conditions().stream()
        .map(condition -> String.valueOf(condition.message()))
        .collect(Collectors.joining(" "));
  }
}
