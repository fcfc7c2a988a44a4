package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.ParsedTemplates;
import dev.keyturn.gotemplate.Rendering;
import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.render.Manifests.Scene;
import dev.keyturn.testbed.ProcessorTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How templates and fetched keys become one Secret. */
class TemplatingTest {
  private static final String DATA = "data: [{secretKey: user, remoteRef: {key: db}}]\n";

  private static Scene template(String template) {
    return Scene.of(DATA + "target: {template: {" + template + "}}").secret("db", "u");
  }

  @Test
  void templatesReplaceTheFetchedKeysUnlessTheyAreMerged() {
    assertThat(template("data: {a: 'x-{{ .user }}'}").data()).isEqualTo(Map.of("a", "x-u"));
    assertThat(template("data: {a: 'x'}, mergePolicy: Replace").data()).isEqualTo(Map.of("a", "x"));
    assertThat(template("data: {a: 'x'}, mergePolicy: Merge").data())
        .isEqualTo(Map.of("a", "x", "user", "u"));
    assertThat(template("data: {user: 'x{{ .user }}'}, mergePolicy: Merge").data())
        .isEqualTo(Map.of("user", "xu"));
  }

  @Test
  void aTemplateThatMakesNoDataKeepsTheFetchedKeys() {
    assertThat(template("type: x").data()).isEqualTo(Map.of("user", "u"));
    assertThat(template("templateFrom: [{target: Labels, literal: 'a: b'}]").data())
        .isEqualTo(Map.of("user", "u"));
    assertThat(template("templateFrom: [{literal: '{}'}]").data()).isEmpty();
  }

  @Test
  void aDockerConfigThatIsNoJsonNamesTheKeyThatMadeIt() {
    String type = "type: kubernetes.io/dockerconfigjson, ";
    assertThat(template(type + "data: {.dockerconfigjson: '{{ .user }}'}").failure())
        .startsWith("spec.target.template.data[.dockerconfigjson]: ")
        .contains("under key .dockerconfigjson is not a JSON object");
    assertThat(
            Scene.of(
                    "data: [{secretKey: .dockerconfigjson, remoteRef: {key: db}}]\n"
                        + "target: {template: {type: kubernetes.io/dockerconfigjson}}")
                .secret("db", "[1]")
                .failure())
        .startsWith("spec.data[.dockerconfigjson]: ");
    assertThat(template(type + "data: {.dockerconfigjson: '{\"auths\": {}}'}").data())
        .containsKey(".dockerconfigjson");
  }

  @Test
  void theTextOfAnErrorIsNoValue() {
    for (String wrong :
        new String[] {
          "b64dec .user",
          "b32dec .user",
          "bcrypt (repeat 73 .user)",
          "htpasswd (print .user \":\") \"p\"",
          "derivePassword 1 .user \"p\" \"u\" \"s\"",
          "genPrivateKey .user"
        }) {
      assertThat(template("data: {a: '{{ " + wrong + " }}'}").failure())
          .as(wrong)
          .startsWith("spec.target.template.data[a]");
    }
  }

  @Test
  void aReleaseOfHelmIsNotWritten() {
    assertThat(template("type: helm.sh/release.v1").failure())
        .startsWith("spec.target.template.type: ")
        .contains("use type Opaque");
  }

  @Test
  void dataWinsOverTemplateFromAndLaterOverEarlier() {
    assertThat(
            template(
                    "data: {a: data}, templateFrom: [{literal: \"a: one\\n"
                        + "b: one\\n"
                        + "c: one\"}, {literal: \"b: two\\n"
                        + "a: two\"}]")
                .data())
        .isEqualTo(Map.of("a", "data", "b", "two", "c", "one"));
  }

  @Test
  void configMapsAndSecretsHoldTemplates() {
    assertThat(
            template(
                    "templateFrom: [{configMap: {name: c, items: [{key: one}, {key: two,"
                        + " templateAs: KeysAndValues}]}, secret: {name: s, items: [{key: three}]},"
                        + " literal: 'l: {{ .user }}'}]")
                .configMap("c", "one", "1{{ .user }}")
                .configMap("c", "two", "{{ .user }}k: v\nw: 1")
                .templateSecret("s", "three", "3{{ .user }}")
                .data())
        .isEqualTo(Map.of("one", "1u", "uk", "v", "w", "1", "three", "3u", "l", "u"));
  }

