package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.MaybeUnreadable;
import dev.keyturn.api.SecretStore;
import dev.keyturn.render.Checked;
import dev.keyturn.render.SpecReader;
import dev.keyturn.restart.gather.PrunedExternalSecrets;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a CRD of another version, or none of our bounds, may let in. */
class TotalReadingTest {
  private static final String AWS =
      "'aws': {'service': 'SecretsManager', 'region': 'eu-central-1'}";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final KubernetesSerialization json =
      TotalReading.serialization(new UnreadableObjects(registry));

  record Broken(
      String sentence, Class<? extends CustomResource<?, ?>> kind, String spec, String field) {
    @Override
    public String toString() {
      return sentence;
    }

    /** As deep as the spec. */
    private String managedFields() {
      int depth = (int) spec.chars().filter(it -> it == '{').count();
      return "{'f:a':".repeat(depth) + "{}" + "}".repeat(depth);
    }

    String text() {
      return """
      {'apiVersion': 'keyturn.dev/v1', 'kind': '%s',
       'metadata': {'namespace': 'shop', 'name': 'odd', 'uid': 'u', 'resourceVersion': '7', 'generation': 3,
                    'annotations': {'keyturn.dev/force-sync': '1'},
                    'managedFields': [{'manager': 'm', 'fieldsV1': %s}]},
       'spec': %s,
       'status': {'conditions': [{'type': 'Ready', 'status': 'True'}], 'observedGeneration': 2}}
      """
          .formatted(kind.getSimpleName(), managedFields(), spec)
          .replace('\'', '"');
    }
  }

  @Test
  void a_bookmark_of_a_watch_is_no_unreadable_object() {
    WatchEvent event =
        json.unmarshal(
            """
            {"type": "BOOKMARK",
             "object": {"apiVersion": "keyturn.dev/v1", "kind": "ExternalSecret",
                        "metadata": {"resourceVersion": "7", "creationTimestamp": null}}}
            """,
            WatchEvent.class);
    assertThat(event.getObject())
        .isInstanceOfSatisfying(
            ExternalSecret.class,
            it -> assertThat(it.getMetadata().getResourceVersion()).isEqualTo("7"));
    assertThat(registry.getMeters()).isEmpty();
  }

