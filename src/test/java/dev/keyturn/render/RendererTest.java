package dev.keyturn.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.render.Manifests.Scene;
import dev.keyturn.source.SourceFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From manifest and answers to what shall become of the Secret. */
class RendererTest {

  @Test
  void aWholeSecretBecomesOneKey() {
    assertThat(Scene.of("data: [{secretKey: a, remoteRef: {key: db}}]").secret("db", "x y").data())
        .isEqualTo(Map.of("a", "x y"));
  }

  @Test
  void bytesThatAreNotTextPassWhole() {
    byte[] binary = {(byte) 0xff, 0, 1};
    Rendered rendered =
        Scene.of("data: [{secretKey: a, remoteRef: {key: db}}]").secret("db", binary).render();
    assertThat(((Rendered.Done) rendered).data().data().get("a")).isEqualTo(binary);
  }

  @Test
  void aPropertyIsTakenOut() {
    assertThat(
            Scene.of(
                    """
                    data:
                    - {secretKey: password, remoteRef: {key: db, property: password}}
                    - {secretKey: port, remoteRef: {key: db, property: port}}
                    - {secretKey: raw, remoteRef: {key: db, property: tls}}
                    - {secretKey: nothing, remoteRef: {key: db, property: none}}
                    """)
                .secret(
                    "db",
                    "{\"password\":\"p\\n"
                        + "\",\"port\":5432,\"tls\":{ \"b\":1,\"a\":2},\"none\":null}")
                .data())
        .isEqualTo(
            Map.of("password", "p\n", "port", "5432", "raw", "{ \"b\":1,\"a\":2}", "nothing", ""));
  }

  @Test
  void aMissingPropertyNamesEntryKeyAndSecretButNoValue() {
    assertThat(
            Scene.of("data: [{secretKey: a, remoteRef: {key: db, property: nope}}]")
                .secret("db", "{\"password\":\"hunter2\"}")
                .failure())
        .isEqualTo(
            "spec.data[0]: property 'nope' is not in secret 'db': correct the path or add it to the"
                + " secret");
  }

  @Test
  void aPropertyOfTextThatIsNotJsonFails() {
    assertThat(
            Scene.of("data: [{secretKey: a, remoteRef: {key: db, property: p}}]")
                .secret("db", "hunter2")
                .failure())
        .contains("spec.data[0]: secret 'db' is not JSON")
        .doesNotContain("hunter2");
  }

  @Test
  void aPropertyOfBinaryFails() {
    assertThat(
            Scene.of("data: [{secretKey: a, remoteRef: {key: db, property: p}}]")
                .secret("db", new byte[] {(byte) 0xff})
                .failure())
        .contains("secret 'db' is binary");
  }

  @Test
  void extractMakesAKeyOfEachMember() {
    assertThat(
            Scene.of("dataFrom: [{extract: {key: db}}]")
                .secret("db", "{\"user\":\"u\",\"a/b\":1.50,\"a\":{\"x\": 1},\"user\":\"last\"}")
                .data())
        .isEqualTo(Map.of("user", "last", "a_b", "1.50", "a", "{\"x\": 1}"));
  }

  @Test
  void extractOfAPropertyReadsTheObjectOrTheTextInIt() {
    assertThat(
            Scene.of(
                    "dataFrom: [{extract: {key: db, property: in.0}}, {extract: {key: db, property:"
                        + " text}}]")
                .secret("db", "{\"in\":[{\"a\":\"1\"}],\"text\":\"{\\\"b\\\":\\\"2\\\"}\"}")
                .data())
        .isEqualTo(Map.of("a", "1", "b", "2"));
  }

  @Test
  void extractOfAnythingButAnObjectFails() {
    for (String text : List.of("[1]", "null", "7", "\"s\"", "plain", "")) {
      assertThat(Scene.of("dataFrom: [{extract: {key: db}}]").secret("db", text).failure())
          .as(text)
          .startsWith("spec.dataFrom[0]: secret 'db' is not a JSON object");
    }
    assertThat(Scene.of("dataFrom: [{extract: {key: db}}]").secret("db", new byte[] {-1}).failure())
        .contains("binary");
  }

  @Test
  void anEmptyKeyIsDropped() {
    assertThat(Scene.of("dataFrom: [{extract: {key: db}}]").secret("db", "{\"\":1,\"a\":2}").data())
        .isEqualTo(Map.of("a", "2"));
  }

