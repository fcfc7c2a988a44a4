package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.restart.decide.Marks;
import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Many restarts that may all begin at once: from content written, and settled, to each template
 * patch. The figures are printed, and are not asserted.
 */
@RealCluster
@Alone
class RestartBurstIT {
  private static final int WORKLOADS = 30;

  /** The first meets a JVM that has not restarted anything yet. */
  private static final int ROUNDS = Integer.getInteger("latency.rounds", 3);

  private RestartBed bed;

  @BeforeEach
  void start(KubernetesClient client) {
    RunningOperator.none();
    bed = RestartBed.start(client, Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void thirty_secrets_of_a_namespace_with_a_workload_each(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    measure(cluster, client, namespace, WORKLOADS);
  }

  @Test
  void one_secret_with_thirty_workloads(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    measure(cluster, client, namespace, 1);
  }

  private void measure(
      TestCluster cluster, KubernetesClient client, Namespace namespace, int secrets) {
    String ns = namespace.getMetadata().getName();
    cluster.kubectlWithInput(manifests(secrets), "apply", "--server-side", "-n", ns, "-f", "-");
    untilAllRun(client, ns);
    Patched patched = new Patched();
    Told told = new Told();
    try (var _ = client.apps().deployments().inNamespace(ns).watch(patched);
        var _ = client.resources(ExternalSecret.class).inNamespace(ns).watch(told)) {
      for (int round = 0; round < ROUNDS; round++) {
        List<Duration> latencies = latencies(ns, secrets, patched, told);
        System.out.printf(
            "%d workloads over %d Secrets, settled to patch: p50 %d ms, p90 %d ms, max %d ms%n",
            WORKLOADS,
            secrets,
            latencies.get(WORKLOADS / 2).toMillis(),
            latencies.get(WORKLOADS * 9 / 10).toMillis(),
            latencies.getLast().toMillis());
        untilAllRun(client, ns);
        Eventually.holds(
            () ->
                assertThat(client.resources(ExternalSecret.class).inNamespace(ns).list().getItems())
                    .allSatisfy(it -> assertThat(it.statusOrEmpty().restart()).isNull()));
      }
    }
  }

  private List<Duration> latencies(String ns, int secrets, Patched patched, Told told) {
    Instant at = RestartBed.thisSecond();
    patched.since = at;
    told.since = at;
    told.at.clear();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < secrets; i++) {
        String secret = "s" + i;
        threads.execute(() -> bed.changed(ns, secret, at, "password"));
      }
    }
    Eventually.holds(() -> assertThat(patched.at).hasSize(WORKLOADS));
    Eventually.holds(() -> assertThat(told.at).hasSize(secrets));
    List<Duration> latencies = new ArrayList<>();
    patched.at.forEach(
        (workload, patch) -> {
          Instant written = told.at.get("s" + Integer.parseInt(workload.substring(1)) % secrets);
          Instant settled = at.plusSeconds(1);
          latencies.add(Duration.between(settled.isAfter(written) ? settled : written, patch));
        });
    patched.at.clear();
    latencies.sort(Duration::compareTo);
    return latencies;
  }

  private static void untilAllRun(KubernetesClient client, String ns) {
    Eventually.holds(
        Duration.ofMinutes(5),
        Duration.ofSeconds(1),
        () ->
            assertThat(
                    client.apps().deployments().inNamespace(ns).list().getItems().stream()
                        .filter(it -> Integer.valueOf(1).equals(it.getStatus().getReadyReplicas()))
                        .filter(it -> Integer.valueOf(1).equals(it.getStatus().getReplicas())))
                .hasSize(WORKLOADS));
  }

  private static String manifests(int secrets) {
    StringBuilder manifests = new StringBuilder();
    for (int i = 0; i < WORKLOADS; i++) {
      String secret = "s" + i % secrets;
      if (i < secrets) {
        manifests
            .append("---\n")
            .append(Manifests.externalSecret(secret, secret, "maxConcurrent: 0"));
      }
      manifests
          .append("---\n")
          .append(
              WorkloadAdapter.DEPLOYMENT
                  .manifest("w" + i, OnControlPlane.readsAll(secret), "", "")
                  .replace("replicas: 2", "replicas: 1"));
    }
    return manifests.toString();
  }

  /** When a watch told of each change first, as it tells the operator. */
  private static final class Told implements Watcher<ExternalSecret> {
    private final Map<String, Instant> at = new ConcurrentHashMap<>();
    private volatile Instant since = Instant.MAX;

    /** What a watch begins with may have the change as well. */
    @Override
    public void eventReceived(Action action, ExternalSecret it) {
      Instant now = Clock.systemUTC().instant();
      Optional.ofNullable(it.statusOrEmpty().content())
          .filter(content -> content.changes().values().stream().anyMatch(this::isNew))
          .ifPresent(_ -> at.putIfAbsent(it.getMetadata().getName(), now));
    }

    private boolean isNew(Instant change) {
      return !change.isBefore(since);
    }

    @Override
    public void onClose(WatcherException cause) {}
  }

  /** When the watch told for the first time of each restart for the last change. */
  private static final class Patched implements Watcher<Deployment> {
    private final Map<String, Instant> at = new ConcurrentHashMap<>();
    private volatile Instant since = Instant.MAX;

    @Override
    public void eventReceived(Action action, Deployment it) {
      Instant now = Clock.systemUTC().instant();
      Marks.of(it.getSpec().getTemplate().getMetadata().getAnnotations())
          .restartedFor()
          .values()
          .stream()
          .filter(change -> !change.isBefore(since))
          .findAny()
          .ifPresent(_ -> at.putIfAbsent(it.getMetadata().getName(), now));
    }

    @Override
    public void onClose(WatcherException cause) {}
  }
}
