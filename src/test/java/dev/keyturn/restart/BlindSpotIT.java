package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told while something cannot be looked at. */
@RealCluster
@Alone
class BlindSpotIT {
  /** As is asked for where all pods of a namespace are listed, and nowhere else. */
  private static final String LIST = "/replicasets";

  private static final class NoReplicaSets implements Interceptor {
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (request.uri().getPath().endsWith(LIST)) {
        builder.uri(URI.create(request.uri().toString().replace(LIST, "/nothing")));
      }
    }
  }

  @Test
  void what_is_known_of_workloads_is_told_though_other_pods_cannot_be_listed(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    RunningOperator.none();
    try (KubernetesClient blind =
            new KubernetesClientBuilder()
                .withConfig(client.getConfiguration())
                .withHttpClientBuilderConsumer(
                    it -> it.addOrReplaceInterceptor("blind", new NoReplicaSets()))
                .build();
        RestartBed bed = RestartBed.start(blind, Clock.systemUTC())) {
      cluster.kubectlWithInput(
          Manifests.externalSecret("db", "db", ""), "apply", "-n", ns, "-f", "-");
      String reads = OnControlPlane.readsAll("db");
      kind.apply(cluster, ns, kind.manifest("web", reads, "", ""));
      kind.apply(cluster, ns, kind.manifest("paused", reads, "", ""));
      kind.awaitRollout(cluster, ns, "web");
      kind.awaitRollout(cluster, ns, "paused");
      cluster.kubectl("rollout", "pause", "deployment/paused", "-n", ns);
      Instant at = RestartBed.thisSecond();
      bed.changed(ns, "db", at, "password");
      Eventually.holds(
          () ->
              assertThat(kind.restartedFor(client, ns, "web"))
                  .isEqualTo(Map.of("db", at.toString())));
      Eventually.holds(
          () ->
              assertThat(status(client, ns).orElseThrow().workloads())
                  .singleElement()
                  .satisfies(
                      it -> {
                        assertThat(it.name()).isEqualTo("paused");
                        assertThat(it.reason()).isEqualTo(Reason.DOES_NOT_ROLL.text());
                      }));
      // Later than five seconds after a change other pods are looked for, each time.
      Eventually.holds(() -> assertThat(RestartBed.thisSecond()).isAfter(at.plusSeconds(5)));
      cluster.kubectl("rollout", "resume", "deployment/paused", "-n", ns);
      Eventually.holds(
          () ->
              assertThat(kind.restartedFor(client, ns, "paused"))
                  .isEqualTo(Map.of("db", at.toString())));
      Eventually.holds(() -> assertThat(status(client, ns)).isEmpty());
    }
  }

  private static Optional<RestartStatus> status(KubernetesClient client, String ns) {
    return Optional.ofNullable(
        client
            .resources(ExternalSecret.class)
            .inNamespace(ns)
            .withName("db")
            .get()
            .statusOrEmpty()
            .restart());
  }
}
