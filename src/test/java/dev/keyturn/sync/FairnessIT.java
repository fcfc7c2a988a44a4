package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the templates of one namespace do to the others. */
@RealCluster
@Alone
class FairnessIT {
  private static final int MANY = 40;

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
          target: {template: {data: {x: '{{ genPrivateKey "rsa" }}{{ genPrivateKey "rsa" }}'}}}
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
}
