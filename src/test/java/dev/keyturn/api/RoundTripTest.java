package dev.keyturn.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RoundTripTest {
  static final List<ObjectNode> ACCEPTED = Manifests.accepted();
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  @ParameterizedTest
  @FieldSource("ACCEPTED")
  void what_a_manifest_says_survives(ObjectNode manifest) {
    Object resource = resource(manifest);
    assertThat(Manifests.missing(manifest, json(resource))).isEmpty();
    assertThat(resource((ObjectNode) json(resource))).isEqualTo(resource);
  }

  @Test
  void managed_fields_are_not_read() {
    ExternalSecret read =
        SERIALIZATION.unmarshal(
            """
            {"apiVersion": "keyturn.dev/v1", "kind": "ExternalSecret", "metadata": {
              "name": "db", "resourceVersion": "7", "managedFields": [
                {"manager": "kubectl", "fieldsV1": {"f:spec": {}}}]}, "spec": {}}\
            """,
            ExternalSecret.class);
    assertThat(read.getMetadata().getName()).isEqualTo("db");
    assertThat(read.getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(read.getMetadata().getManagedFields()).isEmpty();
  }

  @Test
  void what_a_manifest_leaves_out_has_its_default() {
    ExternalSecretSpec spec =
        externalSecret("{secretStoreRef: {name: aws}, data: [{secretKey: a, remoteRef: {key: b}}]}")
            .getSpec();
    assertThat(spec.refreshInterval()).isEqualTo(Duration.ofHours(1));
    assertThat(spec.refreshPolicy()).isEqualTo(ExternalSecretSpec.RefreshPolicy.PERIODIC);
    assertThat(spec.secretStoreRef().kind()).isEqualTo(StoreKind.SECRET_STORE);
    assertThat(spec.target()).isEqualTo(Target.DEFAULT);
    assertThat(spec.target().creationPolicy()).isEqualTo(Target.CreationPolicy.OWNER);
    assertThat(spec.target().deletionPolicy()).isEqualTo(Target.DeletionPolicy.RETAIN);
    assertThat(spec.target().immutable()).isFalse();
    assertThat(spec.dataFrom()).isEmpty();
    assertThat(spec.restart()).isEqualTo(RestartSpec.DEFAULT);
    assertThat(spec.restart().settle()).isEqualTo(Duration.ofSeconds(2));
    assertThat(spec.restart().minInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(spec.restart().progressDeadline()).isEqualTo(Duration.ofMinutes(10));
    assertThat(spec.restart().maxConcurrent()).isEqualTo(1);
    RemoteRef remoteRef = spec.data().getFirst().remoteRef();
    assertThat(remoteRef.decodingStrategy()).isEqualTo(DecodingStrategy.NONE);
    assertThat(remoteRef.conversionStrategy()).isEqualTo(ConversionStrategy.DEFAULT);
    assertThat(remoteRef.metadataPolicy()).isEqualTo(RemoteRef.MetadataPolicy.NONE);
    assertThat(remoteRef.nullBytePolicy()).isEqualTo(NullBytePolicy.IGNORE);
  }

  @Test
  void an_empty_part_is_its_default() {
    ExternalSecretSpec spec =
        externalSecret("{target: {template: {}}, restart: {windows: [{}]}}").getSpec();
    assertThat(spec.restart().windows().getFirst().timeZone()).isEqualTo("UTC");
    assertThat(spec.target().template().metadata()).isEqualTo(Template.Metadata.NONE);
    assertThat(spec.target().template().mergePolicy()).isEqualTo(Template.MergePolicy.REPLACE);
  }

  @Test
  void a_field_of_a_newer_version_is_ignored() {
    ExternalSecretSpec spec =
        externalSecret("{refreshInterval: 5m, brandNew: {a: 1}, target: {brandNew: 1}}").getSpec();
    assertThat(spec.refreshInterval()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void the_target_has_the_name_of_the_resource_unless_it_says_so() {
    assertThat(externalSecret("{}").targetName()).isEqualTo("app");
    assertThat(externalSecret("{target: {name: other}}").targetName()).isEqualTo("other");
  }

  @Test
  void a_provider_that_is_not_built_is_kept() {
    SecretStore store =
        (SecretStore)
            resource(
                Manifests.read(
                    "{apiVersion: keyturn.dev/v1, kind: SecretStore, metadata: {name: a},"
                        + " spec: {provider: {vault: {server: x}}}}"));
    assertThat(store.getSpec().provider().aws()).isNull();
    assertThat(store.getSpec().provider().others()).containsOnlyKeys("vault");
  }

  @Test
  void a_status_survives_and_writes_times_as_kubernetes_does() {
    Instant time = Instant.parse("2026-11-24T16:00:00Z");
    ExternalSecret resource = externalSecret("{}");
    resource.setStatus(
        new ExternalSecretStatus(
            List.of(
                new Condition(
                    ConditionTypes.READY,
                    Condition.Status.TRUE,
                    Reasons.SECRET_SYNCED,
                    "written",
                    time,
                    3L)),
            3L,
            time,
            null,
            new ExternalSecretStatus.Binding("app"),
            List.of(
                new ExternalSecretStatus.SourceStatus(
                    "SecretStore/aws", "prod/app", "v1", List.of("AWSCURRENT"), time)),
            1,
            new ExternalSecretStatus.Content("k:1", "k:2", Map.of("*", time, "password", time)),
            "again",
            new RestartStatus(
                RestartStatus.State.WAITING,
                "settles",
                time,
                List.of(
                    new RestartStatus.WorkloadStatus(
                        "Deployment", "app", RestartStatus.State.WAITING, null, 2)),
                List.of(new RestartStatus.AskedStatus("Deployment", "app", time, true, true)),
                null,
                null)));
    JsonNode status = json(resource).get("status");
    assertThat(
            Stream.of(
                "/refreshTime",
                "/conditions/0/lastTransitionTime",
                "/sources/0/changedAt",
                "/content/changes/*",
                "/restart/until",
                "/restart/asked/0/change"))
        .allSatisfy(
            pointer -> assertThat(status.at(pointer).asText()).isEqualTo("2026-11-24T16:00:00Z"));
    assertThat(((ExternalSecret) resource((ObjectNode) json(resource))).getStatus())
        .isEqualTo(resource.getStatus());
  }

  @Test
  void an_empty_status_says_nothing() {
    ExternalSecret resource = externalSecret("{}");
    assertThat(resource.statusOrEmpty()).isEqualTo(ExternalSecretStatus.EMPTY);
    resource.setStatus(ExternalSecretStatus.EMPTY);
    assertThat(json(resource).get("status").isEmpty()).isTrue();
  }

  private static ExternalSecret externalSecret(String spec) {
    ObjectNode manifest =
        Manifests.read("{apiVersion: keyturn.dev/v1, kind: ExternalSecret, metadata: {name: app}}");
    manifest.set("spec", Manifests.read(spec));
    return (ExternalSecret) resource(manifest);
  }

  private static Object resource(ObjectNode manifest) {
    Class<?> type =
        switch (manifest.get("kind").asText()) {
          case "ExternalSecret" -> ExternalSecret.class;
          case "SecretStore" -> SecretStore.class;
          default -> ClusterSecretStore.class;
        };
    return SERIALIZATION.unmarshal(manifest.toString(), type);
  }

  private static JsonNode json(Object resource) {
    try {
      return new ObjectMapper().readTree(SERIALIZATION.asJson(resource));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
