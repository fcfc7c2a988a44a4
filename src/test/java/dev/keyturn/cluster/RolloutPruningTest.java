package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutPruningTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{template: {spec: {}}} | '' | true",
        "{workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}} | web | true",
        "{workloadRef: {apiVersion: apps/v1, kind: ReplicaSet, name: web}} | '' | false",
        "{workloadRef: {apiVersion: v1, kind: PodTemplate, name: web}} | '' | false",
        "{workloadRef: {kind: Deployment}} | '' | false",
        "{} | '' | false"
      })
  void a_template_is_its_own_or_that_of_a_deployment(
      String spec, String deployment, boolean known) {
    GenericKubernetesResource rollout =
        RolloutPruning.prune(
            Serialization.unmarshal(
                "kind: Rollout\nmetadata: {name: web}\nspec: " + spec,
                GenericKubernetesResource.class));
    assertThat(RolloutPruning.deployment(rollout).orElse("")).isEqualTo(deployment);
    assertThat(RolloutPruning.templateIsKnown(rollout)).isEqualTo(known);
  }
}
