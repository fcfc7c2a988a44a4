package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecretStatus.SourceStatus;
import dev.keyturn.render.Manifests.Scene;
import dev.keyturn.source.KeyedHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What tells that something has to be rendered, and what {@code status.sources} lists. */
class InputsTest {
  private static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);
  private static final String FULL =
      """
      target:
        immutable: false
        template:
          type: Opaque
          mergePolicy: Merge
          metadata: {labels: {l: '1'}, annotations: {a: '1'}, finalizers: [f/g]}
          data: {k: 't'}
          templateFrom:
          - {configMap: {name: c, items: [{key: x, templateAs: KeysAndValues}]}}
          - {secret: {name: s, items: [{key: y}]}, target: Labels, valuesDecodingStrategy: Base64}
          - {literal: 'a: b'}
      data:
      - {secretKey: a, remoteRef: {key: one, property: p, decodingStrategy: Auto, nullBytePolicy: Fail}}
      - {secretKey: tags, remoteRef: {key: one, metadataPolicy: Fetch}}
      dataFrom:
      - extract: {key: two, conversionStrategy: Unicode}
        rewrite:
        - regexp: {source: a, target: b}
        - transform: {template: '{{ .value }}'}
        - merge: {into: i, priority: [z], conflictPolicy: Ignore, priorityPolicy: IgnoreNotFound, strategy: JSON}
      - find: {path: app/, decodingStrategy: Base64, conversionStrategy: Unicode, nullBytePolicy: Fail}
      """;

  private static Scene scene(String spec) {
    return Scene.of(spec)
        .find(List.of("app/x"))
        .secret("one", "{}")
        .secret("two", "{}")
        .secret("app/x", "eA==")
        .configMap("c", "x", "a: b")
        .configMap("c", "unused", "1")
        .templateSecret("s", "y", "z");
  }

  private static String hash(Scene scene) {
    return Inputs.hash(
        scene.plan(),
        scene.request(),
        Inputs.Versions.of(scene.fetched(), HASH),
        scene.templates(),
        HASH);
  }

  /**
   * Pinned: if this changes, every Secret of every user is rendered anew when they upgrade, and
   * random template functions give new values.
   */
  @Test
  void theHashIsTheSameFromReleaseToRelease() {
    assertThat(hash(scene(FULL)))
        .isEqualTo("d0db022ec7c9336036a22925c01c24a709c5207783bb82c3780c80d89f8fc4b4");
    assertThat(hash(scene("data: [{secretKey: a, remoteRef: {key: one}}]")))
        .isEqualTo("7fe3046174061929e665899d1c9cd5cc749ceac6183639a9d8511b8f73e90b41");
  }

  @Test
  void everyFieldThatDecidesCounts() {
    List<String> specs = new ArrayList<>();
    specs.add(FULL);
    for (String[] change :
        new String[][] {
          {"immutable: false", "immutable: true"},
          {"type: Opaque", "type: other"},
          {"mergePolicy: Merge", "mergePolicy: Replace"},
          {"labels: {l: '1'}", "labels: {l: '2'}"},
          {"labels: {l: '1'}", "labels: {m: '1'}"},
          {"annotations: {a: '1'}", "annotations: {a: '2'}"},
          {"f/g", "f/h"},
          {"{k: 't'}", "{k: 'u'}"},
          {"name: c,", "name: d,"},
          {"KeysAndValues", "Values"},
          {"key: x,", "key: y,"},
          {"name: s,", "name: t,"},
          {"target: Labels", "target: Data"},
          {"valuesDecodingStrategy: Base64", "valuesDecodingStrategy: None"},
          {"literal: 'a: b'", "literal: 'a: c'"},
          {"secretKey: a,", "secretKey: b,"},
          {"key: one, property: p", "key: two, property: p"},
          {"property: p", "property: q"},
          {"decodingStrategy: Auto", "decodingStrategy: None"},
          {"decodingStrategy: Auto, nullBytePolicy: Fail", "decodingStrategy: Auto"},
          {"metadataPolicy: Fetch", "metadataPolicy: None"},
          {"key: two, conversionStrategy: Unicode", "key: two"},
          {"source: a", "source: c"},
          {"target: b}", "target: c}"},
          {"{{ .value }}", "{{ .value | upper }}"},
          {"into: i", "into: j"},
          {"[z]", "[y]"},
          {"conflictPolicy: Ignore", "conflictPolicy: Error"},
          {", priorityPolicy: IgnoreNotFound", ""},
          {", strategy: JSON", ""},
          {"decodingStrategy: Base64, conversionStrategy: Unicode", "conversionStrategy: Unicode"},
          {"decodingStrategy: Base64, conversionStrategy: Unicode", "decodingStrategy: Base64"},
          {"conversionStrategy: Unicode, nullBytePolicy: Fail", "conversionStrategy: Unicode"},
        }) {
      assertThat(FULL).contains(change[0]);
      specs.add(FULL.replace(change[0], change[1]));
    }
    assertThat(specs.stream().map(spec -> hash(scene(spec))).toList()).doesNotHaveDuplicates();
  }

  @Test
  void whatDoesNotDecideDoesNotCount() {
    String hash = hash(scene(FULL));
    assertThat(hash(scene("refreshInterval: 5m\nrestart: {policy: None}\n" + FULL)))
        .isEqualTo(hash);
    assertThat(hash(scene(FULL).configMap("c", "unused", "2"))).isEqualTo(hash);
    assertThat(hash(scene(FULL).configMap("other", "x", "2"))).isEqualTo(hash);
    Scene labelled = scene(FULL);
    labelled.manifest().getMetadata().setLabels(Map.of("app", "x"));
    assertThat(hash(labelled)).isEqualTo(hash);
    assertThat(hash(scene(FULL).secret("one", "v1", "{\"same\":\"version\"}".getBytes(UTF_8))))
        .isEqualTo(hash);
  }

  @Test
  void everySourceCounts() {
    String hash = hash(scene(FULL));
    assertThat(
            List.of(
                hash(scene(FULL).secret("one", "v2", new byte[0])),
                hash(scene(FULL).secret("two", "v2", new byte[0])),
                hash(scene(FULL).secret("app/x", "v2", new byte[0])),
                hash(scene(FULL).find(List.of("app/x", "app/y")).secret("app/y", "1")),
                hash(scene(FULL).find(List.of())),
                hash(scene(FULL).fails("one", Manifests.gone("one"))),
                hash(
                    scene(FULL).findFails(Manifests.gone("find")).secret("one", "v3", new byte[0])),
                hash(scene(FULL).configMap("c", "x", "a: c")),
                hash(scene(FULL).templateSecret("s", "y", "y"))))
        .doesNotContain(hash)
        .doesNotHaveDuplicates();
  }

  @Test
  void whereThereIsNoVersionTheValueCounts() {
    assertThat(hash(scene(FULL).secret("one", "", "1".getBytes(UTF_8))))
        .isNotEqualTo(hash(scene(FULL).secret("one", "", "2".getBytes(UTF_8))));
  }

  @Test
  void withoutTemplateTheInheritedMetadataCount() {
    Scene plain = scene("data: [{secretKey: a, remoteRef: {key: one}}]");
    String hash = hash(plain);
    plain.manifest().getMetadata().setLabels(Map.of("app", "x"));
    String labelled = hash(plain);
    plain.manifest().getMetadata().setLabels(Map.of("keyturn.dev/x", "x"));
    assertThat(hash(plain)).isEqualTo(hash).isNotEqualTo(labelled);
    plain.manifest().getMetadata().setAnnotations(Map.of("app", "x"));
    assertThat(hash(plain)).isNotEqualTo(hash).isNotEqualTo(labelled);
  }

  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private static SourceList sources(Scene scene, List<SourceStatus> before) {
    return SourceList.of(scene.request(), Inputs.Versions.of(scene.fetched(), HASH), before, NOW);
  }

  private static SourceStatus status(String key, String version, Instant changedAt) {
    return new SourceStatus("SecretStore/aws", key, version, List.of("AWSCURRENT"), changedAt);
  }

  @Test
  void sourcesTellWhenTheirVersionChanged() {
    Scene scene =
        scene(
                """
                data:
                - {secretKey: a, remoteRef: {key: one}}
                - {secretKey: b, remoteRef: {key: one, property: x}}
                - {secretKey: c, remoteRef: {key: two}}
                - {secretKey: d, remoteRef: {key: gone}}
                dataFrom: [{find: {path: app/}}]
                """)
            .secret("two", "v2", new byte[0]);
    assertThat(sources(scene, List.of()))
        .isEqualTo(
            new SourceList(
                List.of(
                    status("app/x", "v1", null),
                    status("one", "v1", null),
                    status("two", "v2", null)),
                3));
    assertThat(
            sources(scene, List.of(status("one", "v1", BEFORE), status("two", "v1", BEFORE)))
                .sources())
        .containsExactly(
            status("app/x", "v1", null), status("one", "v1", BEFORE), status("two", "v2", NOW));
    assertThat(sources(scene, List.of(status("two", "v2", null))).sources())
        .contains(status("two", "v2", null));
    assertThat(
            sources(
                    scene,
                    List.of(new SourceStatus("SecretStore/other", "two", "v1", List.of(), BEFORE)))
                .sources())
        .contains(status("two", "v2", null));
  }

  @Test
  void twoStagesOfOneSecretKeepTheirTimes() {
    Scene scene =
        scene("data: [{secretKey: a, remoteRef: {key: one}}]").secret("one", "v2", new byte[0]);
    assertThat(
            sources(scene, List.of(status("one", "v1", BEFORE), status("one", "v2", BEFORE)))
                .sources())
        .containsExactly(status("one", "v2", BEFORE));
  }

  @Test
  void aSourceWithoutVersionHasNone() {
    Scene scene =
        scene("data: [{secretKey: a, remoteRef: {key: one}}]").secret("one", "", new byte[0]);
    assertThat(sources(scene, List.of()).sources()).containsExactly(status("one", null, null));
  }

  @Test
  void atMostFiftySourcesAreListedAndAllAreCounted() {
    StringBuilder spec = new StringBuilder("data:\n");
    IntStream.range(0, 60)
        .forEach(i -> spec.append("- {secretKey: k" + i + ", remoteRef: {key: s" + i + "}}\n"));
    Scene scene = Scene.of(spec.toString());
    IntStream.range(0, 60).forEach(i -> scene.secret("s" + i, "x"));
    SourceList sources = sources(scene, List.of());
    assertThat(sources.count()).isEqualTo(60);
    assertThat(sources.sources()).hasSize(50);
  }
}
