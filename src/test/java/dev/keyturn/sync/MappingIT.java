package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From what AWS holds to the keys of a Secret: the common cases of mapping and templates. */
@RealCluster
class MappingIT {

  @Test
  void keys_are_renamed_step_by_step(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/config", "{\"db_user\":\"u\",\"db_pass\":\"p\",\"cache-url\":\"c\"}");
    bed.secret("app/feature/one", "1");
    bed.secret("app/feature/two", "2");
    bed.secret("app/featureless", "x");
    bed.externalSecret(
        "db",
        """
        dataFrom:
          - extract: {key: app/config}
            rewrite:
              - regexp: {source: "^db_(.*)$", target: "database.${1}"}
              - transform: {template: '{{ .value | upper | replace "-" "_" }}'}
          - find: {name: {regexp: "^app/feature/"}}
            rewrite: [{regexp: {source: ".*/", target: feature-}}]
        """);
    bed.awaitSecret(
        "db",
        Map.of(
            "DATABASE.USER", "u",
            "DATABASE.PASS", "p",
            "CACHE_URL", "c",
            "feature-one", "1",
            "feature-two", "2"));
  }

  @Test
  void json_of_several_secrets_is_merged(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("team/base", "{\"level\":\"info\",\"limits\":{\"cpu\": 1.0}}");
    bed.secret("team/prod", "{\"level\":\"warn\",\"id\":12345678901234567890}");
    bed.externalSecret(
        "fields",
        """
        dataFrom:
          - find: {name: {regexp: "^team/"}}
            rewrite: [{merge: {conflictPolicy: Ignore, priority: [team/prod]}}]
        """);
    bed.externalSecret(
        "whole",
        """
        dataFrom:
          - find: {name: {regexp: "^team/"}}
            rewrite:
              - merge: {strategy: JSON, into: all.json, conflictPolicy: Ignore, priority: [team/prod]}
              - regexp: {source: "^team/.*", target: ""}
        """);
    bed.externalSecret(
        "conflict", "dataFrom: [{find: {name: {regexp: \"^team/\"}}, rewrite: [{merge: {}}]}]");
    bed.awaitSecret(
        "fields",
        Map.of("level", "warn", "limits", "{\"cpu\": 1.0}", "id", "12345678901234567890"));
    bed.awaitSecret(
        "whole",
        Map.of(
            "all.json",
            "{\"id\":12345678901234567890,\"level\":\"warn\",\"limits\":{\"cpu\": 1.0}}"));
    bed.awaitFailure("conflict", "spec.dataFrom[0].rewrite[0]", "level", "conflictPolicy Ignore");
  }

  @Test
  void values_are_decoded_and_key_names_converted(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/url", "Pz8_");
    bed.secret("app/standard", "Pz8/");
    bed.secret("app/names", "{\"a/b\":\"1\",\"\u00fc\":\"2\",\"plain\":\"Pz8/\"}");
    bed.externalSecret(
        "decoded",
        """
        data:
          - {secretKey: url, remoteRef: {key: app/url, decodingStrategy: Base64URL}}
          - {secretKey: standard, remoteRef: {key: app/standard, decodingStrategy: Base64}}
          - {secretKey: guessed, remoteRef: {key: app/standard, decodingStrategy: Auto}}
          - {secretKey: raw, remoteRef: {key: app/standard}}
        """);
    bed.externalSecret(
        "unicode", "dataFrom: [{extract: {key: app/names, conversionStrategy: Unicode}}]");
    bed.externalSecret("plain", "dataFrom: [{extract: {key: app/names}}]");
    bed.externalSecret(
        "not-base64",
        "data: [{secretKey: a, remoteRef: {key: app/names, decodingStrategy: Base64}}]");
    bed.awaitSecret(
        "decoded", Map.of("url", "???", "standard", "???", "guessed", "???", "raw", "Pz8/"));
    bed.awaitSecret("unicode", Map.of("a_U002f_b", "1", "_U00fc_", "2", "plain", "Pz8/"));
    bed.awaitSecret("plain", Map.of("a_b", "1", "_", "2", "plain", "Pz8/"));
    bed.awaitFailure("not-base64", "spec.data[0]", "is not Base64");
  }

  @Test
  void templates_make_type_metadata_and_data(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/db", "{\"username\":\"u\",\"password\":\"p\",\"team\":\"shop\"}");
    bed.externalSecret(
        "replaced",
        """
        target:
          template:
            type: kubernetes.io/basic-auth
            metadata:
              labels: {team: '{{ .team }}', fixed: "yes"}
              annotations: {user: '{{ .username | quote }}'}
            data: {username: '{{ .username }}', password: '{{ .password | upper }}'}
        dataFrom: [{extract: {key: app/db}}]
        """);
    bed.externalSecret(
        "merged",
        """
        target:
          template:
            mergePolicy: Merge
            data: {password: '{{ .password | upper }}', more: '{{ .team }}'}
        dataFrom: [{extract: {key: app/db}}]
        """);
    Secret replaced = bed.awaitSecret("replaced", Map.of("username", "u", "password", "P"));
    assertThat(replaced.getType()).isEqualTo("kubernetes.io/basic-auth");
    assertThat(replaced.getMetadata().getLabels())
        .containsEntry("team", "shop")
        .containsEntry("fixed", "yes");
    assertThat(replaced.getMetadata().getAnnotations()).containsEntry("user", "\"u\"");
    bed.awaitSecret(
        "merged", Map.of("username", "u", "password", "P", "team", "shop", "more", "shop"));
  }

