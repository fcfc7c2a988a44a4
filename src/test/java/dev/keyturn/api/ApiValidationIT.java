package dev.keyturn.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the API server lets in and what it answers to the rest, with crds/ as they are committed.
 */
@RealCluster
class ApiValidationIT {
  static final List<ObjectNode> ACCEPTED = Manifests.accepted();
  static final List<ObjectNode> DOCUMENTED =
      Manifests.documented("externalsecrets.md", "secretstores.md");
  static final List<RefusedCase> REFUSED =
      StreamSupport.stream(Manifests.file("refused.yaml").spliterator(), false)
          .map(RefusedCase::of)
          .toList();
  private static Namespace home;

  @BeforeAll
  static void installCrds(TestCluster cluster) {
    cluster.kubectl("apply", "--server-side", "-f", "crds");
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=180s", "-f", "crds");
    home = cluster.newNamespace("api-validation");
  }

  @ParameterizedTest
  @FieldSource("REFUSED")
  void refuses(RefusedCase wrong, KubernetesClient client) {
    assertThatThrownBy(() -> create(client, wrong.manifest()))
        .isInstanceOf(KubernetesClientException.class)
        .extracting(e -> ((KubernetesClientException) e).getStatus().getMessage())
        .asString()
        .contains(wrong.answer());
  }

