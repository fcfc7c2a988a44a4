package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Annotations;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Argo's own controller, in all the states in which it keeps a Rollout for long. */
@RealCluster
class ArgoIT extends OnArgo {
  private static final String BY_REPLICAS = "canary: {steps: [{setWeight: 50}, {pause: {}}]}";

  private static final String BY_TRAFFIC =
      "canary: {canaryService: web-canary, stableService: web-stable, trafficRouting: {nginx:"
          + " {stableIngress: web}}, steps: [{setWeight: 50}, {pause: {}}]}";

  @ParameterizedTest
  @ValueSource(strings = {BY_REPLICAS, BY_TRAFFIC})
  void at_a_pause_every_pod_is_replaced_and_the_pause_stays(String strategy, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, strategy);
    image(ns, "b");
    untilPhase(ns, "Paused");
    Instant at = untilEveryPodHasRead(ns);
    assertThat(at).isBefore(oldestPod(ns, "web"));
    assertThat(KIND.get(client, ns, "web").<Object>get("status", "phase")).isEqualTo("Paused");
    patchStatus(ns, "{\"status\":{\"pauseConditions\":null}}");
    untilPhase(ns, "Healthy");
    untilIdle(ns, "db");
    assertThat(KIND.restartedFor(client, ns, "web")).containsEntry("db", at.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"canary: {}", BY_TRAFFIC})
  void an_update_that_is_under_way_is_waited_for(String strategy, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, strategy.replace("{pause: {}}", "{setWeight: 80}"));
    patch(ns, pods("b", "{\"testbed/ready-after\":\"8s\"}"));
    untilPhase(ns, "Progressing");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.OTHER_ROLLOUT);
    assertThat(KIND.restartedFor(client, ns, "web")).isEmpty();
    untilIdle(ns, "db");
    untilNoPodIsOlderThan(ns, at);
    untilPhase(ns, "Healthy");
  }

  @Test
  void of_both_stacks_of_a_blue_green_rollout_every_pod_is_replaced(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, "blueGreen: {activeService: web-stable, scaleDownDelaySeconds: 3600}");
    image(ns, "b");
    untilPods(ns, 4);
    untilPhase(ns, "Healthy");
    untilEveryPodHasRead(ns);
    assertThat(pods(ns)).hasSize(4);
  }

  @Test
  void before_its_promotion_a_blue_green_rollout_is_restarted(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(
        ns,
        "blueGreen: {activeService: web-stable, previewService: web-canary,"
            + " autoPromotionEnabled: false}");
    image(ns, "b");
    untilPods(ns, 4);
    untilPhase(ns, "Paused");
    untilEveryPodHasRead(ns);
    assertThat(pods(ns)).hasSize(4);
  }

  @Test
  void an_aborted_canary_is_restarted(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, BY_REPLICAS);
    image(ns, "b");
    untilPhase(ns, "Paused");
    patchStatus(ns, "{\"status\":{\"abort\":true}}");
    untilPhase(ns, "Degraded");
    untilEveryPodHasRead(ns);
    assertThat(KIND.get(client, ns, "web").<Object>get("status", "phase")).isEqualTo("Degraded");
  }

  /** Argo deletes no more pods than may be unavailable, and one is already. */
  @Test
  void who_cannot_be_restarted_has_failed_until_its_template_is_mended(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "progressDeadline: 20s");
    rollout(ns, "web", "canary: {}");
    patch(ns, "{\"spec\":{\"progressDeadlineSeconds\":5}}");
    KIND.awaitRollout(cluster, ns, "web");
    patch(ns, pods("b", "{\"testbed/never-ready\":\"yes\"}"));
    untilPhase(ns, "Degraded");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.ROLLING_OUT);
    untilSays(ns, "db", "web", Reason.FAILED);
    patch(ns, pods("c", "{\"testbed/never-ready\":null}"));
    untilPhase(ns, "Healthy");
    untilIdle(ns, "db");
    untilNoPodIsOlderThan(ns, at);
  }

  /** Argo says that it is through when it has deleted the last pod, not when that one is back. */
  @Test
  void the_only_pod_is_back_before_the_next_workload_restarts(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    for (String name : List.of("web", "zzz")) {
      rollout(ns, name, "canary: {}");
      cluster.kubectl("annotate", "-n", ns, KIND.reference(name), "keyturn.dev/restart=true");
      cluster.kubectl("scale", "-n", ns, KIND.reference(name), "--replicas=1");
    }
    patch(ns, pods("a", "{\"testbed/ready-after\":\"8s\"}"));
    untilPods(ns, 2);
    KIND.awaitRollout(cluster, ns, "web");
    KIND.awaitRollout(cluster, ns, "zzz");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilRestartedFor(KIND, ns, "zzz", Map.of("db", at));
    untilIdle(ns, "db");
    Instant back =
        pods(ns).stream()
            .filter(it -> it.getMetadata().getLabels().get("app").equals("web"))
            .map(
                it ->
                    Instant.parse(
                        it.getStatus()
                            .getContainerStatuses()
                            .getFirst()
                            .getState()
                            .getRunning()
                            .getStartedAt()))
            .findFirst()
            .orElseThrow();
    assertThat(restartedAt(KIND, ns, "zzz")).isAfterOrEqualTo(back);
    untilNoPodIsOlderThan(ns, at);
  }

  /** Argo deletes as many pods at once as may be unavailable. */
  @Test
  void who_may_lose_every_pod_at_once_waits_for_consent(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, "canary: {maxUnavailable: 100%}");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.NEEDS_CONSENT);
    cluster.kubectl("annotate", "-n", ns, KIND.reference("web"), "keyturn.dev/restart=true");
    untilRestartedFor(KIND, ns, "web", Map.of("db", at));
    untilIdle(ns, "db");
    untilNoPodIsOlderThan(ns, at);
  }

  /** Argo's documentation says that a new template cancels a restart; 1.9.2 goes on with it. */
  @Test
  void an_update_in_the_middle_of_a_restart_leaves_no_pod_behind(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, BY_REPLICAS.replace("{pause: {}}", "{pause: {duration: 1}}"));
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    Eventually.holds(
        () -> assertThat(KIND.restartedFor(client, ns, "web")).containsEntry("db", at.toString()));
    image(ns, "b");
    untilPhase(ns, "Healthy");
    untilIdle(ns, "db");
    untilNoPodIsOlderThan(ns, at);
  }

  /** What Argo has noted as done, it does not do. */
  @Test
  void a_restart_that_argo_gives_up_is_asked_for_again(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, "canary: {}");
    var at = RestartBed.thisSecond();
    patchStatus(ns, "{\"status\":{\"restartedAt\":\"" + at.plusSeconds(5) + "\"}}");
    bed.changed(ns, "db", at, "password");
    untilNoPodIsOlderThan(ns, at);
    untilIdle(ns, "db");
  }

  @Test
  void by_its_template_the_steps_judge_the_new_content(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, BY_REPLICAS);
    annotate(ns, "keyturn.dev/rollout-strategy=rollout");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilPhase(ns, "Paused");
    assertThat(templateRestartedFor(ns)).containsEntry("db", at.toString());
    assertThat(KIND.get(client, ns, "web").<Object>get("spec", "restartAt")).isNull();
    assertThat(pods(ns)).as("one of each").hasSize(2);
    untilSays(ns, "db", "web", Reason.ROLLING_OUT);
    patchStatus(ns, "{\"status\":{\"pauseConditions\":null}}");
    untilPhase(ns, "Healthy");
    untilIdle(ns, "db");
    assertThatEveryPodIsOfTheTemplateFor(ns, at);
  }

  @Test
  void who_is_given_up_by_argo_has_failed_and_a_newer_content_is_tried(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, BY_REPLICAS);
    annotate(ns, "keyturn.dev/rollout-strategy=rollout");
    externalSecret(ns, "db", "minInterval: 1s");
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    untilPhase(ns, "Paused");
    patchStatus(ns, "{\"status\":{\"abort\":true}}");
    untilSays(ns, "db", "web", Reason.FAILED);
    assertThat(status(ns, "db").map(RestartStatus::reason).orElseThrow()).contains("Argo: ");
    var newer = RestartBed.thisSecond();
    bed.changed(ns, "db", newer, "password");
    Eventually.holds(
        () -> assertThat(templateRestartedFor(ns)).containsEntry("db", newer.toString()));
    untilPhase(ns, "Paused");
    patchStatus(ns, "{\"status\":{\"pauseConditions\":null}}");
    untilIdle(ns, "db");
    assertThatEveryPodIsOfTheTemplateFor(ns, newer);
  }

  private static void assertThatEveryPodIsOfTheTemplateFor(String ns, Instant change) {
    assertThat(pods(ns))
        .extracting(it -> it.getMetadata().getAnnotations().get(Annotations.RESTARTED_FOR))
        .isNotEmpty()
        .allSatisfy(marks -> assertThat(marks).contains(change.toString()));
  }

  @Test
  void what_somebody_else_rolled_out_and_argo_gave_up_is_not_tried_again(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, BY_REPLICAS);
    annotate(ns, "keyturn.dev/rollout-strategy=rollout");
    image(ns, "b");
    untilPhase(ns, "Paused");
    patchStatus(ns, "{\"status\":{\"abort\":true}}");
    untilPhase(ns, "Degraded");
    var at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    untilSays(ns, "db", "web", Reason.DOES_NOT_ROLL);
    assertThat(templateRestartedFor(ns)).isEmpty();
    annotate(ns, "keyturn.dev/rollout-strategy-");
    untilNoPodIsOlderThan(ns, at);
    assertThat(KIND.get(client, ns, "web").<Object>get("status", "phase")).isEqualTo("Degraded");
  }

  /** Each is written by a manager of its own, so that the one does not take away the other. */
  @Test
  void whoever_changes_the_strategy_begins_no_update_by_that(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    rolledOut(ns, "canary: {}");
    externalSecret(ns, "db", "minInterval: 1s");
    annotate(ns, "keyturn.dev/rollout-strategy=rollout");
    var first = RestartBed.thisSecond();
    bed.changed(ns, "db", first, "password");
    Eventually.holds(
        () -> assertThat(templateRestartedFor(ns)).containsEntry("db", first.toString()));
    untilIdle(ns, "db");
    Object hash = KIND.get(client, ns, "web").get("status", "currentPodHash");
    annotate(ns, "keyturn.dev/rollout-strategy-");
    untilEveryPodHasRead(ns);
    assertThat(KIND.get(client, ns, "web").<Object>get("status", "currentPodHash")).isEqualTo(hash);
    assertThat(templateRestartedFor(ns)).containsEntry("db", first.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: apps/v1, kind: ReplicaSet, name: template}",
        "{apiVersion: v1, kind: PodTemplate, name: template}"
      })
  void a_template_that_is_not_followed_is_told(String workloadRef, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    externalSecret(ns, "db", "");
    cluster.kubectlWithInput(
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: template}
        spec: {replicas: 0, selector: {matchLabels: {app: web}}, %2$s}
        ---
        apiVersion: v1
        kind: PodTemplate
        metadata: {name: template}
        %2$s
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          strategy: {canary: {}}
          workloadRef: %1$s
        """
            .formatted(
                workloadRef,
                "template: {metadata: {labels: {app: web}}, spec: {" + readsAll("db") + "}}"),
        "apply",
        "-n",
        ns,
        "-f",
        "-");
    KIND.awaitRollout(cluster, ns, "web");
    bed.changed(ns, "db", RestartBed.thisSecond(), "password");
    untilSays(ns, "db", "web", Reason.NOT_OURS);
    assertThat(status(ns, "db").map(RestartStatus::reason).orElseThrow()).contains("workloadRef");
  }
}
