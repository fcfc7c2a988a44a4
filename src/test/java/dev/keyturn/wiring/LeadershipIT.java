package dev.keyturn.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.AuditLog;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.OperatorHome;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

  @Test
  void an_operator_whose_connection_hangs_ends_before_another_leads(KubernetesClient client)
      throws IOException {
    String kubeconfig = Files.readString(RunningOperator.kubeconfig());
    URI server = URI.create(client.getMasterUrl().toString());
    try (StallingProxy proxy = new StallingProxy(server)) {
      Path through =
          Files.writeString(
              OperatorHome.folder().resolve("kubeconfig-proxy"),
              kubeconfig.replaceAll(
                  "server: \"[^\"]+\"", "server: \"https://127.0.0.1:" + proxy.port() + "\""));
      operator =
          RunningOperator.with(
              Map.of(
                  "KUBECONFIG", through.toString(),
                  "KEYTURN_LEADER_ELECTION", "true",
                  "KEYTURN_LEADER_IDENTITY", "stalled"));
      Eventually.holds(() -> assertThat(holder()).contains("stalled"));
      try (Second second = new Second(client)) {
        proxy.stall();
        second.awaitLead();
        assertThat(second.firstLived()).as("the first lived when the second led").isFalse();
      }
      assertThat(operator.exitCode()).isEqualTo(1);
      assertThat(operator.log()).contains("Lost the lease");
    }
  }

  @Test
  void an_operator_that_was_frozen_writes_nothing_when_it_wakes(
      TestCluster cluster, KubernetesClient client) {
    try (Second second = new Second(client)) {
      operator.freeze();
      second.awaitLead();
      AuditLog since = AuditLog.fromNow(cluster, operator.user());
      operator.thaw();
      assertThat(operator.exitCode()).isEqualTo(1);
      assertThat(since.requests()).noneMatch(AuditLog.Request::writes);
      assertThat(holder()).contains("second");
    }
  }

  /** Another replica, as far as the lease is concerned. */
  private final class Second implements AutoCloseable {
    private final CompletableFuture<Boolean> leads = new CompletableFuture<>();
    private final CompletableFuture<?> election;

    Second(KubernetesClient client) {
      election =
          client
              .leaderElector()
              .withConfig(
                  new LeaderElectionConfigBuilder()
                      .withName("second")
                      .withLock(new LeaseLock(operator.namespace(), "keyturn-leader", "second"))
                      .withLeaseDuration(Duration.ofSeconds(15))
                      .withRenewDeadline(Duration.ofSeconds(10))
                      .withRetryPeriod(Duration.ofSeconds(2))
                      .withLeaderCallbacks(
                          new LeaderCallbacks(
                              () -> leads.complete(operator.isAlive()), () -> {}, leader -> {}))
                      .build())
              .build()
              .start();
    }

    void awaitLead() {
      Eventually.isTrue("the second leads", leads::isDone);
    }

    boolean firstLived() {
      return leads.join();
    }

    @Override
    public void close() {
      election.cancel(true);
    }
  }

  private Optional<String> holder() {
    return Optional.ofNullable(lease.get())
        .map(it -> it.getSpec().getHolderIdentity())
        .filter(it -> !it.isEmpty());
  }
}