  @Test
  void aRewriteThatLeavesNoKeyIsRefusedWithTheHint() {
    String rewrite =
        "dataFrom: [{extract: {key: db}, rewrite: [{regexp: {source: '(.*)', target: '%s'}}]}]";
    assertThat(Scene.of(rewrite.formatted("$1_X")).secret("db", "{\"a\":1}").failure())
        .startsWith("spec.dataFrom[0].rewrite: this makes every key empty ('a')")
        .contains("${1}_X");
    assertThat(Scene.of(rewrite.formatted("${1}_X")).secret("db", "{\"a\":1}").data())
        .isEqualTo(Map.of("a_X", "1"));
    assertThat(Scene.of(rewrite.formatted("$1_X")).secret("db", "{}").data()).isEmpty();
    assertThat(Scene.of(rewrite.formatted("X$1_X")).secret("db", "{\"a\":1,\"b\":2}").failure())
        .contains("'a' and 'b' both become key 'X'", "${1}_X");
  }

  @Test
  void whatOthersTrackObjectsByIsNotCopied() {
    assertThat(
            MetadataRules.inherited(
                Map.of(
                    "team", "shop",
                    "app.kubernetes.io/name", "shop",
                    "app.kubernetes.io/instance", "shop",
                    "app.kubernetes.io/managed-by", "Helm",
                    "argocd.argoproj.io/tracking-id", "x",
                    "kustomize.toolkit.fluxcd.io/name", "x",
                    "helm.toolkit.fluxcd.io/namespace", "x",
                    "meta.helm.sh/release-name", "x")))
        .containsOnlyKeys("team", "app.kubernetes.io/name");
  }

  @Test
  void laterEntriesOfDataFromWinAndDataWinsOverAll() {
    assertThat(
            Scene.of(
                    """
                    dataFrom:
                    - extract: {key: one}
                    - extract: {key: two}
                    data:
                    - {secretKey: c, remoteRef: {key: three}}
                    """)
                .secret("one", "{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\"}")
                .secret("two", "{\"b\":\"2\",\"c\":\"2\"}")
                .secret("three", "3")
                .data())
        .isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
  }

  @Test
  void convertedKeysThatCollideNameBoth() {
    assertThat(
            Scene.of("dataFrom: [{extract: {key: db}}]")
                .secret("db", "{\"a/b\":1,\"a b\":2}")
                .failure())
        .isEqualTo(
            "spec.dataFrom[0]: 'a/b' and 'a b' both become key 'a_b': tell them apart with rewrite,"
                + " or with conversionStrategy Unicode");
    assertThat(
            Scene.of("dataFrom: [{extract: {key: db, conversionStrategy: Unicode}}]")
                .secret("db", "{\"a/b\":1,\"a b\":2}")
                .data())
        .isEqualTo(Map.of("a_U002f_b", "1", "a_U0020_b", "2"));
  }

  @Test
  void findMakesAKeyOfEachName() {
    assertThat(
            Scene.of("dataFrom: [{find: {name: {regexp: app}, decodingStrategy: Base64}}]")
                .find(List.of("app/one", "app/two"))
                .secret("app/one", "MQ==")
                .secret("app/two", "Mg==")
                .data())
        .isEqualTo(Map.of("app_one", "1", "app_two", "2"));
  }

  @Test
  void rewrittenKeysAreNotConverted() {
    String manifest =
        "dataFrom: [{find: {path: app/}, rewrite: [{regexp: {source: 'app/(.*)', target: '%s'}}]}]";
    assertThat(
            Scene.of(manifest.formatted("$1"))
                .find(List.of("app/one"))
                .secret("app/one", "1")
                .data())
        .isEqualTo(Map.of("one", "1"));
    assertThat(
            Scene.of(manifest.formatted("x/$1"))
                .find(List.of("app/one"))
                .secret("app/one", "1")
                .failure())
        .contains("spec.dataFrom[0]: 'x/one' cannot be a key of a Secret");
    assertThat(
            Scene.of(manifest.formatted("x"))
                .find(List.of("app/one", "app/two"))
                .secret("app/one", "1")
                .secret("app/two", "1")
                .failure())
        .contains("spec.dataFrom[0].rewrite[0]: 'app/one' and 'app/two' both become key 'x'");
    assertThat(
            Scene.of(manifest.formatted(""))
                .find(List.of("app/one", "app/two"))
                .secret("app/one", "1")
                .secret("app/two", "1")
                .failure())
        .contains("spec.dataFrom[0].rewrite: this makes every key empty");
  }

  @Test
  void aSecretThatAppearsOutsideOfThePathIsLeftOut() {
    assertThat(
            Scene.of("dataFrom: [{find: {path: app/}}]")
                .find(List.of("app/one", "other"))
                .secret("app/one", "1")
                .data())
        .isEqualTo(Map.of("app_one", "1"));
  }

