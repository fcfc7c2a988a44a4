package dev.keyturn.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.ArgoRollouts;
import dev.keyturn.testbed.Chart;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.MutatingWebhook;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The API server's own word on what our ServiceAccount may do to workloads, whatever RBAC allows.
 */
@RealCluster
@Alone
class AdmissionPolicyIT {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static String namespace;
  private static KubernetesClient operator;
  private static ArgoRollouts argo;

  @BeforeAll
  static void install(TestCluster cluster) {
    namespace = cluster.newNamespace("policy").getMetadata().getName();
    Chart.install(cluster, namespace, "replicaCount=0");
    argo = ArgoRollouts.start(cluster);
    cluster.kubectlWithInput(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: all}
        rules: [{apiGroups: [apps, argoproj.io], resources: ["*"], verbs: ["*"]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: all}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: all}
        subjects: [{kind: ServiceAccount, name: keyturn, namespace: NS}]
        """
            .replace("NS", namespace),
        "apply",
        "-n",
        namespace,
        "-f",
        "-");
    for (String kind : new String[] {"Deployment", "Rollout"}) {
      cluster.kubectlWithInput(
          """
          apiVersion: %s
          kind: %s
          metadata: {name: web, labels: {team: shop}, annotations: {note: mine}}
          spec:
            replicas: 2
            %s
            selector: {matchLabels: {app: web}}
            template:
              metadata: {labels: {app: web}, annotations: {note: mine}}
              spec:
                containers: [{name: web, image: example/web}]
          """
              .formatted(api(kind), kind, kind.equals("Rollout") ? "strategy: {canary: {}}" : ""),
          "apply",
          "-n",
          namespace,
          "-f",
          "-");
    }
    operator = cluster.clientOf(namespace, "keyturn");
    Eventually.holds(
        () ->
            assertThatThrownBy(() -> patch("Deployment", "{\"spec\":{\"paused\":true}}"))
                .hasMessageContaining("ValidatingAdmissionPolicy"));
  }

  @AfterAll
  static void remove(TestCluster cluster) {
    operator.close();
    argo.close();
    cluster.kubectlWithInput(Chart.render(namespace), "delete", "-f", "-", "-l", "helm.sh/chart");
    cluster.kubectl("delete", "namespace", namespace, "--wait=false");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Deployment | {'spec':{'template':{'metadata':{'annotations':{'keyturn.dev/restarted-at':'1'}}}}}",
        "Rollout    | {'spec':{'restartAt':'2026-01-01T00:00:00Z'}}",
        "Rollout    | {'metadata':{'annotations':{'keyturn.dev/restarted-for':'1'}},'spec':{'restartAt':'2026-01-02T00:00:00Z'}}",
        "Rollout    | {'metadata':{'annotations':{'keyturn.dev/restarted-for':null}},'spec':{'restartAt':null}}",
        "Rollout    | {'spec':{'template':{'metadata':{'annotations':{'keyturn.dev/restarted-at':'1'}}}}}",
      })
  void a_restart_is_allowed(String kind, String patch) {
    assertThatCode(() -> patch(kind, patch)).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Deployment | {'spec':{'replicas':3}}",
        "Deployment | {'spec':{'minReadySeconds':7}}",
        "Deployment | {'spec':{'restartAt':'2026-01-01T00:00:00Z','paused':true}}",
        "Deployment | {'spec':{'template':{'spec':{'containers':[{'name':'web','image':'example/evil'}]}}}}",
        "Deployment | {'spec':{'template':{'spec':{'serviceAccountName':'admin'}}}}",
        "Deployment | {'spec':{'template':{'spec':{'hostPID':true}}}}",
        "Deployment | {'spec':{'template':{'metadata':{'labels':{'evil':'1'}}}}}",
        "Deployment | {'spec':{'template':{'metadata':{'annotations':{'note':'theirs'}}}}}",
        "Deployment | {'spec':{'template':{'metadata':{'annotations':{'note':null}}}}}",
        "Deployment | {'spec':{'template':{'metadata':{'annotations':{'sidecar.istio.io/inject':'true'}}}}}",
        "Deployment | {'spec':{'template':{'metadata':{'annotations':{'keyturn.dev/ok':'1','kubectl.kubernetes.io/restartedAt':'1'}}}}}",
        "Deployment | {'metadata':{'labels':{'evil':'1'}}}",
        "Deployment | {'metadata':{'annotations':{'keyturn.dev/restart':'false'}}}",
        "Deployment | {'metadata':{'annotations':{'note':null}}}",
        "Deployment | {'metadata':{'finalizers':['example.dev/evil']}}",
        "Rollout    | {'spec':{'replicas':3}}",
        "Rollout    | {'spec':{'workloadRef':{'kind':'Deployment','name':'evil'}}}",
        "Rollout    | {'spec':{'template':null}}",
        "Rollout    | {'spec':{'template':{'spec':{'containers':[{'name':'web','image':'example/evil'}]}}}}",
        "Rollout    | {'metadata':{'annotations':{'note':'theirs'}}}",
      })
  void more_than_a_restart_is_refused(String kind, String patch) {
    assertThatThrownBy(() -> patch(kind, patch))
        .hasMessageMatching("(?s).*denied request: Keyturn changes n.*");
  }

  @Test
  void nothing_is_created_scaled_or_deleted() {
    assertThatThrownBy(() -> resource("Deployment").delete())
        .hasMessageContaining("neither creates, deletes nor scales");
    assertThatThrownBy(
            () -> operator.apps().deployments().inNamespace(namespace).withName("web").scale(5))
        .hasMessageContaining("neither creates, deletes nor scales");
    assertThatThrownBy(
            () -> {
              var copy = resource("Deployment").get();
              copy.getMetadata().setName("copy");
              copy.getMetadata().setResourceVersion(null);
              operator.resource(copy).create();
            })
        .hasMessageContaining("neither creates, deletes nor scales");
  }

  @Test
  void what_a_webhook_adds_is_refused_until_somebody_else_has_had_it_added(TestCluster cluster) {
    String restart =
        "{'spec':{'template':{'metadata':{'annotations':{'keyturn.dev/restarted-at':'%s'}}}}}";
    try (MutatingWebhook _ = MutatingWebhook.start(cluster, namespace, "tag")) {
      Eventually.holds(
          () ->
              assertThatThrownBy(() -> patch("Deployment", restart.formatted(System.nanoTime())))
                  .hasMessageContaining("denied request: Keyturn changes no labels"));
      var _ = cluster.kubectl("annotate", "deployment/web", "-n", namespace, "touched=1");
      assertThatCode(() -> patch("Deployment", restart.formatted("after")))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void nobody_else_is_concerned(TestCluster cluster) {
    assertThat(cluster.kubectl("scale", "deployment/web", "-n", namespace, "--replicas=2"))
        .contains("scaled");
  }

  private static void patch(String kind, String patch) {
    resource(kind).patch(MERGE, patch.replace('\'', '"'));
  }

  private static io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource> resource(
      String kind) {
    return operator
        .genericKubernetesResources(api(kind), kind)
        .inNamespace(namespace)
        .withName("web");
  }

  private static String api(String kind) {
    return kind.equals("Rollout") ? "argoproj.io/v1alpha1" : "apps/v1";
  }
}
