package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * From content written, and settled, to the first template patch, with 500 running workloads in the
 * index, five to a Secret.
 */
@RealCluster
@Alone
class RestartLatencyIT {
  private static final int SECRETS = 100;
  private static final int WORKLOADS = 500;

  /** A second each, since content has to settle; as many as there are Secrets for a report. */
  private static final int SAMPLES = Integer.getInteger("latency.samples", 25);

  @Test
  void the_patch_follows_at_once(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    RunningOperator.none();
    try (RestartBed bed = RestartBed.start(client, Clock.systemUTC())) {
      cluster.kubectlWithInput(manifests(), "apply", "--server-side", "-n", ns, "-f", "-");
      Eventually.holds(
          Duration.ofMinutes(10),
          Duration.ofSeconds(1),
          () ->
              assertThat(
                      client.apps().deployments().inNamespace(ns).list().getItems().stream()
                          .filter(it -> it.getStatus().getReadyReplicas() != null))
                  .hasSize(WORKLOADS));
      stopRollouts(cluster, client, ns);
      Patched patched = new Patched();
      List<Duration> latencies = new ArrayList<>();
      try (var _ = client.apps().deployments().inNamespace(ns).watch(patched)) {
        for (int i = 0; i < SAMPLES; i++) {
          latencies.add(latency(bed, ns, "s" + i, patched));
        }
        Collections.sort(latencies);
        System.out.printf(
            "content settled to template patch, %d workloads: p50 %d ms, p90 %d ms, p99 %d ms, max"
                + " %d ms%n",
            WORKLOADS,
            latencies.get(SAMPLES / 2).toMillis(),
            latencies.get(SAMPLES * 9 / 10).toMillis(),
            latencies.get(Math.max(0, SAMPLES * 99 / 100 - 1)).toMillis(),
            latencies.getLast().toMillis());
      }
    }
  }

  /** No rollout gets on, so that the machine is busy with nothing but what is measured. */
  private static void stopRollouts(TestCluster cluster, KubernetesClient client, String ns) {
    cluster.kubectl("create", "quota", "full", "--hard=pods=" + WORKLOADS, "-n", ns);
    Eventually.holds(
        () ->
            assertThat(
                    client
                        .resourceQuotas()
                        .inNamespace(ns)
                        .withName("full")
                        .get()
                        .getStatus()
                        .getUsed())
                .containsKey("pods"));
  }

  private static String manifests() {
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
                  .replace("replicas: 2", "replicas: 1"));
    }
    return manifests.toString();
  }

  private static Duration latency(RestartBed bed, String ns, String secret, Patched patched) {
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, secret, at, "password");
    Instant written = Clock.systemUTC().instant();
    Eventually.holds(() -> assertThat(patched.at).containsKey(secret));
    Instant settled = at.plusSeconds(1);
    return Duration.between(settled.isAfter(written) ? settled : written, patched.at.get(secret));
  }

  /** When the watch told for the first time of a restart for a Secret. */
  private static final class Patched implements Watcher<Deployment> {
    private final Map<String, Instant> at = new ConcurrentHashMap<>();

    @Override
    public void eventReceived(Action action, Deployment it) {
      Instant now = Clock.systemUTC().instant();
      Marks.of(it.getSpec().getTemplate().getMetadata().getAnnotations())
          .restartedFor()
          .keySet()
          .forEach(secret -> at.putIfAbsent(secret, now));
    }

    @Override
    public void onClose(WatcherException cause) {}
  }
}