  static Stream<Broken> broken() {
    return Stream.of(
        new Broken(
            "a number that is no int",
            SecretStore.class,
            "{'refreshInterval': 3000000000, 'provider': {" + AWS + "}}",
            "spec.refreshInterval"),
        new Broken(
            "a number that is no long, in the cluster's kind",
            ClusterSecretStore.class,
            "{'retrySettings': {'maxRetries': 30000000000000000000}, 'provider': {" + AWS + "}}",
            "spec.retrySettings.maxRetries"),
        new Broken(
            "a word of a newer version",
            ExternalSecret.class,
            "{'refreshPolicy': 'Sometimes'}",
            "spec.refreshPolicy"),
        new Broken(
            "a duration in words",
            ExternalSecret.class,
            "{'refreshInterval': 'hourly'}",
            "spec.refreshInterval"),
        new Broken(
            "a list where an object is due",
            ExternalSecret.class,
            "{'data': [{'secretKey': 'a', 'remoteRef': {'key': 'a'}}, {'secretKey': 'b',"
                + " 'remoteRef': []}]}",
            "spec.data[1].remoteRef"),
        new Broken("no spec", SecretStore.class, "null", "spec"),
        new Broken("nothing in a list", ExternalSecret.class, "{'data': [null]}", "spec"),
        new Broken("a spec that is a word", ExternalSecret.class, "'all'", "spec"),
        new Broken(
            "another provider nested deeply",
            SecretStore.class,
            "{'provider': {'vault': " + "{'a':".repeat(9_900) + "1" + "}".repeat(9_900) + "}}",
            "a part that is nested more than 512 deep"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void is_unreadable_in_a_list_and_the_others_are_read(Broken broken) {
    String good =
        new Broken(
                "",
                broken.kind(),
                broken.kind() == ExternalSecret.class ? "{}" : "{'provider': {" + AWS + "}}",
                "")
            .text();
    String list =
        """
        {"apiVersion": "keyturn.dev/v1", "kind": "List", "metadata": {"resourceVersion": "9"},
         "items": [%s, %s, %s]}
        """
            .formatted(good, broken.text(), good);
    DefaultKubernetesResourceList<?> read = list(list, broken.kind());
    assertThat(read.getItems())
        .map(it -> ((MaybeUnreadable) it).unreadable().orElse("read"))
        .containsExactly("read", broken.field(), "read");
    assertThat(read.getMetadata().getResourceVersion()).isEqualTo("9");
  }

  @ParameterizedTest
  @MethodSource("broken")
  void is_unreadable_in_a_watch_and_in_the_answer_to_a_write(Broken broken) {
    WatchEvent event =
        json.unmarshal(
            "{\"type\": \"MODIFIED\", \"object\": " + broken.text() + "}", WatchEvent.class);
    assertStandsFor(broken, broken.kind().cast(event.getObject()));
    assertStandsFor(broken, json.unmarshal(stream(broken.text()), broken.kind()));
    assertThat(
            registry
                .counter("keyturn.unreadable.objects", "kind", broken.kind().getSimpleName())
                .count())
        .isEqualTo(2);
  }

  private static void assertStandsFor(Broken broken, CustomResource<?, ?> read) {
    assertThat(((MaybeUnreadable) read).unreadable()).hasValue(broken.field());
    assertThat(read.getMetadata().getName()).isEqualTo("odd");
    assertThat(read.getMetadata().getUid()).isEqualTo("u");
    assertThat(read.getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(read.getMetadata().getGeneration()).isEqualTo(3);
    assertThat(read.getMetadata().getAnnotations())
        .isEqualTo(Map.of("keyturn.dev/force-sync", "1"));
    assertThat(read.getStatus()).isNotNull();
  }

  @Test
  void long_names_are_read() {
    String name = "k".repeat(60_000);
    ExternalSecret read =
        json.unmarshal(
            new Broken(
                    "",
                    ExternalSecret.class,
                    "{'target': {'template': {'data': {'" + name + "': 'x'}}}}",
                    "")
                .text(),
            ExternalSecret.class);
    assertThat(read.unreadable()).isEmpty();
    assertThat(read.getSpec().target().template().data()).containsKey(name);
  }

  @Test
  void a_status_that_cannot_be_read_is_left_out() {
    ExternalSecret read =
        json.unmarshal(
            new Broken("", ExternalSecret.class, "{}", "")
                .text()
                .replace("\"True\"", "\"Perhaps\""),
            ExternalSecret.class);
    assertThat(read.unreadable()).hasValue("status.conditions[0].status");
    assertThat(read.getStatus()).isNull();
  }

  @Test
  void the_sync_refuses_it_and_the_restart_engine_knows_it_still() {
    ExternalSecret read =
        json.unmarshal(
            new Broken("", ExternalSecret.class, "{'refreshInterval': 'hourly'}", "").text(),
            ExternalSecret.class);
    assertThat(SpecReader.read(read))
        .isInstanceOfSatisfying(
            Checked.Refused.class,
            refused ->
                assertThat(refused.failure().message())
                    .startsWith("spec.refreshInterval: this cannot be read")
                    .doesNotContain("hourly"));
    assertThat(PrunedExternalSecrets.prune(read).unreadable()).hasValue("spec.refreshInterval");
  }

  private <T extends HasMetadata> DefaultKubernetesResourceList<T> list(
      String text, Class<T> kind) {
    return json.unmarshal(
        stream(text),
        new com.fasterxml.jackson.core.type.TypeReference<DefaultKubernetesResourceList<T>>() {
          @Override
          public java.lang.reflect.Type getType() {
            return json.constructParametricType(DefaultKubernetesResourceList.class, kind);
          }
        });
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