  @Test
  void a_failing_template_is_named_and_its_value_is_not(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/db", "{\"password\":\"s3cret\"}");
    bed.externalSecret(
        "bad",
        """
        target: {template: {data: {url: "one\\n{{ .password | fromJson | first }}"}}}
        dataFrom: [{extract: {key: app/db}}]
        """);
    assertThat(bed.awaitFailure("bad", "spec.target.template.data[url]", "line 2"))
        .doesNotContain("s3cret");
    assertThat(bed.warnings("bad").toString()).doesNotContain("s3cret");
  }

  @Test
  void a_secret_with_templates_is_followed_and_targets_are_three(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/db", "{\"user\":\"u\",\"zone\":\"eu\"}");
    bed.kubectl(
        "create",
        "secret",
        "generic",
        "templates",
        "--from-literal=greeting=hello {{ .user }}",
        "--from-literal=map=zone-{{ .zone }}: {{ .user | b64enc }}");
    bed.externalSecret(
        "db",
        """
        refreshInterval: 1h
        target:
          template:
            templateFrom:
              - secret: {name: templates, items: [{key: greeting}]}
              - secret: {name: templates, items: [{key: map, templateAs: KeysAndValues}]}
                valuesDecodingStrategy: Base64
              - {target: Labels, literal: "zone: {{ .zone }}"}
              - {target: Annotations, literal: "user: {{ .user | upper }}"}
        dataFrom: [{extract: {key: app/db}}]
        """);
    Secret first = bed.awaitSecret("db", Map.of("greeting", "hello u", "zone-eu", "u"));
    assertThat(first.getMetadata().getLabels()).containsEntry("zone", "eu");
    assertThat(first.getMetadata().getAnnotations()).containsEntry("user", "U");
    bed.kubectl(
        "patch",
        "secret",
        "templates",
        "-p",
        "{\"stringData\":{\"greeting\":\"bye {{ .user }}\"}}");
    bed.awaitSecret("db", Map.of("greeting", "bye u", "zone-eu", "u"));
    bed.kubectl("delete", "secret", "templates");
    bed.awaitFailure("db", "templates", "is not in this namespace");
    assertThat(bed.live("db").map(SyncBed::texts))
        .contains(Map.of("greeting", "bye u", "zone-eu", "u"));
  }

  /** The other ExternalSecret, which has no window, shows that polls went by. */
  @Test
  void a_closed_window_holds_back_polls_but_not_the_first_write(
      TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/db", "{\"password\":\"one\"}");
    String always = "syncWindows: {kind: deny, windows: [{schedule: '* * * * *', duration: 10m}]}";
    bed.extract("held", "app/db", "refreshInterval: 5s\n" + always);
    bed.extract("free", "app/db", "refreshInterval: 5s");
    bed.awaitSecret("held", Map.of("password", "one"));
    bed.awaitSecret("free", Map.of("password", "one"));
    bed.change("app/db", "{\"password\":\"two\"}");
    bed.awaitSecret("free", Map.of("password", "two"));
    bed.change("app/db", "{\"password\":\"three\"}");
    bed.awaitSecret("free", Map.of("password", "three"));
    assertThat(bed.live("held").map(SyncBed::texts)).contains(Map.of("password", "one"));
    bed.kubectl("patch", "secret", "held", "-p", "{\"stringData\":{\"password\":\"x\"}}");
    Eventually.holds(
        () ->
            assertThat(bed.live("held").map(SyncBed::texts).orElseThrow().get("password"))
                .as("a repair is not held back")
                .isNotEqualTo("x"));
    bed.extract("held", "app/db", "refreshInterval: 5s\nsyncWindows: null");
    bed.awaitSecret("held", Map.of("password", "three"));
  }

  @Test
  void json_stays_as_it_was(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret(
        "app/json",
        "{\"raw\": { \"z\" : 1.0, \"a\":[1, 2 ],\"z\": 2 }, \"large\": 123456789012345678901234567890,"
            + " \"e\": 1e400, \"text\": \"\\u00e9\\n<&>\"}");
    bed.externalSecret(
        "json",
        """
        dataFrom: [{extract: {key: app/json}}]
        data: [{secretKey: inner, remoteRef: {key: app/json, property: raw.a}}]
        """);
    bed.awaitSecret(
        "json",
        Map.of(
            "raw", "{ \"z\" : 1.0, \"a\":[1, 2 ],\"z\": 2 }",
            "large", "123456789012345678901234567890",
            "e", "1e400",
            "text", "\u00e9\n<&>",
            "inner", "[1, 2 ]"));
  }

  @Test
  void null_bytes_are_refused_where_asked(TestCluster cluster, Namespace namespace) {
    SyncBed bed = SyncBed.on(cluster, namespace);
    bed.secret("app/nul", "YQBi");
    bed.externalSecret(
        "nul",
        "data: [{secretKey: a, remoteRef: {key: app/nul, decodingStrategy: Base64, nullBytePolicy: Fail}}]");
    bed.awaitFailure("nul", "key 'a' has a NUL byte");
  }
}
