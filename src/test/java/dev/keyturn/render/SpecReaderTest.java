package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ConversionStrategy;
import dev.keyturn.api.DecodingStrategy;
import dev.keyturn.api.NullBytePolicy;
import dev.keyturn.api.Rewrite;
import dev.keyturn.api.StoreKind;
import dev.keyturn.api.Target.DeletionPolicy;
import dev.keyturn.source.SecretRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpecReaderTest {

  @Test
  void everythingThatIsLeftOutHasItsDefault() {
    Plan plan = Manifests.plan("data: [{secretKey: a, remoteRef: {key: k}}]");
    assertThat(plan)
        .isEqualTo(
            new Plan(
                List.of(
                    new Entry.Single(
                        "spec.data[0]",
                        Manifests.STORE,
                        "a",
                        new Entry.Remote(
                            "k",
                            Optional.empty(),
                            Optional.empty(),
                            SecretRef.Part.VALUE,
                            DecodingStrategy.NONE,
                            NullBytePolicy.IGNORE))),
                DeletionPolicy.RETAIN,
                Optional.empty(),
                false,
                Map.of(),
                Map.of()));
  }

  @Test
  void dataFromComesFirstAndEveryFieldIsRead() {
    Plan plan =
        Manifests.plan(
            """
            target: {deletionPolicy: Merge, immutable: true}
            data:
            - secretKey: a
              remoteRef: {key: k, property: p, version: v, metadataPolicy: Fetch, decodingStrategy: Auto, nullBytePolicy: Fail}
            dataFrom:
            - extract: {key: k, conversionStrategy: Unicode}
              rewrite:
              - regexp: {source: a, target: b}
              - transform: {template: t}
              - merge: {into: i, priority: [x], priorityPolicy: IgnoreNotFound, conflictPolicy: Ignore, strategy: JSON}
              - {}
            - find: {path: /p, name: {regexp: r}, tags: {t: v}, conversionStrategy: Unicode, decodingStrategy: Base64, nullBytePolicy: Fail}
            """);
    Entry.Remote plain =
        new Entry.Remote(
            "k",
            Optional.empty(),
            Optional.empty(),
            SecretRef.Part.VALUE,
            DecodingStrategy.NONE,
            NullBytePolicy.IGNORE);
    assertThat(plan.entries())
        .containsExactly(
            new Entry.Extract(
                "spec.dataFrom[0]",
                Manifests.STORE,
                plain,
                ConversionStrategy.UNICODE,
                List.of(
                    new KeyChange.Replace("a", "b"),
                    new KeyChange.Render("t"),
                    new KeyChange.Merge(
                        "i",
                        List.of("x"),
                        Rewrite.Merge.PriorityPolicy.IGNORE_NOT_FOUND,
                        Rewrite.Merge.ConflictPolicy.IGNORE,
                        Rewrite.Merge.Strategy.JSON))),
            new Entry.Search(
                "spec.dataFrom[1]",
                Manifests.STORE,
                Optional.of("r"),
                Map.of("t", "v"),
                Optional.of("/p"),
                ConversionStrategy.UNICODE,
                DecodingStrategy.BASE64,
                NullBytePolicy.FAIL,
                List.of()),
            new Entry.Single(
                "spec.data[0]",
                Manifests.STORE,
                "a",
                new Entry.Remote(
                    "k",
                    Optional.of("p"),
                    Optional.of("v"),
                    SecretRef.Part.TAGS,
                    DecodingStrategy.AUTO,
                    NullBytePolicy.FAIL)));
    assertThat(plan.deletionPolicy()).isEqualTo(DeletionPolicy.MERGE);
    assertThat(plan.immutable()).isTrue();
  }

  @Test
  void anEmptyTextIsAsGoodAsNone() {
    Plan plan =
        Manifests.plan(
            """
            data: [{secretKey: a, remoteRef: {key: k, property: '', version: ''}}]
            dataFrom: [{find: {path: '', name: {regexp: ''}, tags: {a: b}}}, {find: {path: x, name: {}}}]
            """);
    assertThat(plan.entries().get(0))
        .isInstanceOfSatisfying(
            Entry.Search.class,
            search -> {
              assertThat(search.path()).isEmpty();
              assertThat(search.nameRegexp()).isEmpty();
            });
    assertThat(plan.entries().get(2))
        .isInstanceOfSatisfying(
            Entry.Single.class,
            single -> {
              assertThat(single.remote().property()).isEmpty();
              assertThat(single.remote().version()).isEmpty();
            });
  }

  @Test
  void anEntrysOwnStoreWins() {
    Plan plan =
        Manifests.plan(
            """
            secretStoreRef: {name: aws, kind: ClusterSecretStore}
            data:
            - {secretKey: a, remoteRef: {key: k}}
            - {secretKey: b, remoteRef: {key: k}, sourceRef: {storeRef: {name: own}}}
            """);
    assertThat(plan.entries().stream().map(Entry::store))
        .containsExactly(
            new StoreName(StoreKind.CLUSTER_SECRET_STORE, "aws"),
            new StoreName(StoreKind.SECRET_STORE, "own"));
    assertThat(plan.stores().toString()).isEqualTo("[ClusterSecretStore/aws, SecretStore/own]");
  }

  private static String refusal(String spec) {
    return Manifests.refusal(SpecReader.read(Manifests.manifest(spec)));
  }

  @Test
  void whatIsNotThereIsRefusedWithTheWayOut() {
    assertThat(refusal("secretStoreRef: {}\ndata: [{secretKey: a, remoteRef: {key: k}}]"))
        .isEqualTo(
            "spec.data[0]: no store is named: set spec.secretStoreRef.name or sourceRef.storeRef"
                + " here");
    assertThat(refusal("target: {manifest: {apiVersion: v1, kind: ConfigMap}}\ndata: []"))
        .isEqualTo(
            "spec.target.manifest: this is not built in Keyturn: only Secrets are written; remove"
                + " this field");
    assertThat(refusal("dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: p}}}]"))
        .startsWith("spec.dataFrom[0].sourceRef.generatorRef: this is not built in Keyturn");
    assertThat(refusal("dataFrom: [{rewrite: []}]")).startsWith("spec.dataFrom[0]: ");
  }

  @Test
  void theSourcesOfTemplatesAreListedOnce() {
    Plan plan =
        Manifests.plan(
            """
            target:
              template:
                templateFrom:
                - {secret: {name: b, items: [{key: x}]}}
                - {configMap: {name: c, items: [{key: x}, {key: a}]}}
                - {configMap: {name: a, items: [{key: x}]}, secret: {name: b, items: [{key: y}]}}
                - {literal: 'a: b'}
            data: [{secretKey: a, remoteRef: {key: k}}]
            """);
    TemplateSource secret = new TemplateSource(TemplateSource.Kind.SECRET, "b");
    TemplateSource configMap = new TemplateSource(TemplateSource.Kind.CONFIG_MAP, "c");
    assertThat(plan.templateSources())
        .containsExactly(
            new TemplateSource(TemplateSource.Kind.CONFIG_MAP, "a"), configMap, secret);
    assertThat(plan.templateKeys(secret)).containsExactly("x", "y");
    assertThat(plan.templateKeys(configMap)).containsExactly("a", "x");
    assertThat(Manifests.plan("data: []").templateSources()).isEmpty();
  }
}
