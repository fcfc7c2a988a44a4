package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
  @EnumSource
  void who_says_that_it_reads_a_secret_is_restarted_for_it(
      WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    externalSecret(ns, "mail", "");
    String reads = "keyturn.dev/restart-for: 'mail, db'";
    kind.apply(cluster, ns, kind.manifest("web", BY_ENV.formatted("env: []"), reads, ""));
    kind.awaitRollout(cluster, ns, "web");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
  }

  @ParameterizedTest
  @EnumSource
  void what_would_not_start_without_a_key_that_is_gone_is_left_running(
      WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    secret(ns, "db", "{password: YQ==, old: YQ==}");
    kind.apply(cluster, ns, kind.manifest("web", readsKey("db", "old"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    long before = kind.generation(client, ns, "web");
    secret(ns, "db", "{password: YQ==}");
    bed.changed(ns, "db", RestartBed.thisSecond(), "old");
    untilSays(ns, "db", "web", Reason.WOULD_NOT_START);
    assertThat(status(ns, "db").orElseThrow().reason()).contains("Secret db has no key old");
    assertThat(kind.generation(client, ns, "web")).isEqualTo(before);
    secret(ns, "db", "{password: YQ==, old: Yg==}");
    Instant back = RestartBed.thisSecond();
    bed.changed(ns, "db", back, "old");
    untilRestartedFor(kind, ns, "web", Map.of("db", back));
    untilIdle(ns, "db");
  }

  /** As the sync reconciler writes it. */
  private static void secret(String ns, String name, String data) {
    cluster.kubectlWithInput(
        "{apiVersion: v1, kind: Secret, metadata: {name: %s, labels: {keyturn.dev/managed: 'true'}}, data: %s}"
            .formatted(name, data),
        "apply",
        "--server-side",
        "-n",
        ns,
        "-f",
        "-");
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
  void a_namespace_that_said_no_is_not_told_of_pods_of_nobody_either(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    cluster.kubectlWithInput(
        "{apiVersion: v1, kind: Pod, metadata: {name: alone}, spec: {%s}}"
            .formatted(readsAll("db")),
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    cluster.kubectl("wait", "pod/alone", "-n", ns, "--for=condition=Ready", "--timeout=60s");
    cluster.kubectl("annotate", "namespace", ns, "keyturn.dev/restart=false");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    // Pods of nobody are looked at five seconds after the change.
    Eventually.holds(() -> assertThat(RestartBed.thisSecond()).isAfter(at.plusSeconds(8)));
    assertThat(status(ns, "db")).isEmpty();
    cluster.kubectl("annotate", "namespace", ns, "keyturn.dev/restart-");
    untilSays(ns, "db", "alone", Reason.NOT_OURS);
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
          strategy: {canary: {}}
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

  @ParameterizedTest
  @EnumSource
  void marks_of_a_time_to_come_hold_up_nobody(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    String marks =
        "keyturn.dev/restarted-for: '{\"db\":\"9999-12-31T23:59:59Z\"}', "
            + "keyturn.dev/restarted-at: '9999-12-31T23:59:59Z', "
            + "keyturn.dev/restart-interval: PT2562047788015215H30M7S";
    kind.apply(
        cluster,
        ns,
        kind.manifest("web", readsAll("db"), marks, "")
            .replace("labels: {app: web}}", "labels: {app: web}, annotations: {" + marks + "}}"));
    kind.awaitRollout(cluster, ns, "web");
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    // They are kubectl's, so that no restart can be told by them; but one is tried.
    untilSays(ns, "db", "web", Reason.REFUSED);
  }

  @Test
  void a_rollout_that_somebody_restarted_by_hand_is_restarted_for_the_next_change(
      Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.ROLLOUT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    // As kubectl argo rollouts restart does.
    patch(kind, ns, "{'restartAt': '" + RestartBed.thisSecond() + "'}");
    kind.awaitRollout(cluster, ns, "web");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
  }

  @Test
  void a_rollout_that_somebody_wants_restarted_later_is_left_to_that(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.ROLLOUT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    patch(kind, ns, "{'restartAt': '2999-01-01T00:00:00Z'}");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.DOES_NOT_ROLL);
    patch(kind, ns, "{'restartAt': null}");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
  }

  @Test
  void a_selector_that_nobody_understands_is_told_and_holds_up_nobody(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    var rollout = WorkloadAdapter.ROLLOUT;
    rollout.apply(
        cluster,
        ns,
        rollout
            .manifest("bogus", readsAll("db"), "", "")
            .replace(
                "matchLabels: {app: bogus}",
                "matchExpressions: [{key: app, operator: Bogus, values: [bogus]}]"));
    var kind = WorkloadAdapter.DEPLOYMENT;
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilSays(ns, "db", "bogus", Reason.PODS_UNKNOWN);
  }

  @Test
  void a_pod_of_nobody_with_any_annotation_holds_up_nobody(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: alone, annotations: {keyturn.dev/restarted-for: "null"}}
        spec: {%s}
        """
            .formatted(readsAll("db")),
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    cluster.kubectl("wait", "pod/alone", "-n", ns, "--for=condition=Ready", "--timeout=60s");
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    untilSays(ns, "db", "alone", Reason.NOT_OURS);
  }

  @Test
  void a_deployment_whose_template_a_rollout_uses_is_left_alone(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    var deployment = WorkloadAdapter.DEPLOYMENT;
    deployment.apply(cluster, ns, deployment.manifest("template", readsAll("db"), "", ""));
    deployment.awaitRollout(cluster, ns, "template");
    var rollout = WorkloadAdapter.ROLLOUT;
    cluster.kubectlWithInput(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 2
          strategy: {canary: {}}
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
    untilSays(ns, "db", "template", Reason.DOES_NOT_ROLL);
    assertThat(deployment.restartedFor(client, ns, "template")).isEmpty();
  }
}
