package dev.keyturn.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the lease, so that never two write and never nobody for long. */
@RealCluster
@Alone
class LeadershipIT {
  private RunningOperator operator;
  private Resource<Lease> lease;

  @BeforeEach
  void lead(KubernetesClient client) {
    operator =
        RunningOperator.with(
            Map.of(
                "KEYTURN_LEADER_ELECTION", "true",
                "KEYTURN_LEADER_IDENTITY", "first"));
    lease = client.leases().inNamespace(operator.namespace()).withName("keyturn-leader");
    Eventually.holds(() -> assertThat(holder()).contains("first"));
  }

  @AfterEach
  void endIt() {
    RunningOperator.none();
  }

  @Test
  void an_operator_that_stops_gives_it_up() {
    operator.stop();
    assertThat(holder()).isEmpty();
  }

  @Test
  void an_operator_that_lost_it_ends_at_once() {
    lease.edit(
        it -> {
          it.getSpec().setHolderIdentity("second");
          it.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
          return it;
        });
    assertThat(operator.exitCode()).isEqualTo(1);
    assertThat(operator.log()).contains("Lost the lease");
    assertThat(holder()).contains("second");
  }

  private Optional<String> holder() {
    return Optional.ofNullable(lease.get())
        .map(it -> it.getSpec().getHolderIdentity())
        .filter(it -> !it.isEmpty());
  }
}
