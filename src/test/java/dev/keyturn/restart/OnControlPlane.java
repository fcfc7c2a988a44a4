package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.testbed.ArgoRollouts;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The engine on a real API server with its controllers; kwok plays the kubelets. */
abstract class OnControlPlane {
  static RestartBed bed;
  static ArgoRollouts argo;
  static TestCluster cluster;
  static KubernetesClient client;

  static final String BY_ENV = "containers: [{name: c, image: i, %s}]";

  @BeforeAll
  static void start(TestCluster shared, KubernetesClient sharedClient) {
    cluster = shared;
    client = sharedClient;
    RunningOperator.none();
    argo = ArgoRollouts.start(cluster);
    bed = RestartBed.start(client, Clock.systemUTC());
  }

  @AfterAll
  static void stop() {
    bed.close();
    argo.close();
  }

  static String readsKey(String secret, String key) {
    return BY_ENV.formatted(Manifests.environment(secret, key));
  }

  static String readsAll(String secret) {
    return BY_ENV.formatted(Manifests.wholeEnvironment(secret));
  }

  static void externalSecret(String ns, String name, String restart) {
    cluster.kubectlWithInput(
        Manifests.externalSecret(name, name, restart), "apply", "-n", ns, "-f", "-");
  }

  static void untilRestartedFor(
      WorkloadAdapter kind, String ns, String name, Map<String, Instant> secrets) {
    Eventually.holds(
        () ->
            assertThat(kind.restartedFor(client, ns, name))
                .containsAllEntriesOf(
                    secrets.entrySet().stream()
                        .collect(
                            java.util.stream.Collectors.toMap(
                                Map.Entry::getKey, it -> it.getValue().toString()))));
    kind.awaitRollout(cluster, ns, name);
  }

  static Optional<RestartStatus> status(String ns, String name) {
    return Optional.ofNullable(
            client.resources(ExternalSecret.class).inNamespace(ns).withName(name).get())
        .flatMap(it -> Optional.ofNullable(it.statusOrEmpty().restart()));
  }

  static void untilIdle(String ns, String name) {
    Eventually.holds(() -> assertThat(status(ns, name)).isEmpty());
  }

  static void untilSays(String ns, String name, String workload, Reason reason) {
    Eventually.holds(
        () ->
            assertThat(status(ns, name).stream().flatMap(it -> it.workloads().stream()))
                .anySatisfy(
                    it -> {
                      assertThat(it.name()).isEqualTo(workload);
                      assertThat(it.reason()).isEqualTo(reason.text());
                    }));
  }

  /** Another workload that does restart tells that the reconciler has been there. */
  static void untilAnotherHasRestarted(String ns) {
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "witness", "");
    kind.apply(cluster, ns, kind.manifest("witness", readsAll("witness"), "", ""));
    kind.awaitRollout(cluster, ns, "witness");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "witness", at, "password");
    untilRestartedFor(kind, ns, "witness", Map.of("witness", at));
  }

  static Instant restartedAt(WorkloadAdapter kind, String ns, String name) {
    return Instant.parse(kind.annotation(client, ns, name, Annotations.RESTARTED_AT).orElseThrow());
  }

  static Instant oldestPod(String ns, String name) {
    return client.pods().inNamespace(ns).withLabel("app", name).list().getItems().stream()
        .map(pod -> Instant.parse(pod.getMetadata().getCreationTimestamp()))
        .min(Instant::compareTo)
        .orElseThrow();
  }

  static Instant newestPod(String ns, String name) {
    return client.pods().inNamespace(ns).withLabel("app", name).list().getItems().stream()
        .map(pod -> Instant.parse(pod.getMetadata().getCreationTimestamp()))
        .max(Instant::compareTo)
        .orElseThrow();
  }
}
