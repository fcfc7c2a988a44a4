package dev.keyturn.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.AuditLog;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operator with the chart's rights alone; AWS is MiniStack, whose STS takes any token. */
@RealCluster
@Alone
class RightsIT {
  @Test
  void the_chart_grants_what_is_called_and_nothing_else(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    var ns = namespace.getMetadata().getName();
    var operator = RunningOperator.with(Map.of("KEYTURN_LEADER_ELECTION", "true"));
    try (var aws = operator.account().secretsManager()) {
      aws.createSecret(r -> r.name(ns).secretString("{\"password\":\"one\"}"));
      apply(cluster, ns, manifests(ns, operator.account().id()));
      Eventually.holds(
          () -> assertThat(ready(cluster, ns)).isEqualTo("bad=False db=True irsa=True "));
      for (String kind : new String[] {"Deployment", "StatefulSet", "DaemonSet"}) {
        apply(cluster, ns, workload(kind));
        cluster.kubectl("rollout", "status", kind + "/web", "-n", ns, "--timeout=180s");
      }
      aws.putSecretValue(r -> r.secretId(ns).secretString("{\"password\":\"two\"}"));
      Eventually.holds(
          () ->
              assertThat(
                      cluster.kubectl(
                          "get",
                          "deployments,statefulsets,daemonsets",
                          "-n",
                          ns,
                          "-o",
                          "jsonpath={range .items[*]}{.spec.template.metadata.annotations.keyturn\\.dev/restarted-at}{\"\\n\"}{end}"))
                  .matches("(?s)(\\d{4}-[^\\n]+\\n){3}"));
      // A changed type: the Secret is deleted and made anew.
      cluster.kubectl(
          "patch",
          "kes",
          "irsa",
          "-n",
          ns,
          "--type=merge",
          "-p",
          "{\"spec\":{\"target\":{\"template\":{\"type\":\"example.dev/x\"}}}}");
      Eventually.holds(
          () ->
              assertThat(client.secrets().inNamespace(ns).withName("irsa").get().getType())
                  .isEqualTo("example.dev/x"));
    }
    var requests = AuditLog.fromTheStart(cluster, operator.user()).requests();
    assertThat(requests).isNotEmpty().noneMatch(request -> request.code() == 403);
    assertThat(unused(granted(client, operator.namespace()), requests))
        .as(
            "granted but not called; what may be is called where somebody interferes or a node is dead")
        .isSubsetOf(
            "get daemonsets.apps",
            "get deployments.apps",
            "get nodes",
            "get replicasets.apps",
            "list replicasets.apps",
            "get rollouts.argoproj.io",
            "get statefulsets.apps",
            "list rollouts.argoproj.io",
            "patch rollouts.argoproj.io",
            "update externalsecrets/finalizers.keyturn.dev",
            // JOSDK looks whether it may, before it takes part in the election.
            "update leases.coordination.k8s.io",
            "watch rollouts.argoproj.io");
  }

  private static Set<String> granted(KubernetesClient client, String namespace) {
    return Stream.concat(
            client.rbac().clusterRoles().withName(namespace + ".keyturn").get().getRules().stream(),
            client
                .rbac()
                .roles()
                .inNamespace(namespace)
                .withName("keyturn")
                .get()
                .getRules()
                .stream())
        .flatMap(RightsIT::rights)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> rights(PolicyRule rule) {
    return rule.getResources().stream()
        .flatMap(
            resource ->
                rule.getVerbs().stream()
                    .map(verb -> right(verb, resource, rule.getApiGroups().getFirst())));
  }

  private static Set<String> unused(
      Set<String> granted, java.util.List<AuditLog.Request> requests) {
    granted.removeAll(
        requests.stream()
            .map(request -> right(request.verb(), request.resource(), request.group()))
            .collect(Collectors.toSet()));
    return granted;
  }

  private static String right(String verb, String resource, String group) {
    return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
  }

  private static void apply(TestCluster cluster, String namespace, String manifests) {
    cluster.kubectlWithInput(manifests, "apply", "-n", namespace, "-f", "-");
  }

  /** Each with two pods, so that it can roll without downtime. */
  private static String workload(String kind) {
    return """
        apiVersion: apps/v1
        kind: KIND
        metadata: {name: web}
        spec:
          REPLICAS
          selector: {matchLabels: {app: KIND}}
          template:
            metadata: {labels: {app: KIND}}
            spec:
              containers:
                - {name: web, image: example/web, envFrom: [{secretRef: {name: db}}]}
        """
        .replace("REPLICAS", kind.equals("DaemonSet") ? "" : "replicas: 2")
        .replace("KIND", kind);
  }

  private static String ready(TestCluster cluster, String namespace) {
    return cluster.kubectl(
        "get",
        "kes",
        "-n",
        namespace,
        "-o",
        "jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type==\"Ready\")].status} {end}");
  }

  private static String manifests(String namespace, String account) {
    return """
        apiVersion: keyturn.dev/v1
        kind: ClusterSecretStore
        metadata: {name: NS}
        spec:
          provider: {aws: {service: SecretsManager, region: eu-central-1}}
        ---
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: irsa}
        spec:
          provider:
            aws:
              service: SecretsManager
              region: eu-central-1
              auth: {jwt: {serviceAccountRef: {name: reader}}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: reader
          annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::ACCOUNT:role/reader"}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: shape}
        data: {url: "db://{{ .password }}"}
        ---
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata: {name: db}
        spec:
          refreshInterval: 5s
          secretStoreRef: {kind: ClusterSecretStore, name: NS}
          dataFrom: [{extract: {key: NS}}]
          restart: {settle: 1s, maxConcurrent: 0}
        ---
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata: {name: irsa}
        spec:
          secretStoreRef: {name: irsa}
          dataFrom: [{extract: {key: NS}}]
          target: {template: {templateFrom: [{configMap: {name: shape, items: [{key: url}]}}]}}
        ---
        apiVersion: keyturn.dev/v1
        kind: ExternalSecret
        metadata: {name: bad}
        spec:
          secretStoreRef: {name: nowhere}
          dataFrom: [{extract: {key: NS}}]
        """
        .replace("NS", namespace)
        .replace("ACCOUNT", account);
  }
}
