package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workloads that would not roll, others who act at the same time, clocks that are wrong. */
@RealCluster
class RestartTroubleIT extends OnControlPlane {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DEPLOYMENT | {'paused': true} | {'paused': null}",
        "STATEFUL_SET | {'updateStrategy': {'rollingUpdate': {'partition': 1}}} |"
            + " {'updateStrategy': {'rollingUpdate': {'partition': 0}}}",
        "STATEFUL_SET | {'updateStrategy': {'type': 'OnDelete', 'rollingUpdate': null}} |"
            + " {'updateStrategy': {'type': 'RollingUpdate'}}",
        "DAEMON_SET | {'updateStrategy': {'type': 'OnDelete', 'rollingUpdate': null}} |"
            + " {'updateStrategy': {'type': 'RollingUpdate'}}",
        "ROLLOUT | {'paused': true} | {'paused': null}"
      },
      quoteCharacter = '#')
  void what_would_not_roll_is_reported_until_it_would(
      WorkloadAdapter kind, String obstacle, String cure, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    patch(kind, ns, obstacle);
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.DOES_NOT_ROLL);
    assertThat(kind.restartedFor(client, ns, "web")).isEmpty();
    patch(kind, ns, cure);
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
  }

  private static void patch(WorkloadAdapter kind, String ns, String spec) {
    cluster.kubectl(
        "patch",
        kind.reference("web"),
        "-n",
        ns,
        "--type=merge",
        "-p",
        "{\"spec\":" + spec.replace('\'', '"') + "}");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DAEMON_SET")
  void without_replicas_there_is_nothing_to_restart(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    String manifest = kind.manifest("web", readsAll("db"), "", "");
    kind.apply(cluster, ns, manifest.replace("replicas: 2", "replicas: 0"));
    bed.changed(ns, "db", RestartBed.thisSecond().minusSeconds(6), "password");
    untilAnotherHasRestarted(ns);
    assertThat(kind.generation(client, ns, "web")).isEqualTo(1);
    kind.apply(cluster, ns, manifest);
    kind.awaitRollout(cluster, ns, "web");
    untilIdle(ns, "db");
    assertThat(kind.restartedFor(client, ns, "web")).isEmpty();
  }

  @Test
  void an_autoscaler_at_work_changes_nothing(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    cluster.kubectl("autoscale", "deployment/web", "--min=4", "--max=5", "--cpu=80%", "-n", ns);
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    Eventually.holds(
        () ->
            assertThat(
                    client
                        .apps()
                        .deployments()
                        .inNamespace(ns)
                        .withName("web")
                        .get()
                        .getStatus()
                        .getAvailableReplicas())
                .isEqualTo(4));
    untilIdle(ns, "db");
    assertThat(client.apps().replicaSets().inNamespace(ns).list().getItems()).hasSize(2);
  }

  @Test
  void a_node_that_does_not_answer_holds_no_daemonset_up(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DAEMON_SET;
    externalSecret(ns, "db", "progressDeadline: 10s");
    // Kubernetes counts the pod of that node, too.
    String two = ", updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", two));
    kind.awaitRollout(cluster, ns, "web");
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Node
        metadata: {name: dead-%s}
        """
            .formatted(ns),
        "apply",
        "-f",
        "-");
    try {
      Eventually.holds(
          () -> assertThat(client.pods().inNamespace(ns).list().getItems()).hasSize(3));
      Instant at = RestartBed.thisSecond();
      bed.changed(ns, "db", at, "password");
      Eventually.holds(
          () ->
              assertThat(kind.restartedFor(client, ns, "web")).containsEntry("db", at.toString()));
      untilIdle(ns, "db");
      assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
    } finally {
      cluster.kubectl("delete", "node", "dead-" + ns);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-30, 30})
  void a_clock_that_is_wrong_changes_nothing(long seconds, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    bed.close();
    bed = RestartBed.start(client, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds)));
    try {
      Instant at = RestartBed.thisSecond();
      bed.changed(ns, "db", at, "password");
      untilRestartedFor(kind, ns, "web", Map.of("db", at));
      untilIdle(ns, "db");
      assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
      assertThat(restartedAt(kind, ns, "web"))
          .isBetween(at.plusSeconds(1), RestartBed.thisSecond().plusSeconds(2));
    } finally {
      bed.close();
      bed = RestartBed.start(client, Clock.systemUTC());
    }
  }

  /** As for a moment when a leader does not know that it has been replaced. */
  @ParameterizedTest
  @EnumSource
  void two_operators_at_once_restart_once(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    List<String> workloads = List.of("a", "b", "c", "d");
    externalSecret(ns, "db", "maxConcurrent: 0");
    workloads.forEach(it -> kind.apply(cluster, ns, kind.manifest(it, readsAll("db"), "", "")));
    workloads.forEach(it -> kind.awaitRollout(cluster, ns, it));
    try (RestartBed _ = RestartBed.start(client, Clock.systemUTC())) {
      Instant at = RestartBed.thisSecond();
      bed.changed(ns, "db", at, "password");
      workloads.forEach(it -> untilRestartedFor(kind, ns, it, Map.of("db", at)));
      untilIdle(ns, "db");
    }
    workloads.forEach(it -> assertThat(kind.generation(client, ns, it)).as(it).isEqualTo(2));
  }

  @Test
  void a_lost_hash_key_restarts_nothing(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
    client
        .resources(ExternalSecret.class)
        .inNamespace(ns)
        .withName("db")
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"content\":{\"hash\":\"another:hash\"}}}");
    untilAnotherHasRestarted(ns);
    assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
  }

  @Test
  void a_namespace_that_takes_its_refusal_back_is_served(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    cluster.kubectl("annotate", "namespace", ns, "keyturn.dev/restart=false");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    // Long settled, so that only the refusal can have held it back.
    Eventually.holds(() -> assertThat(RestartBed.thisSecond()).isAfter(at.plusSeconds(4)));
    assertThat(kind.generation(client, ns, "web")).isEqualTo(1);
    cluster.kubectl("annotate", "namespace", ns, "keyturn.dev/restart-");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
  }

  @Test
  void a_rollout_that_uses_a_deployment_s_template_is_restarted_in_its_place(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    var deployment = WorkloadAdapter.DEPLOYMENT;
    deployment.apply(
        cluster,
        ns,
        deployment
            .manifest("template", readsAll("db"), "", "")
            .replace("replicas: 2", "replicas: 0"));
    var rollout = WorkloadAdapter.ROLLOUT;
    cluster.kubectlWithInput(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 2
          workloadRef: {apiVersion: apps/v1, kind: Deployment, name: template}
        """,
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    rollout.awaitRollout(cluster, ns, "web");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(rollout, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
    assertThat(rollout.generation(client, ns, "web")).isEqualTo(2);
    assertThat(deployment.generation(client, ns, "template")).isEqualTo(1);
  }

  @Test
  void every_restart_is_counted_to_its_end(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.STATEFUL_SET;
    externalSecret(ns, "db", "");
    externalSecret(ns, "mail", "");
    kind.apply(
        cluster,
        ns,
        kind.manifest(
            "web",
            "containers: [{name: c, image: i, envFrom: [{secretRef: {name: db}}, {secretRef:"
                + " {name: mail}}]}]",
            "",
            ""));
    kind.awaitRollout(cluster, ns, "web");
    double started = counted("started");
    double completed = counted("completed");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    bed.changed(ns, "mail", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at, "mail", at));
    untilIdle(ns, "db");
    untilIdle(ns, "mail");
    assertThat(counted("started")).isEqualTo(started + 1);
    assertThat(counted("completed")).isEqualTo(completed + 1);
  }

  private static double counted(String outcome) {
    return bed.meters()
        .counter("keyturn.restarts", "kind", "StatefulSet", "outcome", outcome)
        .count();
  }
}