  @Test
  void targetsAreReadInAnyCase() {
    SecretData data =
        template(
                "metadata: {labels: {l: 'm-{{ .user }}'}, annotations: {a: 'm-{{ .user }}'}},"
                    + " templateFrom: [{target: labels, literal: \"l: x\\n"
                    + "l2: z\"}, {target: ANNOTATIONS, literal: \"a: x\\n"
                    + "a2: z\"}, {target: '', literal: 'd: z'}, {target: Data, literal: 'e: z'}]")
            .done();
    assertThat(data.labels()).isEqualTo(Map.of("l", "m-u", "l2", "z"));
    assertThat(data.annotations()).isEqualTo(Map.of("a", "m-u", "a2", "z"));
    assertThat(data.data()).containsOnlyKeys("d", "e");
    assertThat(template("templateFrom: [{target: spec, literal: 'a: b'}]").failure())
        .isEqualTo(
            "spec.target.template.templateFrom[0].target: this is not built in Keyturn: only Data,"
                + " Labels and Annotations can be made");
  }

  @Test
  void valuesOfTemplateFromAreDecoded() {
    assertThat(
            template(
                    "data: {d: YQ==}, templateFrom: [{valuesDecodingStrategy: Base64, literal: 'a:"
                        + " YQ==', configMap: {name: c, items: [{key: b}]}}]")
                .configMap("c", "b", "Yg==")
                .data())
        .isEqualTo(Map.of("a", "a", "b", "b", "d", "YQ=="));
    assertThat(
            template(
                    "templateFrom: [{valuesDecodingStrategy: Base64, literal: 'hunter2: hunter2'}]")
                .failure())
        .startsWith("spec.target.template.templateFrom[0].literal: ")
        .contains("is not Base64")
        .doesNotContain("hunter2");
    assertThat(
            template(
                    "templateFrom: [{valuesDecodingStrategy: Base64, secret: {name: s, items:"
                        + " [{key: b}]}}]")
                .templateSecret("s", "b", "hunter2")
                .failure())
        .startsWith("spec.target.template.templateFrom[0].secret[s/b]: key 'b' is not Base64")
        .doesNotContain("hunter2");
  }

