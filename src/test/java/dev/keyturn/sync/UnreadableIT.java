package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import org.junit.jupiter.api.Test;

/**
 * A store that the operator cannot read, as one of our first CRDs let in, stops nobody: not the
 * watch, not the next start.
 */
@RealCluster
@Alone
class UnreadableIT {
  private static final String STORE =
      """
      apiVersion: keyturn.dev/v1
      kind: SecretStore
      metadata: {name: odd}
      spec:
        refreshInterval: 3000000000
        provider: {aws: {service: SecretsManager, region: eu-central-1}}
      """;
  private static final String INTERVAL =
      "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/refreshInterval/";

  @Test
  void it_says_so_and_everybody_else_is_served(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    Witness witness = Witness.of(cluster);
    assertThatThrownBy(() -> bed.apply(STORE))
        .hasMessageContaining("should be less than or equal to 31536000");
    cluster.kubectl(
        "patch",
        "crd",
        "secretstores.keyturn.dev",
        "--type=json",
        "-p",
        """
        [{"op": "remove", "path": "%1$smaximum"}, {"op": "remove", "path": "%1$sformat"}]
        """
            .formatted(INTERVAL));
    try {
      Eventually.holds(() -> bed.apply(STORE));
      tells(bed);
      witness.servedTwice();
      bed.operator.kill();
      bed.crash();
      witness.servedTwice();
      tells(bed);
    } finally {
      bed.kubectl("delete", "secretstore", "odd", "--ignore-not-found");
      cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", "crds");
    }
  }

  private static void tells(SyncBed bed) {
    Eventually.holds(
        () ->
            assertThat(
                    bed.kubectl(
                        "get", "secretstore", "odd", "-o", "jsonpath={.status.conditions[0]}"))
                .contains(
                    "\"status\":\"False\"", "InvalidStoreConfiguration", "spec.refreshInterval")
                .doesNotContain("3000000000"));
  }
}