  /** SchemaRules that say the same stand at several places; the answers name the place. */
  @Test
  void every_rule_is_broken_by_a_case(KubernetesClient client) {
    Set<String> answers =
        REFUSED.stream()
            .map(
                wrong ->
                    catchThrowableOfType(
                        KubernetesClientException.class, () -> create(client, wrong.manifest())))
            .map(e -> e.getStatus().getMessage().replaceAll("\\[[0-9]+]", "[]"))
            .collect(Collectors.toSet());
    assertThat(CrdRule.all())
        .filteredOn(rule -> answers.stream().noneMatch(answer -> answer.matches(rule.answer())))
        .as("rules that no case in refused.yaml breaks")
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ExternalSecret", "SecretStore", "ClusterSecretStore"})
  void accepts_the_manifest_that_the_cases_change(String kind, KubernetesClient client) {
    create(client, RefusedCase.valid(kind));
  }

  @ParameterizedTest
  @FieldSource("ACCEPTED")
  void accepts_and_keeps_every_field(ObjectNode manifest, KubernetesClient client) {
    JsonNode stored = create(client, manifest);
    assertThat(Manifests.missing(manifest, stored)).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("DOCUMENTED")
  void accepts_the_examples_of_the_docs(ObjectNode manifest, KubernetesClient client) {
    assertThat(Manifests.missing(manifest, create(client, manifest))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1h", "1h0m0s", "90s", "0", "0s", "'60'", "60", "1.5h", "100ms", "10µs"})
  void accepts_durations_as_go_writes_them_and_seconds(String text, KubernetesClient client) {
    ObjectNode manifest =
        (ObjectNode)
            Manifests.merge(
                RefusedCase.valid("ExternalSecret"),
                Manifests.read("{spec: {refreshInterval: " + text + "}}"));
    JsonNode stored = create(client, manifest);
    ExternalSecret read = Serialization.unmarshal(stored.toString(), ExternalSecret.class);
    assertThat(read.getSpec().refreshInterval())
        .isEqualTo(ManifestDuration.parse(text.replace("'", "")));
  }

  @Test
  void fills_in_defaults(KubernetesClient client) {
    ObjectNode manifest =
        (ObjectNode)
            Manifests.merge(
                RefusedCase.valid("ExternalSecret"),
                Manifests.read("{spec: {target: {}, restart: {}}}"));
    JsonNode spec = create(client, manifest).get("spec");
    JsonNode defaults =
        Manifests.read(
            """
            refreshInterval: 1h
            target: {creationPolicy: Owner, deletionPolicy: Retain}
            restart:
              volumes: Restart
              settle: 2s
              minInterval: 1m
              maxConcurrent: 1
              progressDeadline: 10m
              onFailure: Halt
            """);
    assertThat(Manifests.missing(defaults, spec)).isEmpty();
    // Argo CD compares lists as a whole: a default inside of one would be an endless difference.
    assertThat(Manifests.missing(spec.get("data"), manifest.at("/spec/data"))).isEmpty();
  }

  @Test
  void kubectl_says_what_to_write(TestCluster cluster) {
    String manifest =
        """
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: wrong}
        spec: {provider: {aws: {service: SecretsManager, region: Frankfurt}}}
        """;
    assertThatThrownBy(
            () ->
                cluster.kubectlWithInput(
                    manifest, "apply", "-n", home.getMetadata().getName(), "-f", "-"))
        .hasMessageContaining(
            "spec.provider.aws.region: Invalid value: \"string\": write the code of an AWS"
                + " region, such as eu-central-1");
  }

  @Test
  void two_managers_keep_their_own_conditions(TestCluster cluster, Namespace namespace) {
    String name = namespace.getMetadata().getName();
    cluster.kubectlWithInput(named("two").toString(), "apply", "-n", name, "-f", "-");
    applyStatus(cluster, name, "sync", "{conditions: [{type: Ready, status: 'True'}]}");
    applyStatus(
        cluster,
        name,
        "restart",
        "{conditions: [{type: Restarted, status: 'False'}], restart: {state: Waiting}}");
    applyStatus(cluster, name, "sync", "{conditions: [{type: Ready, status: 'False'}]}");
    assertThat(
            cluster.kubectl(
                "get",
                "kes",
                "two",
                "-n",
                name,
                "-o",
                "jsonpath={range .status.conditions[*]}{.type}={.status} {end}{.status.restart.state}"))
        .contains("Ready=False", "Restarted=False", "Waiting");
    applyStatus(cluster, name, "restart", "{}");
    assertThat(cluster.kubectl("get", "kes", "two", "-n", name, "-o", "jsonpath={.status}"))
        .contains("Ready")
        .doesNotContain("Restarted", "Waiting");
  }

  @Test
  void kubectl_get_shows_the_columns(TestCluster cluster, Namespace namespace) {
    String name = namespace.getMetadata().getName();
    cluster.kubectlWithInput(named("app").toString(), "apply", "-n", name, "-f", "-");
    cluster.kubectlWithInput(
        RefusedCase.valid("SecretStore").toString(), "apply", "-n", name, "-f", "-");
    cluster.kubectlWithInput(
        """
        {"apiVersion": "keyturn.dev/v1", "kind": "ExternalSecret", "metadata": {"name": "app"},
         "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "SecretSynced"}],
                    "restart": {"state": "Waiting"},
                    "content": {"changes": {"*": "2020-01-01T00:00:00Z", "a": "2019-01-01T00:00:00Z"}}}}
        """,
        "apply",
        "-n",
        name,
        "--server-side",
        "--subresource=status",
        "--field-manager=sync",
        "-f",
        "-");
    List<String> table = cluster.kubectl("get", "es", "-n", name).lines().toList();
    assertThat(table.getFirst().split(" {2,}"))
        .containsExactly(
            "NAME",
            "STORE",
            "REFRESH INTERVAL",
            "STATUS",
            "READY",
            "RESTART",
            "LAST CHANGE",
            "AGE");
    assertThat(cluster.kubectl("get", "es", "-n", name, "-o", "wide").lines().findFirst())
        .hasValueSatisfying(head -> assertThat(head).endsWith("MESSAGE"));
    String[] row = table.getLast().split(" {2,}");
    assertThat(row).startsWith("app", "aws", "1h", "SecretSynced", "True", "Waiting");
    assertThat(row[6]).matches("[0-9]+y.*");
    assertThat(cluster.kubectl("get", "kss", "-n", name).lines().findFirst().orElseThrow())
        .containsSubsequence("NAME", "SERVICE", "REGION", "STATUS", "CAPABILITIES", "READY", "AGE");
    assertThat(cluster.kubectl("get", "keyturn", "-n", name, "-o", "name"))
        .contains("externalsecret.keyturn.dev/app", "secretstore.keyturn.dev/");
    assertThat(
            cluster.kubectl(
                "get",
                "kes",
                "-n",
                name,
                "-o",
                "name",
                "--field-selector",
                "spec.secretStoreRef.name=aws"))
        .contains("app");
    assertThat(
            cluster.kubectl(
                "get",
                "kes",
                "-n",
                name,
                "-o",
                "name",
                "--field-selector",
                "spec.secretStoreRef.name=other"))
        .isEmpty();
  }

  private static void applyStatus(
      TestCluster cluster, String namespace, String manager, String status) {
    ObjectNode resource =
        Manifests.read("{apiVersion: keyturn.dev/v1, kind: ExternalSecret, metadata: {name: two}}");
    resource.set("status", Manifests.read(status));
    cluster.kubectlWithInput(
        resource.toString(),
        "apply",
        "-n",
        namespace,
        "--server-side",
        "--subresource=status",
        "--field-manager=" + manager,
        "-f",
        "-");
  }

  private static ObjectNode named(String name) {
    ObjectNode manifest = RefusedCase.valid("ExternalSecret");
    ((ObjectNode) manifest.get("metadata")).put("name", name);
    return manifest;
  }

  private static JsonNode create(KubernetesClient client, ObjectNode manifest) {
    var resource = Serialization.unmarshal(manifest.toString(), GenericKubernetesResource.class);
    var created =
        manifest.get("kind").asText().startsWith("Cluster")
            ? client
                .genericKubernetesResources("keyturn.dev/v1", "ClusterSecretStore")
                .resource(resource)
                .dryRun()
                .fieldValidation(Validation.STRICT)
                .create()
            : client
                .genericKubernetesResources("keyturn.dev/v1", manifest.get("kind").asText())
                .inNamespace(home.getMetadata().getName())
                .resource(resource)
                .dryRun()
                .fieldValidation(Validation.STRICT)
                .create();
    return Manifests.read(Serialization.asJson(created));
  }
}
