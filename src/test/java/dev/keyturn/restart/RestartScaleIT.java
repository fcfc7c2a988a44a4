package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.restart.decide.Reason;
import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.AuditLog;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a restart costs, and how many there are at a time, in a cluster of many. */
@RealCluster
@Alone
class RestartScaleIT {
  private static final WorkloadAdapter KIND = WorkloadAdapter.DEPLOYMENT;

  @BeforeEach
  void alone(TestCluster cluster, KubernetesClient client) {
    RunningOperator.none();
    OnControlPlane.cluster = cluster;
    OnControlPlane.client = client;
  }

  @Test
  void a_workload_of_ten_pods_costs_few_requests(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    RestartBed.installCrds(client);
    cluster.kubectl("create", "serviceaccount", "bed", "-n", ns);
    cluster.kubectl(
        "create",
        "clusterrolebinding",
        ns,
        "--clusterrole=cluster-admin",
        "--serviceaccount=" + ns + ":bed");
    OnControlPlane.externalSecret(ns, "db", "");
    KIND.apply(
        cluster,
        ns,
        KIND.manifest("web", OnControlPlane.readsAll("db"), "", "")
            .replace("replicas: 2", "replicas: 10"));
    KIND.awaitRollout(cluster, ns, "web");
    try (KubernetesClient own = cluster.clientOf(ns, "bed");
        RestartBed _ = RestartBed.start(own, Clock.systemUTC())) {
      AuditLog log = AuditLog.fromNow(cluster, "system:serviceaccount:" + ns + ":bed");
      Instant at = RestartBed.thisSecond();
      RestartBed.changed(client, ns, "db", at, "password");
      OnControlPlane.untilRestartedFor(KIND, ns, "web", Map.of("db", at));
      OnControlPlane.untilIdle(ns, "db");
      Eventually.isTrue(
          "foreign pods have been looked for",
          () -> Clock.systemUTC().instant().isAfter(at.plusSeconds(12)));
      List<AuditLog.Request> requests =
          log.requests().stream()
              .filter(it -> it.namespace().equals(ns) && !it.verb().equals("watch"))
              .toList();
      System.out.printf("requests of a restart: %d%n%s%n", requests.size(), requests);
      // Of status writes there are two, and more where the watch lags behind on a busy machine.
      assertThat(requests.stream().filter(it -> !it.resource().equals("externalsecrets/status")))
          .hasSizeLessThanOrEqualTo(8);
    }
  }

  @Test
  void the_cluster_has_so_many_places_whoever_leads(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    String first = namespace.getMetadata().getName();
    String second = cluster.newNamespace("second").getMetadata().getName();
    RestartBed.installCrds(client);
    for (String ns : List.of(first, second)) {
      OnControlPlane.externalSecret(ns, "db", "");
      KIND.apply(
          cluster,
          ns,
          KIND.manifest("web", OnControlPlane.readsAll("db"), "", "")
              .replace("replicas: 2", "minReadySeconds: 8, replicas: 2"));
    }
    KIND.awaitRollout(cluster, first, "web");
    KIND.awaitRollout(cluster, second, "web");
    var settings = RestartBed.settings(Map.of("keyturn.restart.max-rollouts", "1"));
    Instant at = RestartBed.thisSecond();
    try (RestartBed bed = RestartBed.start(client, Clock.systemUTC(), settings)) {
      bed.changed(first, "db", at, "password");
      Eventually.holds(
          () -> assertThat(KIND.restartedFor(client, first, "web")).containsEntry("db", "" + at));
      bed.changed(second, "db", at, "password");
      OnControlPlane.untilSays(second, "db", "web", Reason.WAITS_FOR_CLUSTER);
    }
    try (RestartBed _ = RestartBed.start(client, Clock.systemUTC(), settings)) {
      OnControlPlane.untilRestartedFor(KIND, second, "web", Map.of("db", at));
      assertThat(OnControlPlane.restartedAt(KIND, second, "web"))
          .as("the first was complete")
          .isAfterOrEqualTo(OnControlPlane.newestPod(first, "web").plusSeconds(8));
      OnControlPlane.untilIdle(first, "db");
      OnControlPlane.untilIdle(second, "db");
    } finally {
      client.namespaces().withName(second).delete();
    }
  }
}