  @Test
  void aMissingSourceOrKeyOfItIsNamed() {
    assertThat(template("templateFrom: [{configMap: {name: c, items: [{key: k}]}}]").failure())
        .isEqualTo(
            "spec.target.template.templateFrom[0].configMap: ConfigMap 'c' is not in this"
                + " namespace: create it");
    assertThat(
            template("templateFrom: [{secret: {name: s, items: [{key: k}]}}]")
                .templateSecret("s", "other", "x")
                .failure())
        .isEqualTo(
            "spec.target.template.templateFrom[0].secret: Secret 's' has no key 'k': add it, or"
                + " correct templateFrom[].items");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ fail \"hunter2\" }}",
        "{{ hunter2 }}",
        "{{ template \"hunter2\" }}",
        "{{ define \"hunter2\" }}{{ index . 1 2 }}{{ end }}{{ template \"hunter2\" . }}",
        "{{ .user.hunter2 }}",
        "{{ hunter2"
      })
  void nothingOfATemplateThatStandsInASecretIsTold(String text) {
    assertThat(
            template("templateFrom: [{secret: {name: s, items: [{key: k}]}}]")
                .templateSecret("s", "k", text)
                .failure())
        .startsWith(
            "spec.target.template.templateFrom[0].secret[s/k]: the template failed: line 1: it"
                + " cannot be")
        .doesNotContain("hunter2");
  }

  @Test
  void aTemplateThatFailsWhenTheTimeIsOverMayDoAnotherTime() {
    AtomicLong now = new AtomicLong();
    Scene scene = template("data: {a: '{{ range until 100000 }}x{{ end }}'}");
    Renderer slow =
        new Renderer(
            () -> Instant.EPOCH,
            ProcessorTime::nanos,
            () -> now.addAndGet(1_500_000_000),
            new SecureRandom());
    assertThat(slow.render(scene.plan(), scene.request(), scene.fetched(), scene.templates()))
        .isInstanceOfSatisfying(
            Rendered.Failed.class,
            failed -> {
              assertThat(failed.failure().mayPass()).isTrue();
              assertThat(failed.failure().message()).endsWith("it is tried again");
            });
    assertThat(((Rendered.Failed) template("data: {a: '{{ fail \"x\" }}'}").render()).failure())
        .matches(failure -> !failure.mayPass());
  }

  @Test
  void keysThatKubernetesRefusesAreNotToldWhenATemplateMadeThem() {
    assertThat(template("templateFrom: [{literal: 'hunter 2: x'}]").failure())
        .startsWith("spec.target.template.templateFrom[0].literal: the template makes a key that")
        .doesNotContain("hunter");
    assertThat(template("data: {'a/b': x}").failure())
        .startsWith("spec.target.template.data[a/b]: 'a/b' cannot be a key of a Secret");
  }

  @ParameterizedTest(name = "label {0} is refused")
  @ValueSource(
      strings = {
        "l: hunter 2",
        "l: -hunter",
        "l: hunter-",
        "l: 'hunter/2'",
        "'hunter 2': x",
        "a/b/c: hunter",
        "/a: hunter",
        "'A.b/c': hunter",
        "'a../c': hunter",
        "'': hunter",
        "keyturn.dev/x: hunter",
        "kubernetes.io/service-account.name: hunter"
      })
  void labelsThatTheServerWouldRefuseAreRefusedWithoutTheirValue(String literal) {
    assertThat(template("templateFrom: [{target: Labels, literal: \"" + literal + "\"}]").failure())
        .startsWith("spec.target.template.templateFrom[0].literal: ")
        .doesNotContain("hunter");
  }

  @Test
  void labelsAndAnnotationsHaveTheirLimits() {
    String longest = "a".repeat(63);
    assertThat(
            template("metadata: {labels: {'" + longest + "': '" + longest + "'}}").done().labels())
        .containsEntry(longest, longest);
    assertThat(template("metadata: {labels: {'b': '" + longest + "a'}}").failure())
        .startsWith("spec.target.template.metadata.labels[b]: the template makes a value");
    assertThat(template("metadata: {labels: {'" + longest + "a': b}}").failure())
        .contains("whose key Kubernetes refuses");
    String domain = "d".repeat(253);
    assertThat(template("metadata: {labels: {'" + domain + "/a': ''}}").done().labels()).hasSize(1);
    assertThat(template("metadata: {labels: {'" + domain + "d/a': ''}}").failure())
        .contains("whose key Kubernetes refuses");
    int left = 256 * 1024 - 1;
    assertThat(
            template("metadata: {annotations: {a: '" + "x".repeat(left) + "'}}")
                .done()
                .annotations())
        .hasSize(1);
    assertThat(template("metadata: {annotations: {a: '" + "x".repeat(left) + "y'}}").failure())
        .isEqualTo(
            "spec.target.template: the annotations would have 262145 bytes, more than the 262144"
                + " that Kubernetes allows");
  }

  @Test
  void bytesThatAreNotTextCannotBeALabelOrAnnotation() {
    Scene scene =
        Scene.of(DATA + "target: {template: {metadata: {annotations: {a: '{{ .user }}'}}}}")
            .secret("db", new byte[] {(byte) 0xff});
    assertThat(scene.failure())
        .isEqualTo(
            "spec.target.template.metadata.annotations[a]: the template makes bytes that are not"
                + " UTF-8 text");
  }

  @Test
  void binaryPassesThroughATemplate() {
    byte[] binary = {(byte) 0xff, 0, 1};
    assertThat(
            Scene.of(DATA + "target: {template: {data: {a: '{{ .user }}'}}}")
                .secret("db", binary)
                .done()
                .data()
                .get("a"))
        .isEqualTo(binary);
  }

  @Test
  void keysAreTransformedByATemplate() {
    assertThat(
            Scene.of(
                    "dataFrom: [{extract: {key: db}, rewrite: [{transform: {template: 'db_{{ .value"
                        + " | upper }}'}}]}]")
                .secret("db", "{\"user\":1}")
                .data())
        .isEqualTo(Map.of("db_USER", "1"));
  }

  @Test
  void aTemplateThatFailsIsNamedWithoutTheValue() {
    assertThat(template("data: {a: '{{ .nope }}'}").failure())
        .startsWith("spec.target.template.data[a]: the template failed: ");
    assertThat(template("data: {a: '{{ fail .user }}'}").secret("db", "hunter2").failure())
        .startsWith("spec.target.template.data[a]: the template failed: ")
        .doesNotContain("hunter2");
  }

  @Test
  void keysThatAreMadeAnewEachTimeAreKnown() {
    assertThat(
            template(
                    "data: {a: '{{ randAlpha 5 }}', b: '{{ .user }}', c: '{{ htpasswd .user .user"
                        + " }}'}, templateFrom: [{literal: \"a: {{ uuidv4 }}\\n"
                        + "b: {{ uuidv4 }}\\n"
                        + "d: {{ now }}\"}]")
                .done()
                .unsteady())
        .containsExactly("a", "c", "d");
    assertThat(template("metadata: {labels: {a: '{{ randAlpha 5 }}'}}").done().unsteady())
        .isEmpty();
  }

  @Test
  void allTemplatesOfASecretShareOneBudget() {
    String loop = "{{ range until 100000 }}{{ end }}";
    StringBuilder many = new StringBuilder("data: {");
    for (int i = 0; i < 400; i++) {
      many.append("k").append(i).append(": '").append(loop).append("',");
    }
    assertThat(template("data: {k: '" + loop + "'}").data()).containsOnlyKeys("k");
    assertThat(template(many + "}").failure()).contains("too much to do: line 1: ");
  }

  @Test
  void ourOwnMarksAreNotForTemplates() {
    for (String key : new String[] {"keyturn.dev/owner", "kubernetes.io/service-account.name"}) {
      for (String kind : new String[] {"annotations", "labels"}) {
        assertThat(template("metadata: {%s: {%s: x}}".formatted(kind, key)).failure())
            .startsWith("spec.target.template.metadata." + kind + "[" + key + "]: ")
            .contains("are not for templates");
      }
    }
  }

  private static long parsedAnew(Scene scene, ParsedTemplates parsed) {
    long before = parsed.size();
    Rendering rendering =
        new Rendering(Allowance.STANDARD, () -> Instant.EPOCH, () -> 0, new SecureRandom());
    Rendered rendered =
        new Renderer(rendering, parsed)
            .render(scene.plan(), scene.request(), scene.fetched(), scene.templates());
    assertThat(rendered).isInstanceOf(Rendered.Done.class);
    return parsed.size() - before;
  }

  @Test
  void templatesAreParsedOnceForAllWhoHaveThem() {
    ParsedTemplates parsed = new ParsedTemplates(() -> 0);
    String same =
        "data: {a: '{{ .user }}'}, templateFrom: [{literal: 'l: v'}, {configMap: {name: c, items:"
            + " [{key: k}]}}]";
    assertThat(parsedAnew(template(same).configMap("c", "k", "1"), parsed)).isEqualTo(3);
    assertThat(parsedAnew(template(same).configMap("c", "k", "1"), parsed)).isZero();
    assertThat(parsedAnew(template(same).configMap("c", "k", "2"), parsed)).isEqualTo(1);
  }

  @Test
  void noTemplateOfASecretIsHeld() {
    Scene scene =
        template(
                "templateFrom: [{secret: {name: s, items: [{key: k}, {key: m, templateAs:"
                    + " KeysAndValues}]}}]")
            .templateSecret("s", "k", "1{{ .user }}")
            .templateSecret("s", "m", "n: 1");
    assertThat(parsedAnew(scene, new ParsedTemplates(() -> 0))).isZero();
  }

  @Test
  void aTemplateThatIsHeldIsStillUnsteady() {
    Renderer renderer = new Renderer(() -> Instant.EPOCH, () -> 0, () -> 0, new SecureRandom());
    Scene scene = template("data: {a: '{{ randAlpha 5 }}', b: '{{ .user }}'}");
    for (int i = 0; i < 2; i++) {
      Rendered rendered =
          renderer.render(scene.plan(), scene.request(), scene.fetched(), scene.templates());
      assertThat(((Rendered.Done) rendered).data().unsteady()).containsExactly("a");
    }
  }
}
