package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.RestartStatus;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is restarted and when, on workloads of each kind. */
@RealCluster
class RestartIT extends OnControlPlane {
  private static final List<String> READERS =
      List.of("env", "envfrom", "volume", "projected", "init", "sidecar", "file");

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
            "sidecar",
            "initContainers: [{name: s, image: i, restartPolicy: Always, %s}], containers: [{name:"
                    .formatted(Manifests.environment("db", "password"))
                + " c, image: i}]",
            "file",
            "volumes: [{name: v, secret: {secretName: db, optional: true, items: [{key: user, path:"
                + " u}]}}, {name: w, secret: {secretName: db, optional: true}}], containers:"
                + " [{name: c, image: i, volumeMounts: [{name: v, mountPath: /v}, {name: w,"
                + " mountPath: /w, subPath: password}]}]",
            "pull",
            "imagePullSecrets: [{name: db}], containers: [{name: c, image: i}]",
            "other",
            readsKey("db", "user"));
    specs.forEach((name, spec) -> kind.apply(cluster, ns, kind.manifest(name, spec, "", "")));
    specs.keySet().forEach(name -> kind.awaitRollout(cluster, ns, name));

    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    for (String name : READERS) {
      untilRestartedFor(kind, ns, name, Map.of("db", at));
    }
    untilIdle(ns, "db");
    for (String name : READERS) {
      assertThat(kind.generation(client, ns, name)).as(name).isEqualTo(2);
    }
    assertThat(kind.generation(client, ns, "pull")).isEqualTo(1);
    assertThat(kind.generation(client, ns, "other")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void two_secrets_and_many_changes_make_one_restart(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    for (String name : List.of("db", "mail")) {
      cluster.kubectlWithInput(
          Manifests.externalSecret(name, name, "").replace("settle: 1s", "settle: 10s"),
          "apply",
          "-n",
          ns,
          "-f",
          "-");
    }
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
  void the_original_manifest_applied_again_rolls_nothing(
      WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    String manifest = kind.manifest("web", readsAll("db"), "", "");
    // Charts like to write an empty map; that of a Rollout itself is one, and Argo removes others.
    String flux =
        kind.manifest("flux", readsAll("db"), "", "")
            .replace(
                "template: {metadata: {",
                kind == WorkloadAdapter.ROLLOUT
                    ? "template: {metadata: {"
                    : "template: {metadata: {annotations: {}, ");
    kind.apply(cluster, ns, manifest);
    cluster.kubectlWithInput(
        flux, "apply", "--server-side", "--field-manager=flux", "-n", ns, "-f", "-");
    kind.awaitRollout(cluster, ns, "web");
    kind.awaitRollout(cluster, ns, "flux");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilRestartedFor(kind, ns, "flux", Map.of("db", at));
    untilIdle(ns, "db");

    kind.apply(cluster, ns, manifest);
    cluster.kubectlWithInput(
        flux,
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

  @ParameterizedTest
  @EnumSource
  void one_at_a_time_in_waves_the_next_when_the_last_is_available(
      WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
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

  @ParameterizedTest
  @EnumSource
  void an_undo_halts_until_a_person_resumes(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ", minReadySeconds: 10"));
    kind.apply(cluster, ns, kind.manifest("zzz", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    kind.awaitRollout(cluster, ns, "zzz");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.ROLLING_OUT);
    kind.takeBack(cluster, ns, "web");
    untilSays(ns, "db", "web", Reason.UNDONE);
    untilSays(ns, "db", "zzz", Reason.HALTED);
    assertThat(cluster.kubectl("get", "events", "-n", ns)).contains("Undone");
    cluster.kubectl("annotate", "-n", ns, "kes/db", "keyturn.dev/restart-resume=1");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilRestartedFor(kind, ns, "zzz", Map.of("db", at));
    Eventually.holds(
        () ->
            assertThat(status(ns, "db"))
                .hasValueSatisfying(
                    it -> assertThat(it.state()).isEqualTo(RestartStatus.State.IDLE)));
  }

  @ParameterizedTest
  @EnumSource
  void who_is_refused_holds_nobody_up(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
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
            resourceRules: [{apiGroups: [apps, argoproj.io], apiVersions: ["*"], operations: [UPDATE], resources: [deployments, statefulsets, daemonsets, rollouts]}]
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
    Eventually.holds(() -> assertThat(refusesToChange(kind, ns)).isTrue());
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilSays(ns, "db", "aaa", Reason.REFUSED);
    // Which of them the summary tells of first is not said.
    Eventually.holds(
        () -> assertThat(status(ns, "db").orElseThrow().reason()).contains("not today"));
    cluster.kubectl("delete", "validatingadmissionpolicybinding/no-" + ns);
    cluster.kubectl("delete", "validatingadmissionpolicy/no-" + ns);
  }

  private static boolean refusesToChange(WorkloadAdapter kind, String ns) {
    try {
      cluster.kubectl(
          "patch",
          kind.reference("aaa"),
          "-n",
          ns,
          "--type=merge",
          "-p",
          "{\"spec\":{\"minReadySeconds\":1}}",
          "--dry-run=server");
      return false;
    } catch (IllegalStateException e) {
      return e.getMessage().contains("not today");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_foreign_owner_of_our_annotation_is_told_and_not_fought(
      WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    String ours = "{\"metadata\":{\"annotations\":{\"keyturn.dev/restarted-for\":\"{}\"}}}";
    cluster.kubectl(
        "patch",
        kind.reference("web"),
        "-n",
        ns,
        "--type=merge",
        "--field-manager=somebody",
        "-p",
        kind == WorkloadAdapter.ROLLOUT ? ours : "{\"spec\":{\"template\":" + ours + "}}");
    long before = kind.generation(client, ns, "web");
    kind.awaitRollout(cluster, ns, "web");
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    untilSays(ns, "db", "web", Reason.REFUSED);
    assertThat(status(ns, "db").orElseThrow().reason()).contains("somebody");
    assertThat(kind.generation(client, ns, "web")).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void what_cannot_roll_without_downtime_waits_for_consent(
      WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifestThatLosesService("web", readsAll("db")));
    kind.awaitRollout(cluster, ns, "web");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.NEEDS_CONSENT);
    cluster.kubectl("annotate", "-n", ns, kind.reference("web"), "keyturn.dev/restart=true");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
  }

  @ParameterizedTest
  @EnumSource
  void a_closed_window_is_waited_for_and_a_person_can_open_it(
      WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
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
    Eventually.holds(
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
  void pods_of_nobody_we_know_are_reported_and_those_of_jobs_are_not(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: bare}
        spec: {%1$s}
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: theirs-0
          ownerReferences: [{apiVersion: apps.kruise.io/v1beta1, kind: StatefulSet, name: theirs, uid: 4a1c, controller: true}]
        spec: {%1$s}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: job}
        spec: {template: {spec: {restartPolicy: Never, %1$s}}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly}
        spec: {schedule: "0 0 1 1 *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, %1$s}}}}}
        ---
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: alone}
        spec: {replicas: 1, selector: {matchLabels: {app: alone}}, template: {metadata: {labels: {app: alone}}, spec: {%1$s}}}
        """
            .formatted(readsAll("db")),
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    cluster.kubectl("wait", "pod/bare", "-n", ns, "--for=condition=Ready", "--timeout=180s");
    cluster.kubectl("create", "job", "tonight", "--from=cronjob/nightly", "-n", ns);
    Eventually.holds(
        () ->
            assertThat(client.pods().inNamespace(ns).list().getItems())
                .hasSize(5)
                .allMatch(it -> it.getStatus().getContainerStatuses().size() == 1));
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    untilSays(ns, "db", "bare", Reason.NOT_OURS);
    untilSays(ns, "db", "alone", Reason.NOT_OURS);
    untilSays(ns, "db", "theirs", Reason.NOT_OURS);
    assertThat(status(ns, "db").orElseThrow().workloads()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void an_event_on_the_workload_names_secret_and_keys(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password", "user");
    untilRestartedFor(kind, ns, "web", Map.of("db", at));
    Eventually.holds(
        () ->
            assertThat(client.v1().events().inNamespace(ns).list().getItems())
                .filteredOn(it -> it.getReason().equals("SecretChanged"))
                .singleElement()
                .satisfies(
                    it -> {
                      assertThat(it.getInvolvedObject().getKind()).isEqualTo(kind.kind());
                      assertThat(it.getInvolvedObject().getName()).isEqualTo("web");
                      assertThat(it.getMessage())
                          .contains("password, user of Secret db changed at " + at);
                    }));
  }

  @ParameterizedTest
  @EnumSource
  void a_single_key_read_by_nobody_restarts_nothing(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsKey("db", "password"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    bed.changed(ns, "db", RestartBed.thisSecond(), "user");
    untilAnotherHasRestarted(ns);
    assertThat(kind.generation(client, ns, "web")).isEqualTo(1);
    assertThat(status(ns, "db")).isEmpty();
  }
}
