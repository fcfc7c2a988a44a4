package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.cluster.RolloutPruning;
import dev.keyturn.cluster.WorkloadPruning;
import dev.keyturn.restart.decide.Rollout;
import dev.keyturn.restart.decide.Subject.Consent;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether a rollout leaves a workload without a pod for a while, as the controllers compute it
 * ({@code ResolveFenceposts} and its kin in Kubernetes 1.34, {@code MaxUnavailable} in Argo 1.9).
 */
class WorkloadsTest {
  @ParameterizedTest(name = "{0} of {1} with {2}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Deployment  | 1   | {}                                                             | false",
        "Deployment  | 2   | {type: Recreate}                                               | true",
        "Deployment  | 1   | {rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}          | false",
        "Deployment  | 1   | {rollingUpdate: {maxSurge: 0, maxUnavailable: 25%}}            | true",
        "Deployment  | 1   | {rollingUpdate: {maxSurge: 0%, maxUnavailable: 1%}}            | true",
        "Deployment  | 1   | {rollingUpdate: {maxSurge: 1%, maxUnavailable: 0}}             | false",
        "Deployment  | 1   | {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}              | true",
        "Deployment  | 2   | {rollingUpdate: {maxSurge: 0, maxUnavailable: 25%}}            | false",
        "Deployment  | 2   | {rollingUpdate: {maxSurge: 1, maxUnavailable: 2}}              | true",
        "Deployment  | 3   | {rollingUpdate: {maxSurge: 1, maxUnavailable: 99%}}            | false",
        "Deployment  | 3   | {rollingUpdate: {maxSurge: 1, maxUnavailable: 100%}}           | true",
        "Deployment  | 3   | {rollingUpdate: {maxSurge: 1, maxUnavailable: 50}}             | true",
        "StatefulSet | 1   | {}                                                             | true",
        "StatefulSet | 2   | {}                                                             | false",
        "StatefulSet | 3   | {rollingUpdate: {maxUnavailable: 2}}                           | false",
        "StatefulSet | 3   | {rollingUpdate: {maxUnavailable: 3}}                           | true",
        "StatefulSet | 3   | {rollingUpdate: {maxUnavailable: 99%}}                         | false",
        "StatefulSet | 3   | {rollingUpdate: {maxUnavailable: 100%}}                        | true",
        "StatefulSet | 2   | {rollingUpdate: {maxUnavailable: 1%}}                          | false",
        "DaemonSet   | 3   | {}                                                             | false",
        "DaemonSet   | 1   | {}                                                             | true",
        "DaemonSet   | 1   | {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}              | false",
        "DaemonSet   | 3   | {rollingUpdate: {maxUnavailable: 2}}                           | false",
        "DaemonSet   | 3   | {rollingUpdate: {maxUnavailable: 3}}                           | true",
        "DaemonSet   | 3   | {rollingUpdate: {maxUnavailable: 66%}}                         | false",
        "DaemonSet   | 3   | {rollingUpdate: {maxUnavailable: 67%}}                         | true",
        "DaemonSet   | 200 | {rollingUpdate: {maxUnavailable: 100}}                         | false",
        "Rollout     | 1   | {canary: {}}                                                   | true",
        "Rollout     | 2   | {canary: {}}                                                   | false",
        "Rollout     | 2   | {canary: {maxUnavailable: 2}}                                  | true",
        "Rollout     | 2   | {canary: {maxUnavailable: 0, maxSurge: 1}}                     | false",
        "Rollout     | 3   | {canary: {maxUnavailable: 100%}}                               | true",
        "Rollout     | 1   | {blueGreen: {activeService: a}}                                | true",
        "Rollout     | 2   | {blueGreen: {activeService: a}}                                | false"
      })
  void loses_service(String kind, int wanted, String strategy, boolean expected) {
    assertThat(workload(kind, wanted, strategy).losesService()).isEqualTo(expected);
  }

  private static Workload workload(String kind, int wanted, String strategy) {
    String manifest =
        "---\n{apiVersion: %s, kind: %s, metadata: {namespace: n, name: a, creationTimestamp: '2026-11-24T12:00:00Z'}, spec: {replicas: %d, selector: {matchLabels: {a: b}}, %s: %s, template: {spec: {containers: [{name: c, envFrom: [{secretRef: {name: s}}]}]}}}, status: {desiredNumberScheduled: %d}}"
            .formatted(
                kind.equals("Rollout") ? "argoproj.io/v1alpha1" : "apps/v1",
                kind,
                wanted,
                kind.endsWith("Set") ? "updateStrategy" : "strategy",
                strategy,
                wanted);
    return switch (kind) {
      case "Deployment" ->
          Workloads.of(WorkloadPruning.prune(Serialization.unmarshal(manifest, Deployment.class)));
      case "StatefulSet" ->
          Workloads.of(WorkloadPruning.prune(Serialization.unmarshal(manifest, StatefulSet.class)));
      case "DaemonSet" ->
          Workloads.of(WorkloadPruning.prune(Serialization.unmarshal(manifest, DaemonSet.class)));
      default ->
          Workloads.of(
              RolloutPruning.prune(
                  Serialization.unmarshal(manifest, GenericKubernetesResource.class)));
    };
  }

  @ParameterizedTest
  @CsvSource({"True, 200", "False, -1"})
  void why_a_controller_makes_no_pods_is_kept_in_short(String status, int length) {
    String manifest =
        """
        kind: Deployment
        metadata: {name: web, creationTimestamp: "2026-11-30T12:00:00Z"}
        spec: {selector: {}, template: {}}
        status: {conditions: [{type: ReplicaFailure, status: "%s", message: %s}]}
        """
            .formatted(status, "x".repeat(300));
    Workload.Deployment read =
        Workloads.of(WorkloadPruning.prune(Serialization.unmarshal(manifest, Deployment.class)));
    assertThat(read.failure().map(String::length).orElse(-1)).isEqualTo(length);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "restart | canary: {maxSurge: 1} | false | true",
        "whatever | canary: {maxSurge: 1} | false | true",
        "rollout | canary: {maxSurge: 1} | true | false",
        "' Rollout ' | canary: {} | true | false",
        "rollout | canary: {maxSurge: 0, maxUnavailable: 0} | true | true",
        "rollout | 'blueGreen: {activeService: web}' | true | false"
      })
  void a_rollout_is_restarted_by_its_template_if_it_says_so(
      String strategy, String steps, boolean byTemplate, boolean losesService) {
    String manifest =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata:
          name: web
          generation: 2
          creationTimestamp: "2026-11-30T12:00:00Z"
          annotations: {keyturn.dev/rollout-strategy: "%s"}
        spec: {replicas: 1, selector: {}, template: {metadata: {annotations: {}}}, strategy: {%s}}
        status: {observedGeneration: "2", phase: Paused, message: %s}
        """
            .formatted(strategy, steps, "x".repeat(300));
    Rollout read =
        Workloads.of(
            RolloutPruning.prune(
                Serialization.unmarshal(manifest, GenericKubernetesResource.class)));
    assertThat(read.byTemplate()).isEqualTo(byTemplate);
    assertThat(read.losesService()).isEqualTo(losesService);
    read.update()
        .ifPresent(
            it -> {
              assertThat(it.phase()).isEqualTo("Paused");
              assertThat(it.message()).hasSize(200);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "false, REFUSED",
    "False, REFUSED",
    "' no ', REFUSED",
    "off, REFUSED",
    "never, REFUSED",
    "true, GIVEN",
    "yes, UNSAID",
    "'', UNSAID"
  })
  void who_says_no_in_other_words_has_said_no(String said, Consent expected) {
    assertThat(Workloads.consent(Map.of("keyturn.dev/restart", said))).isEqualTo(expected);
  }
}
