package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine on a real API server with its controllers; kwok plays the kubelets. */
@RealCluster
class RestartIT {
  private static RestartBed bed;
  private static TestCluster cluster;
  private static KubernetesClient client;

  private static final String BY_ENV = "containers: [{name: c, image: i, %s}]";

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

  private static String readsKey(String secret, String key) {
    return BY_ENV.formatted(Manifests.environment(secret, key));
  }

  private static String readsAll(String secret) {
    return BY_ENV.formatted(Manifests.wholeEnvironment(secret));
  }

  private static void externalSecret(String ns, String name, String restart) {
    cluster.kubectlWithInput(
        Manifests.externalSecret(name, name, restart), "apply", "-n", ns, "-f", "-");
  }

  private static void until(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(assertion);
  }

  private static void untilRestartedFor(
      WorkloadAdapter kind, String ns, String name, Map<String, Instant> secrets) {
    until(
        () ->
            assertThat(kind.restartedFor(client, ns, name))
                .containsAllEntriesOf(
                    secrets.entrySet().stream()
                        .collect(
                            java.util.stream.Collectors.toMap(
                                Map.Entry::getKey, it -> it.getValue().toString()))));
    kind.awaitRollout(cluster, ns, name);
  }

  private static Optional<RestartStatus> status(String ns, String name) {
    return Optional.ofNullable(
            client.resources(ExternalSecret.class).inNamespace(ns).withName(name).get())
        .flatMap(it -> Optional.ofNullable(it.statusOrEmpty().restart()));
  }

  private static void untilIdle(String ns, String name) {
    until(() -> assertThat(status(ns, name)).isEmpty());
  }

  private static void untilSays(String ns, String name, String workload, Reason reason) {
    until(
        () ->
            assertThat(status(ns, name).stream().flatMap(it -> it.workloads().stream()))
                .anySatisfy(
                    it -> {
                      assertThat(it.name()).isEqualTo(workload);
                      assertThat(it.reason()).isEqualTo(reason.text());
                    }));
  }

