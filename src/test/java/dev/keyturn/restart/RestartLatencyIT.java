package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.testbed.RealCluster;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** From content written, and settled, to the template patch, with 500 workloads in the index. */
@RealCluster
class RestartLatencyIT {
  private static final int SECRETS = 50;
  private static final int WORKLOADS = 500;

  @Test
  void the_patch_follows_at_once(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    StringBuilder manifests = new StringBuilder();
    for (int i = 0; i < WORKLOADS; i++) {
      String secret = "s" + i % SECRETS;
      if (i < SECRETS) {
        manifests.append("---\n").append(Manifests.externalSecret(secret, secret, ""));
      }
      manifests
          .append("---\n")
          .append(
              WorkloadAdapter.DEPLOYMENT
                  .manifest(
                      "w" + i,
                      "containers: [{name: c, image: i, "
                          + Manifests.wholeEnvironment(secret)
                          + "}]",
                      "",
                      "")
                  .replace("replicas: 2", i < SECRETS ? "replicas: 1" : "replicas: 0"));
    }
    try (RestartBed bed = RestartBed.start(client, Clock.systemUTC())) {
      cluster.kubectlWithInput(manifests.toString(), "apply", "--server-side", "-n", ns, "-f", "-");
      await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(
              () ->
                  assertThat(
                          client.apps().deployments().inNamespace(ns).list().getItems().stream()
                              .filter(it -> it.getSpec().getReplicas() == 1)
                              .filter(it -> it.getStatus().getAvailableReplicas() != null))
                      .hasSize(SECRETS));
      Patched patched = new Patched();
      List<Duration> latencies = new ArrayList<>();
      try (var _ = client.apps().deployments().inNamespace(ns).watch(patched)) {
        for (int i = 0; i < SECRETS; i++) {
          String workload = "w" + i;
          Instant at = RestartBed.thisSecond();
          bed.changed(ns, "s" + i, at, "password");
          Instant written = Clock.systemUTC().instant();
          await()
              .pollInterval(Duration.ofMillis(5))
              .atMost(Duration.ofSeconds(20))
              .until(() -> patched.at.containsKey(workload));
          Instant settled = at.plusSeconds(1);
          latencies.add(
              Duration.between(
                  settled.isAfter(written) ? settled : written, patched.at.get(workload)));
        }
      }
      Collections.sort(latencies);
      System.out.printf(
          "content settled to template patch, %d workloads: p50 %d ms, p90 %d ms, max %d ms%n",
          WORKLOADS,
          latencies.get(SECRETS / 2).toMillis(),
          latencies.get(SECRETS * 9 / 10).toMillis(),
          latencies.getLast().toMillis());
      assertThat(latencies.get(SECRETS / 2)).isLessThan(Duration.ofSeconds(1));
    }
  }

  /** When the watch told of our annotation for the first time. */
  private static final class Patched implements Watcher<Deployment> {
    private final Map<String, Instant> at = new ConcurrentHashMap<>();

    @Override
    public void eventReceived(Action action, Deployment it) {
      var meta = it.getSpec().getTemplate().getMetadata();
      if (meta.getAnnotations() != null
          && meta.getAnnotations().containsKey("keyturn.dev/restarted-for")) {
        at.putIfAbsent(it.getMetadata().getName(), Clock.systemUTC().instant());
      }
    }

    @Override
    public void onClose(WatcherException cause) {}
  }
}