  @Test
  void aValueThatIsNotBase64Fails() {
    assertThat(
            Scene.of("data: [{secretKey: a, remoteRef: {key: db, decodingStrategy: Base64}}]")
                .secret("db", "hunter2")
                .failure())
        .isEqualTo(
            "spec.data[0]: key 'a' is not Base64: correct the secret, or use decodingStrategy Auto"
                + " or None");
    assertThat(
            Scene.of("data: [{secretKey: a, remoteRef: {key: db, decodingStrategy: Base64URL}}]")
                .secret("db", "hunter2")
                .failure())
        .contains("key 'a' is not Base64URL");
  }

  @Test
  void nulBytesFailWhereThePolicySaysSo() {
    assertThat(
            Scene.of("data: [{secretKey: a, remoteRef: {key: db, nullBytePolicy: Fail}}]")
                .secret("db", "a\0b")
                .failure())
        .contains("spec.data[0]: key 'a' has a NUL byte");
    assertThat(
            Scene.of(
                    "data: [{secretKey: a, remoteRef: {key: db, nullBytePolicy: Fail,"
                        + " decodingStrategy: Base64}}]")
                .secret("db", "AA==")
                .failure())
        .contains("NUL byte");
    assertThat(Scene.of("data: [{secretKey: a, remoteRef: {key: db}}]").secret("db", "a\0b").data())
        .isEqualTo(Map.of("a", "a\0b"));
  }

  @Test
  void moreThanAMebibyteFailsAndExactlyOnePasses() {
    byte[] half = new byte[512 * 1024];
    String manifest =
        "data: [{secretKey: a, remoteRef: {key: h}}, {secretKey: b, remoteRef: {key: %s}}]";
    assertThat(Scene.of(manifest.formatted("h")).secret("h", half).render())
        .isInstanceOf(Rendered.Done.class);
    assertThat(
            Scene.of(manifest.formatted("i"))
                .secret("h", half)
                .secret("i", new byte[512 * 1024 + 1])
                .failure())
        .contains("spec.target: the Secret would have 1048577 bytes");
  }

  @Test
  void withoutTemplateLabelsAndAnnotationsAreInherited() {
    Scene scene = Scene.of("data: [{secretKey: a, remoteRef: {key: db}}]").secret("db", "x");
    scene.manifest().getMetadata().setLabels(Map.of("app", "shop", "keyturn.dev/x", "1"));
    scene
        .manifest()
        .getMetadata()
        .setAnnotations(
            Map.of(
                "kubectl.kubernetes.io/last-applied-configuration", "{}",
                "argocd.argoproj.io/tracking-id", "t",
                "argocd.argoproj.io/sync-wave", "1",
                "keyturn.dev/force-sync", "now"));
    SecretData data = ((Rendered.Done) scene.render()).data();
    assertThat(data.labels()).isEqualTo(Map.of("app", "shop"));
    assertThat(data.annotations()).isEqualTo(Map.of("argocd.argoproj.io/sync-wave", "1"));
    assertThat(data.type()).isEqualTo("Opaque");
    assertThat(data.immutable()).isFalse();
  }

  @Test
  void aTemplateWithoutDataKeepsTheFetchedKeys() {
    Scene scene =
        Scene.of(
                """
                target:
                  immutable: true
                  template:
                    type: kubernetes.io/tls
                    metadata: {labels: {tier: db}, annotations: {note: plain}, finalizers: [x/y]}
                data: [{secretKey: a, remoteRef: {key: db}}]
                """)
            .secret("db", "x");
    scene.manifest().getMetadata().setLabels(Map.of("app", "shop"));
    SecretData data = ((Rendered.Done) scene.render()).data();
    assertThat(data.type()).isEqualTo("kubernetes.io/tls");
    assertThat(data.labels()).isEqualTo(Map.of("tier", "db"));
    assertThat(data.annotations()).isEqualTo(Map.of("note", "plain"));
    assertThat(data.finalizers()).containsExactly("x/y");
    assertThat(data.immutable()).isTrue();
    assertThat(data.data()).containsOnlyKeys("a");
  }

  @Test
  void whatAwsRefusesIsNotRendered() {
    Rendered rendered =
        Scene.of(
                "data: [{secretKey: a, remoteRef: {key: db}}, {secretKey: b, remoteRef: {key:"
                    + " gone}}]")
            .fails("db", new SourceFailure.Throttled("db", "ThrottlingException", "wait"))
            .fails("gone", Manifests.gone("gone"))
            .render();
    assertThat(rendered)
        .isEqualTo(
            new Rendered.Unread(
                List.of(new SourceFailure.Throttled("db", "ThrottlingException", "wait"))));
  }

