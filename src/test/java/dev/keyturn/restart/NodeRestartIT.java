package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.restart.gather.PodViews;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealNode;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stale rule where containers really read Secrets. */
@Execution(ExecutionMode.CONCURRENT)
@RealNode
class NodeRestartIT {
  private static final WorkloadAdapter KIND = WorkloadAdapter.DEPLOYMENT;
  private static RestartBed bed;
  private static TestCluster cluster;
  private static KubernetesClient client;

  @BeforeAll
  static void start(TestCluster shared, KubernetesClient sharedClient) {
    cluster = shared;
    client = sharedClient;
    bed = RestartBed.start(client, Clock.systemUTC());
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "environment | echo $P | 'env: [{name: P, valueFrom: {secretKeyRef: {name: db, key:"
            + " password}}}]'",
        "whole environment | echo $password | 'envFrom: [{secretRef: {name: db}}]'",
        "volume | busybox cat /v/password; echo | 'volumeMounts: [{name: v, mountPath: /v}]'",
        "one file | busybox cat /v; echo | 'volumeMounts: [{name: v, mountPath: /v, subPath:"
            + " password}]'"
      })
  void a_changed_value_reaches_the_containers(
      String way, String says, String reads, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    node.secret("one");
    node.externalSecret();
    node.deploy(OnNode.container(says, reads) + ", volumes: [{name: v, secret: {secretName: db}}]");
    KIND.awaitRollout(cluster, ns, "web");
    node.untilThePodsSay("one");
    node.secret("two");
    bed.changed(ns, "db", node.writtenAt(), "password");
    node.untilThePodsSay("two");
    node.untilIdle();
    assertThat(KIND.generation(client, ns, "web")).as(way).isEqualTo(2);
  }

  @Test
  void an_init_container_runs_again(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    node.secret("one");
    node.externalSecret();
    node.deploy(
        OnNode.container("busybox cat /e/file", "volumeMounts: [{name: e, mountPath: /e}]")
            + ", volumes: [{name: e, emptyDir: {}}], initContainers: [{name: i, image: "
            + RealNode.BUSYBOX
            + ", args: [-c, \"echo $password > /e/file\"], envFrom: [{secretRef: {name: db}}],"
            + " volumeMounts: [{name: e, mountPath: /e}]}]");
    KIND.awaitRollout(cluster, ns, "web");
    node.untilThePodsSay("one");
    node.secret("two");
    bed.changed(ns, "db", node.writtenAt(), "password");
    node.untilThePodsSay("two");
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  @Test
  void applied_together_a_pod_waits_for_its_secret_and_nothing_restarts(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    node.externalSecret();
    node.deploy(OnNode.fromEnvironment(false));
    Eventually.holds(
        () ->
            assertThat(node.pods().getFirst().getStatus().getContainerStatuses())
                .first()
                .satisfies(NodeRestartIT::waitsForItsSecret));
    node.secret("one");
    node.written();
    KIND.awaitRollout(cluster, ns, "web");
    node.untilThePodsSay("one");
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(1);
  }

  private static void waitsForItsSecret(ContainerStatus status) {
    assertThat(status.getState().getWaiting().getReason()).isEqualTo("CreateContainerConfigError");
  }

  @Test
  void who_started_without_an_optional_secret_is_restarted(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    node.externalSecret();
    node.deploy(OnNode.fromEnvironment(true));
    KIND.awaitRollout(cluster, ns, "web");
    node.untilThePodsSay("");
    node.secret("one");
    bed.created(ns, "db", node.writtenAt());
    node.untilThePodsSay("one");
    node.untilIdle();
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  /**
   * Files are made before the first container starts, and the kubelet starts the next one only
   * after the first one's hook: in between, the Secret changes, or comes to be.
   */
  @ParameterizedTest
  @CsvSource({"one, 'mountPath: /v, subPath: password', /v", "none, mountPath: /v, /v/password"})
  void who_starts_late_with_the_old_files_is_restarted(
      String before, String mount, String file, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    boolean exists = before.equals("one");
    node.externalSecret();
    if (exists) {
      node.secret(before);
      node.written();
    }
    node.deploy(
        OnNode.container("busybox cat %s; echo".formatted(file), volumeMounts(mount))
                .replace("containers: [", "containers: [" + HOLDS_UP_THE_NEXT + ", ")
            + ", volumes: [{name: v, secret: {secretName: db, optional: %s}}]".formatted(!exists));
    Eventually.holds(
        () -> assertThat(cluster.kubectl("events", "-n", ns)).contains("Started container first"));
    node.secret("two");
    if (exists) {
      bed.changed(ns, "db", node.writtenAt(), "password");
    } else {
      bed.created(ns, "db", node.writtenAt());
    }
    node.untilThePodsSay("two");
    node.untilIdle();
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  private static final String HOLDS_UP_THE_NEXT =
      "{name: first, image: "
          + RealNode.BUSYBOX
          + ", args: [-c, \"while busybox sleep 0.2; do :; done\"],"
          + " lifecycle: {postStart: {exec: {command: [sh, -c, busybox sleep 10]}}}}";

  private static String volumeMounts(String mount) {
    return "volumeMounts: [{name: v, %s}]".formatted(mount);
  }

  /** A changed one of the same name is not to be had: kubelets keep what they once read of it. */
  @Test
  void an_immutable_secret_gets_another_name_and_its_manifest_s_rollout_is_enough(
      Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    for (String name : List.of("db-1", "db-2")) {
      cluster.kubectlWithInput(
          "{apiVersion: v1, kind: Secret, metadata: {name: %1$s}, immutable: true, stringData: {P: %1$s}}"
              .formatted(name),
          "apply",
          "-n",
          ns,
          "-f",
          "-");
      cluster.kubectlWithInput(
          Manifests.externalSecret("db", name, ""), "apply", "-n", ns, "-f", "-");
      node.written();
      node.deploy(OnNode.container("echo $P", Manifests.wholeEnvironment(name)));
      KIND.awaitRollout(cluster, ns, "web");
      node.untilThePodsSay(name);
    }
    node.untilIdle();
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  @Test
  void a_container_that_restarted_in_place_long_after_the_change_is_fresh(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    node.secret("one");
    node.externalSecret();
    node.deploy(OnNode.fromEnvironment(false));
    KIND.awaitRollout(cluster, ns, "web");
    node.untilThePodsSay("one");
    Instant created = Instant.parse(node.pods().getFirst().getMetadata().getCreationTimestamp());
    node.secret("two");
    Eventually.holds(() -> assertThat(RestartBed.thisSecond()).isAfter(created.plusSeconds(62)));
    cluster.kubectl(
        "exec",
        node.pods().getFirst().getMetadata().getName(),
        "-n",
        ns,
        "--",
        "sh",
        "-c",
        "kill 1");
    node.untilThePodsSay("two");
    Eventually.holds(
        () ->
            assertThat(node.status())
                .satisfies(it -> assertThat(it.getState().getRunning()).isNotNull())
                .satisfies(it -> assertThat(it.getRestartCount()).isEqualTo(1)));
    Instant started = Instant.parse(node.status().getState().getRunning().getStartedAt());
    // The record is dated back: as if the container had restarted a minute after the change.
    bed.changed(ns, "db", started.minusSeconds(60), "password");
    bed.changed(ns, "db", started.minusSeconds(59), "password");
    Eventually.holds(
        () ->
            assertThat(KIND.restartedFor(client, ns, "web"))
                .containsEntry("db", started.minusSeconds(59).toString()));
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  @Test
  void a_container_that_fails_after_its_restart_halts_and_is_named(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    node.secret("one");
    cluster.kubectlWithInput(
        Manifests.externalSecret("db", "db", "progressDeadline: 30s"),
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    node.deploy(
        OnNode.container(
            "[ $P = one ] || exit 3",
            "env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]"),
        // Else the Deployment may take the moment before it fails for health, as it may for users;
        // a kubelet that is busy says seconds later that the container has ended.
        ", minReadySeconds: 12");
    KIND.awaitRollout(cluster, ns, "web");
    node.secret("two");
    bed.changed(ns, "db", node.writtenAt(), "password");
    Eventually.holds(
        () ->
            assertThat(
                    cluster.kubectl(
                        "get", "kes", "db", "-n", ns, "-o", "jsonpath={.status.restart}"))
                .contains("Failed")
                .contains("ended with exit code 3 (Error)"));
    assertThat(cluster.kubectl("events", "-n", ns, "--for=deployment/web"))
        .contains("ended with exit code 3 (Error)");
    assertThat(node.pods()).anySatisfy(pod -> assertThat(PodViews.of(pod).ready()).isTrue());

    node.secret("one");
    bed.changed(ns, "db", node.writtenAt(), "password");
    node.untilThePodsSay("");
    node.untilIdle();
  }
}
