package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.restart.gather.PodViews;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealNode;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

  private static String container(String says, String reads) {
    return "terminationGracePeriodSeconds: 1, containers: [{name: c, image: "
        + RealNode.BUSYBOX
        + ", args: [-c, \"trap 'exit 1' TERM; "
        + says
        + "; while busybox sleep 0.2; do :; done\"]"
        + (reads.isEmpty() ? "" : ", " + reads)
        + "}]";
  }

  private static String fromEnvironment(boolean optional) {
    return container(
        "echo $P",
        "env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password, optional: %s}}}]"
            .formatted(optional));
  }

  private static void secret(String ns, String value) {
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: db}
        stringData: {password: %s}
        """
            .formatted(value),
        "apply",
        "--server-side",
        "-n",
        ns,
        "-f",
        "-");
  }

  /** As the sync reconciler finds it: the API server's time of the write. */
  private static Instant writtenAt(String ns) {
    return client
        .secrets()
        .inNamespace(ns)
        .withName("db")
        .get()
        .getMetadata()
        .getManagedFields()
        .stream()
        .map(ManagedFieldsEntry::getTime)
        .map(Instant::parse)
        .max(Instant::compareTo)
        .orElseThrow();
  }

  private static void externalSecret(String ns) {
    cluster.kubectlWithInput(
        Manifests.externalSecret("db", "db", ""), "apply", "-n", ns, "-f", "-");
  }

  private static void deploy(String ns, String spec) {
    deploy(ns, spec, "");
  }

  private static void deploy(String ns, String spec, String extra) {
    KIND.apply(
        cluster, ns, KIND.manifest("web", spec, "", extra).replace("replicas: 2", "replicas: 1"));
  }

  private static void written(String ns) {
    RestartBed.record(client, ns, "db", Map.of());
  }

  /** All that the pods of the workload said, the newest pod's words only. */
  private static void untilThePodsSay(String ns, String words) {
    Eventually.holds(
        () -> {
          List<Pod> pods = pods(ns);
          assertThat(pods).hasSize(1);
          assertThat(
                  cluster
                      .kubectl("logs", pods.getFirst().getMetadata().getName(), "-c", "c", "-n", ns)
                      .trim())
              .isEqualTo(words);
        });
  }

  private static List<Pod> pods(String ns) {
    return client.pods().inNamespace(ns).withLabel("app", "web").list().getItems().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  private static void untilIdle(String ns) {
    Eventually.holds(
        () ->
            assertThat(
                    client
                        .resources(ExternalSecret.class)
                        .inNamespace(ns)
                        .withName("db")
                        .get()
                        .statusOrEmpty()
                        .restart())
                .isNull());
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
    secret(ns, "one");
    externalSecret(ns);
    deploy(ns, container(says, reads) + ", volumes: [{name: v, secret: {secretName: db}}]");
    KIND.awaitRollout(cluster, ns, "web");
    untilThePodsSay(ns, "one");
    secret(ns, "two");
    bed.changed(ns, "db", writtenAt(ns), "password");
    untilThePodsSay(ns, "two");
    untilIdle(ns);
    assertThat(KIND.generation(client, ns, "web")).as(way).isEqualTo(2);
  }

  @Test
  void an_init_container_runs_again(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    secret(ns, "one");
    externalSecret(ns);
    deploy(
        ns,
        container("busybox cat /e/file", "volumeMounts: [{name: e, mountPath: /e}]")
            + ", volumes: [{name: e, emptyDir: {}}], initContainers: [{name: i, image: "
            + RealNode.BUSYBOX
            + ", args: [-c, \"echo $password > /e/file\"], envFrom: [{secretRef: {name: db}}],"
            + " volumeMounts: [{name: e, mountPath: /e}]}]");
    KIND.awaitRollout(cluster, ns, "web");
    untilThePodsSay(ns, "one");
    secret(ns, "two");
    bed.changed(ns, "db", writtenAt(ns), "password");
    untilThePodsSay(ns, "two");
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  @Test
  void applied_together_a_pod_waits_for_its_secret_and_nothing_restarts(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns);
    deploy(ns, fromEnvironment(false));
    Eventually.holds(
        () ->
            assertThat(pods(ns).getFirst().getStatus().getContainerStatuses())
                .first()
                .satisfies(NodeRestartIT::waitsForItsSecret));
    secret(ns, "one");
    written(ns);
    KIND.awaitRollout(cluster, ns, "web");
    untilThePodsSay(ns, "one");
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(1);
  }

  private static void waitsForItsSecret(ContainerStatus status) {
    assertThat(status.getState().getWaiting().getReason()).isEqualTo("CreateContainerConfigError");
  }

  @Test
  void who_started_without_an_optional_secret_is_restarted(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns);
    deploy(ns, fromEnvironment(true));
    KIND.awaitRollout(cluster, ns, "web");
    untilThePodsSay(ns, "");
    secret(ns, "one");
    bed.created(ns, "db", writtenAt(ns));
    untilThePodsSay(ns, "one");
    untilIdle(ns);
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  /** A changed one of the same name is not to be had: kubelets keep what they once read of it. */
  @Test
  void an_immutable_secret_gets_another_name_and_its_manifest_s_rollout_is_enough(
      Namespace namespace) {
    String ns = namespace.getMetadata().getName();
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
      written(ns);
      deploy(ns, container("echo $P", Manifests.wholeEnvironment(name)));
      KIND.awaitRollout(cluster, ns, "web");
      untilThePodsSay(ns, name);
    }
    untilIdle(ns);
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  @Test
  void a_container_that_restarted_in_place_long_after_the_change_is_fresh(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    secret(ns, "one");
    externalSecret(ns);
    deploy(ns, fromEnvironment(false));
    KIND.awaitRollout(cluster, ns, "web");
    untilThePodsSay(ns, "one");
    Instant created = Instant.parse(pods(ns).getFirst().getMetadata().getCreationTimestamp());
    secret(ns, "two");
    Eventually.holds(() -> assertThat(RestartBed.thisSecond()).isAfter(created.plusSeconds(62)));
    cluster.kubectl(
        "exec", pods(ns).getFirst().getMetadata().getName(), "-n", ns, "--", "sh", "-c", "kill 1");
    untilThePodsSay(ns, "two");
    Eventually.holds(
        () ->
            assertThat(status(ns))
                .satisfies(it -> assertThat(it.getState().getRunning()).isNotNull())
                .satisfies(it -> assertThat(it.getRestartCount()).isEqualTo(1)));
    Instant started = Instant.parse(status(ns).getState().getRunning().getStartedAt());
    // The record is dated back: as if the container had restarted a minute after the change.
    bed.changed(ns, "db", started.minusSeconds(60), "password");
    bed.changed(ns, "db", started.minusSeconds(59), "password");
    Eventually.holds(
        () ->
            assertThat(KIND.restartedFor(client, ns, "web"))
                .containsEntry("db", started.minusSeconds(59).toString()));
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(2);
  }

  private static ContainerStatus status(String ns) {
    return pods(ns).getFirst().getStatus().getContainerStatuses().getFirst();
  }

  @Test
  void a_container_that_fails_after_its_restart_halts_and_is_named(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    secret(ns, "one");
    cluster.kubectlWithInput(
        Manifests.externalSecret("db", "db", "progressDeadline: 30s"),
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    deploy(
        ns,
        container(
            "[ $P = one ] || exit 3",
            "env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]"),
        // Else the Deployment may take the moment before it fails for health, as it may for users;
        // a kubelet that is busy says seconds later that the container has ended.
        ", minReadySeconds: 12");
    KIND.awaitRollout(cluster, ns, "web");
    secret(ns, "two");
    bed.changed(ns, "db", writtenAt(ns), "password");
    Eventually.holds(
        () ->
            assertThat(
                    cluster.kubectl(
                        "get", "kes", "db", "-n", ns, "-o", "jsonpath={.status.restart}"))
                .contains("Failed")
                .contains("ended with exit code 3 (Error)"));
    assertThat(cluster.kubectl("events", "-n", ns, "--for=deployment/web"))
        .contains("ended with exit code 3 (Error)");
    assertThat(pods(ns)).anySatisfy(pod -> assertThat(PodViews.of(pod).ready()).isTrue());

    secret(ns, "one");
    bed.changed(ns, "db", writtenAt(ns), "password");
    untilThePodsSay(ns, "");
    untilIdle(ns);
  }
}
