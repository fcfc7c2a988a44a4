package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A status that the API server does not take, as a policy of the cluster's may have it. */
@RealCluster
class RefusedStatusIT {
  private static final String POLICY =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: no-status-NS}
      spec:
        failurePolicy: Fail
        matchConstraints:
          resourceRules:
            - apiGroups: [keyturn.dev]
              apiVersions: ["*"]
              operations: [CREATE, UPDATE]
              resources: [externalsecrets/status, secretstores/status]
        validations: [{expression: "false", message: no status today}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: no-status-NS}
      spec:
        policyName: no-status-NS
        validationActions: [Deny]
        matchResources:
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NS}}
      """;

  @Test
  void it_is_told_in_a_sentence_and_written_later(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    String policy = POLICY.replace("NS", bed.namespace);
    bed.secret("db", "{\"password\":\"one\"}");
    bed.extract("before", "db", "");
    bed.awaitReady("before");
    cluster.kubectlWithInput(policy, "apply", "-f", "-");
    try {
      Eventually.holds(
          () ->
              assertThatThrownBy(
                      () ->
                          bed.kubectl(
                              "patch",
                              "kes",
                              "before",
                              "--subresource=status",
                              "--type=merge",
                              "-p",
                              "{\"status\":{\"sourceCount\":2}}",
                              "--dry-run=server"))
                  .hasMessageContaining("no status today"));
      bed.apply(
          """
          apiVersion: keyturn.dev/v1
          kind: SecretStore
          metadata: {name: late}
          spec: {provider: {aws: {service: SecretsManager, region: eu-central-1}}}
          """);
      bed.extract("late", "db", "");
      bed.awaitSecret("late", Map.of("password", "one"));
      Eventually.holds(
          () ->
              assertThat(bed.operator.log())
                  .contains(sentence(bed, "SecretStore", "its check"))
                  .contains(sentence(bed, "ExternalSecret", "its sync")));
      assertThat(bed.operator.log())
          .as("the framework says nothing of it, and nobody prints a stack")
          .doesNotContain("Uncaught error", "\tat io.fabric8", "\tat io.javaoperatorsdk");
    } finally {
      cluster.kubectlWithInput(policy, "delete", "-f", "-");
    }
    bed.awaitReady("late");
    Eventually.holds(
        () ->
            assertThat(
                    bed.kubectl(
                        "get", "kss", "late", "-o", "jsonpath={.status.conditions[0].reason}"))
                .isEqualTo("InvalidStoreConfiguration"));
  }

  private static String sentence(SyncBed bed, String kind, String what) {
    return "%s %s/late: %s broke off and is tried again, ever less often: the API server says: "
        .formatted(kind, bed.namespace, what);
  }
}