  /** Another workload that does restart tells that the reconciler has been there. */
  private static void untilAnotherHasRestarted(String ns) {
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "witness", "");
    kind.apply(cluster, ns, kind.manifest("witness", readsAll("witness"), "", ""));
    kind.awaitRollout(cluster, ns, "witness");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "witness", at, "password");
    untilRestartedFor(kind, ns, "witness", Map.of("witness", at));
  }

  @ParameterizedTest
  @EnumSource
  void each_way_of_reading_leads_to_one_restart(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "maxConcurrent: 0");
    Map<String, String> specs =
        Map.of(
            "env",
            readsKey("db", "password"),
            "envfrom",
            readsAll("db"),
            "volume",
            "volumes: [{name: v, secret: {secretName: db, optional: true}}], containers: [{name:"
                + " c, image: i, volumeMounts: [{name: v, mountPath: /v}]}]",
            "projected",
            "volumes: [{name: v, projected: {sources: [{secret: {name: db, optional:"
                + " true}}]}}], containers: [{name: c, image: i, volumeMounts: [{name: v,"
                + " mountPath: /v}]}]",
            "init",
            "initContainers: [{name: i, image: i, envFrom: [{secretRef: {name: db}}]}],"
                + " containers: [{name: c, image: i}]",
            "pull",
            "imagePullSecrets: [{name: db}], containers: [{name: c, image: i}]",
            "other",
            readsKey("db", "user"));
    specs.forEach((name, spec) -> kind.apply(cluster, ns, kind.manifest(name, spec, "", "")));
    specs.keySet().forEach(name -> kind.awaitRollout(cluster, ns, name));

    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    for (String name : new String[] {"env", "envfrom", "volume", "projected", "init"}) {
      untilRestartedFor(kind, ns, name, Map.of("db", at));
    }
    untilIdle(ns, "db");
    for (String name : new String[] {"env", "envfrom", "volume", "projected", "init"}) {
      assertThat(kind.generation(client, ns, name)).as(name).isEqualTo(2);
    }
    assertThat(kind.generation(client, ns, "pull")).isEqualTo(1);
    assertThat(kind.generation(client, ns, "other")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void two_secrets_and_many_changes_make_one_restart(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    externalSecret(ns, "mail", "");
    kind.apply(
        cluster,
        ns,
        kind.manifest(
            "web",
            BY_ENV.formatted("envFrom: [{secretRef: {name: db}}, {secretRef: {name: mail}}]"),
            "",
            ""));
    kind.awaitRollout(cluster, ns, "web");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "a");
    bed.changed(ns, "mail", at, "a");
    bed.changed(ns, "db", at.plusMillis(300), "b");
    bed.changed(ns, "db", at.plusMillis(900), "c");
    untilRestartedFor(kind, ns, "web", Map.of("db", at.plusMillis(900), "mail", at));
    untilIdle(ns, "db");
    untilIdle(ns, "mail");
    assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void a_change_while_the_operator_was_down_is_found(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    bed.close();
    Instant at;
    try {
      externalSecret(ns, "db", "");
      kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
      kind.awaitRollout(cluster, ns, "web");
      at = RestartBed.thisSecond();
      bed.changed(ns, "db", at, "password");
    } finally {
      bed = RestartBed.start(client, Clock.systemUTC());
    }
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    bed.close();
    bed = RestartBed.start(client, Clock.systemUTC());
    untilIdle(ns, "db");
    untilAnotherHasRestarted(ns);
    assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void the_original_manifest_applied_again_rolls_nothing(
      WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    String manifest = kind.manifest("web", readsAll("db"), "", "");
    kind.apply(cluster, ns, manifest);
    cluster.kubectlWithInput(
        kind.manifest("flux", readsAll("db"), "", ""),
        "apply",
        "--server-side",
        "--field-manager=flux",
        "-n",
        ns,
        "-f",
        "-");
    kind.awaitRollout(cluster, ns, "web");
    kind.awaitRollout(cluster, ns, "flux");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilRestartedFor(kind, ns, "flux", Map.of("db", at));
    untilIdle(ns, "db");

    kind.apply(cluster, ns, manifest);
    cluster.kubectlWithInput(
        kind.manifest("flux", readsAll("db"), "", ""),
        "apply",
        "--server-side",
        "--force-conflicts",
        "--field-manager=flux",
        "-n",
        ns,
        "-f",
        "-");
    assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
    assertThat(kind.generation(client, ns, "flux")).isEqualTo(2);
    assertThat(kind.restartedFor(client, ns, "flux")).containsEntry("db", at.toString());
  }

  @ParameterizedTest
  @EnumSource
  void who_opted_out_is_left_alone(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    kind.apply(
        cluster, ns, kind.manifest("web", readsAll("db"), "keyturn.dev/restart: 'false'", ""));
    kind.awaitRollout(cluster, ns, "web");
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    untilAnotherHasRestarted(ns);
    assertThat(kind.generation(client, ns, "web")).isEqualTo(1);
    assertThat(status(ns, "db")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void somebody_else_s_rollout_counts(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    // As if they had been created by somebody else's rollout, just late enough to be sure.
    var at = oldestPod(ns, "web").minusSeconds(5);
    bed.changed(ns, "db", at, "password");
    untilAnotherHasRestarted(ns);
    assertThat(kind.generation(client, ns, "web")).isEqualTo(1);
  }

  @Test
  void one_at_a_time_in_waves_the_next_when_the_last_is_available(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    String[] inOrder = {"d", "a", "c", "b"};
    for (int i = 0; i < inOrder.length; i++) {
      kind.apply(
          cluster,
          ns,
          kind.manifest(inOrder[i], readsAll("db"), "keyturn.dev/restart-wave: '" + i + "'", ""));
    }
    for (String name : inOrder) {
      kind.awaitRollout(cluster, ns, name);
    }
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "b", Map.of("db", at));
    untilIdle(ns, "db");
    Instant last = Instant.MIN;
    for (String name : inOrder) {
      Instant restarted = restartedAt(kind, ns, name);
      assertThat(restarted).as(name).isAfterOrEqualTo(last);
      last = newestPod(ns, name);
      assertThat(kind.generation(client, ns, name)).isEqualTo(2);
    }
  }

  private static Instant restartedAt(WorkloadAdapter kind, String ns, String name) {
    return Instant.parse(
        kind.get(client, ns, name)
            .<Object>get("spec", "template", "metadata", "annotations", "keyturn.dev/restarted-at")
            .toString());
  }

  private static Instant oldestPod(String ns, String name) {
    return client.pods().inNamespace(ns).withLabel("app", name).list().getItems().stream()
        .map(pod -> Instant.parse(pod.getMetadata().getCreationTimestamp()))
        .min(Instant::compareTo)
        .orElseThrow();
  }

  private static Instant newestPod(String ns, String name) {
    return client.pods().inNamespace(ns).withLabel("app", name).list().getItems().stream()
        .map(pod -> Instant.parse(pod.getMetadata().getCreationTimestamp()))
        .max(Instant::compareTo)
        .orElseThrow();
  }

  @Test
  void an_undo_halts_until_a_person_resumes(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ", minReadySeconds: 5"));
    kind.apply(cluster, ns, kind.manifest("zzz", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    kind.awaitRollout(cluster, ns, "zzz");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.ROLLING_OUT);
    cluster.kubectl("rollout", "undo", "deployment/web", "-n", ns);
    untilSays(ns, "db", "web", Reason.UNDONE);
    untilSays(ns, "db", "zzz", Reason.HALTED);
    assertThat(cluster.kubectl("get", "events", "-n", ns)).contains("Undone");
    cluster.kubectl("annotate", "-n", ns, "kes/db", "keyturn.dev/restart-resume=1");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilRestartedFor(kind, ns, "zzz", Map.of("db", at));
    until(
        () ->
            assertThat(status(ns, "db"))
                .hasValueSatisfying(
                    it -> assertThat(it.state()).isEqualTo(RestartStatus.State.IDLE)));
  }

  @Test
  void who_is_refused_holds_nobody_up(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("aaa", readsAll("db"), "", ""));
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "aaa");
    kind.awaitRollout(cluster, ns, "web");
    cluster.kubectlWithInput(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: no-%1$s}
        spec:
          failurePolicy: Fail
          matchConstraints:
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
            resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments]}]
          validations: [{expression: "object.metadata.name != 'aaa' || object.metadata.generation == oldObject.metadata.generation", message: "not today"}]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: no-%1$s}
        spec: {policyName: no-%1$s, validationActions: [Deny]}
        """
            .formatted(ns),
        "apply",
        "-f",
        "-");
    // A policy takes effect some time after it was written.
    until(() -> assertThat(refusesToScale(ns)).isTrue());
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilSays(ns, "db", "aaa", Reason.REFUSED);
    assertThat(status(ns, "db").orElseThrow().reason()).contains("not today");
    cluster.kubectl("delete", "validatingadmissionpolicybinding/no-" + ns);
    cluster.kubectl("delete", "validatingadmissionpolicy/no-" + ns);
  }

  private static boolean refusesToScale(String ns) {
    try {
      cluster.kubectl(
          "patch",
          "deployment/aaa",
          "-n",
          ns,
          "-p",
          "{\"spec\":{\"minReadySeconds\":1}}",
          "--dry-run=server");
      return false;
    } catch (IllegalStateException e) {
      return e.getMessage().contains("not today");
    }
  }

  @Test
  void a_foreign_owner_of_our_annotation_is_told_and_not_fought(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    cluster.kubectl(
        "patch",
        "deployment/web",
        "-n",
        ns,
        "--field-manager=somebody",
        "-p",
        "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"keyturn.dev/restarted-for\":\"{}\"}}}}}");
    kind.awaitRollout(cluster, ns, "web");
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    untilSays(ns, "db", "web", Reason.REFUSED);
    assertThat(status(ns, "db").orElseThrow().reason()).contains("somebody");
    assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
  }

  @Test
  void what_cannot_roll_without_downtime_waits_for_consent(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(
        cluster, ns, kind.manifest("web", readsAll("db"), "", ", strategy: {type: Recreate}"));
    kind.awaitRollout(cluster, ns, "web");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.NEEDS_CONSENT);
    cluster.kubectl("annotate", "-n", ns, "deployment/web", "keyturn.dev/restart=true");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
  }

  @Test
  void a_closed_window_is_waited_for_and_a_person_can_open_it(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "windows: [{schedule: '0 0 1 1 *', duration: 1m}]");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.OUTSIDE_WINDOW);
    assertThat(status(ns, "db").orElseThrow().until())
        .isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
    cluster.kubectl("annotate", "-n", ns, "kes/db", "keyturn.dev/restart-now=1");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    until(
        () ->
            assertThat(status(ns, "db").orElseThrow())
                .satisfies(
                    it -> {
                      assertThat(it.state()).isEqualTo(RestartStatus.State.IDLE);
                      assertThat(it.restartedNow()).isEqualTo("1");
                    }));
    var later = RestartBed.thisSecond();
    bed.changed(ns, "db", later, "password");
    untilSays(ns, "db", "web", Reason.OUTSIDE_WINDOW);
  }

  @Test
  void bare_pods_are_reported_and_those_of_jobs_are_not(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: bare}
        spec: {%1$s}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: job}
        spec: {template: {spec: {restartPolicy: Never, %1$s}}}
        """
            .formatted(readsAll("db")),
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    cluster.kubectl("wait", "pod/bare", "-n", ns, "--for=condition=Ready", "--timeout=30s");
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    untilSays(ns, "db", "bare", Reason.NOT_OURS);
    assertThat(status(ns, "db").orElseThrow().workloads()).hasSize(1);
  }

  @Test
  void an_event_on_the_workload_names_secret_and_keys(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password", "user");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    until(
        () ->
            assertThat(cluster.kubectl("events", "-n", ns, "--for=deployment/web"))
                .contains("password, user of Secret db changed at " + at));
  }

  @Test
  void a_single_key_read_by_nobody_restarts_nothing(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsKey("db", "password"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    bed.changed(ns, "db", RestartBed.thisSecond(), "user");
    untilAnotherHasRestarted(ns);
    assertThat(kind.generation(client, ns, "web")).isEqualTo(1);
    assertThat(status(ns, "db")).isEmpty();
  }
}