  @Test
  void aNameThatWasFoundButCannotBeReadFailsTheSearch() {
    Rendered rendered =
        Scene.of("target: {deletionPolicy: Merge}\ndataFrom: [{find: {path: app/}}]")
            .find(List.of("app/one", "app/two"))
            .secret("app/one", "1")
            .fails("app/two", Manifests.gone("app/two"))
            .render();
    assertThat(rendered).isEqualTo(new Rendered.Unread(List.of(Manifests.gone("app/two"))));
  }

  @Test
  void aFailedSearchIsNotAnEmptyOne() {
    SourceFailure denied = new SourceFailure.Unavailable("find", "InternalServiceError", "wait");
    assertThat(
            Scene.of("target: {deletionPolicy: Delete}\ndataFrom: [{find: {path: app/}}]")
                .findFails(denied)
                .render())
        .isEqualTo(new Rendered.Unread(List.of(denied)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Retain", "Delete", "Merge"})
  void aVersionThatIsNotThereIsAnErrorAndNotASourceThatIsGone(String policy) {
    SourceFailure noVersion =
        new SourceFailure.NotFound(
            "db", "NoSuchVersion", "it has no such version: check remoteRef.version");
    String target = "target: {deletionPolicy: " + policy + "}\n";
    Scene stage =
        Scene.of(target + "data: [{secretKey: a, remoteRef: {key: db, version: AWSPREVIUOS}}]")
            .fails("db", noVersion);
    assertThat(stage.render()).isEqualTo(new Rendered.Unread(List.of(noVersion)));
  }

  @Test
  void deletionPolicySaysWhatBecomesOfAMissingSource() {
    String two =
        "data: [{secretKey: a, remoteRef: {key: db}}, {secretKey: b, remoteRef: {key: gone}}]";
    String one = "data: [{secretKey: b, remoteRef: {key: gone}}]";
    record Row(String policy, String data, Class<?> outcome, List<String> keys) {}
    for (Row row :
        List.of(
            new Row("Retain", two, Rendered.Kept.class, List.of()),
            new Row("Retain", one, Rendered.Kept.class, List.of()),
            new Row("Delete", two, Rendered.Done.class, List.of("a")),
            new Row("Delete", one, Rendered.Gone.class, List.of()),
            new Row("Merge", two, Rendered.Done.class, List.of("a")),
            new Row("Merge", one, Rendered.Done.class, List.of()))) {
      Rendered rendered =
          Scene.of("target: {deletionPolicy: " + row.policy() + "}\n" + row.data())
              .secret("db", "x")
              .fails("gone", Manifests.gone("gone"))
              .render();
      assertThat(rendered).as(row.toString()).isInstanceOf(row.outcome());
      List<Rendered.Missing> missing =
          switch (rendered) {
            case Rendered.Done done -> {
              assertThat(done.data().data().keySet()).containsExactlyElementsOf(row.keys());
              yield done.missing();
            }
            case Rendered.Gone gone -> gone.missing();
            case Rendered.Kept kept -> kept.missing();
            case Rendered.Unread _, Rendered.Failed _ -> List.of();
          };
      String where = row.data().equals(two) ? "spec.data[1]" : "spec.data[0]";
      assertThat(missing)
          .containsExactly(
              new Rendered.Missing(where + ": gone: ResourceNotFoundException: create it"));
    }
  }

  @Test
  void aSearchWithoutMatchIsAMissingSourceOnlyIfNothingElseIsThere() {
    String find = "dataFrom: [{find: {path: app/}}]\n";
    assertThat(Scene.of(find).find(List.of()).render())
        .isEqualTo(
            new Rendered.Kept(
                List.of(new Rendered.Missing("spec.dataFrom[0]: find matches no secret"))));
    assertThat(
            Scene.of(find + "data: [{secretKey: a, remoteRef: {key: db}}]")
                .find(List.of())
                .secret("db", "x")
                .data())
        .isEqualTo(Map.of("a", "x"));
    assertThat(Scene.of("target: {deletionPolicy: Delete}\n" + find).find(List.of()).render())
        .isInstanceOf(Rendered.Gone.class);
  }

  @Test
  void anEmptyObjectIsASourceThatIsThere() {
    assertThat(
            Scene.of("target: {deletionPolicy: Delete}\ndataFrom: [{extract: {key: db}}]")
                .secret("db", "{}")
                .data())
        .isEmpty();
  }

  @Test
  void noTextShowsAValue() {
    Scene scene = Scene.of("data: [{secretKey: a, remoteRef: {key: db}}]").secret("db", "hunter2");
    assertThat(scene.render().toString()).doesNotContain("hunter2").contains("a");
    assertThat(JsonText.parse("\"hunter2\"".getBytes(UTF_8)).orElseThrow().toString())
        .doesNotContain("hunter2");
  }
}
