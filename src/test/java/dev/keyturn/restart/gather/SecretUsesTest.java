package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.cluster.WorkloadPruning;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.SecretUse.Via;
import dev.keyturn.restart.decide.Subject;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SecretUsesTest {
  private static SecretUse reads(
      String secret, String key, String container, Via via, boolean optional) {
    return new SecretUse(
        secret, Optional.of(key).filter(it -> !it.isEmpty()), container, via, optional);
  }

  private static SecretUse reads(
      String secret, String key, String container, Via via, Set<String> requires) {
    return new SecretUse(
        secret, Optional.of(key).filter(it -> !it.isEmpty()), container, via, false, requires);
  }

  private static List<SecretUse> of(String podSpec) {
    Deployment deployment =
        Serialization.unmarshal(
            "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: n}, spec:"
                + " {selector: {matchLabels: {a: b}}, template: {spec: "
                + podSpec
                + "}}}",
            Deployment.class);
    List<SecretUse> whole = SecretUses.of(deployment.getSpec().getTemplate().getSpec());
    assertThat(SecretUses.of(WorkloadPruning.prune(deployment).getSpec().getTemplate().getSpec()))
        .as("pruned")
        .isEqualTo(whole);
    return whole;
  }

  @Test
  void environment_variables_read_single_keys() {
    assertThat(
            of(
                "{containers: [{name: c, env: [{name: A, value: x}, {name: B, valueFrom:"
                    + " {secretKeyRef: {name: s, key: k}}}, {name: C, valueFrom: {secretKeyRef:"
                    + " {name: s, key: l, optional: true}}}, {name: D, valueFrom: {configMapKeyRef:"
                    + " {name: s, key: k}}}]}]}"))
        .containsExactly(
            reads("s", "k", "c", Via.ENVIRONMENT, false),
            reads("s", "l", "c", Via.ENVIRONMENT, true));
  }

  @Test
  void env_from_reads_all_keys() {
    assertThat(
            of(
                "{containers: [{name: c, envFrom: [{configMapRef: {name: m}}, {prefix: P_,"
                    + " secretRef: {name: s}}, {secretRef: {name: o, optional: true}}]}]}"))
        .containsExactly(
            reads("s", "", "c", Via.ENVIRONMENT, false),
            reads("o", "", "c", Via.ENVIRONMENT, true));
  }

  @Test
  void volumes_read_all_keys_or_their_items() {
    assertThat(
            of(
                "{volumes: [{name: v, secret: {secretName: s}}, {name: w, secret: {secretName: t,"
                    + " optional: true, items: [{key: a, path: x/a}, {key: b, path: b}]}}, {name: e,"
                    + " emptyDir: {}}, {name: unused, secret: {secretName: u}}], containers: [{name:"
                    + " c, volumeMounts: [{name: v, mountPath: /v}, {name: w, mountPath: /w}, {name:"
                    + " e, mountPath: /e}]}, {name: d, volumeMounts: [{name: v, mountPath: /v}]}]}"))
        .containsExactly(
            reads("s", "", "c", Via.VOLUME, false),
            reads("t", "a", "c", Via.VOLUME, true),
            reads("t", "b", "c", Via.VOLUME, true),
            reads("s", "", "d", Via.VOLUME, false));
  }

  @Test
  void projected_volumes_read_each_of_their_secrets() {
    assertThat(
            of(
                "{volumes: [{name: v, projected: {sources: [{configMap: {name: m}}, {secret: {name:"
                    + " s}}, {secret: {name: t, optional: true, items: [{key: k, path: p}]}},"
                    + " {serviceAccountToken: {path: token}}]}}], containers: [{name: c,"
                    + " volumeMounts: [{name: v, mountPath: /v}]}]}"))
        .containsExactly(
            reads("s", "", "c", Via.VOLUME, false), reads("t", "k", "c", Via.VOLUME, true));
  }

  @Test
  void a_sub_path_reads_one_file_that_never_follows() {
    assertThat(
            of(
                "{volumes: [{name: v, secret: {secretName: s}}, {name: w, secret: {secretName: t,"
                    + " items: [{key: a, path: x/a}, {key: b, path: y}, {key: d, path: xx}]}}],"
                    + " containers: [{name: c, volumeMounts: [{name: v, mountPath: /v, subPath:"
                    + " tls.crt}, {name: v, mountPath: /w, subPathExpr: $(NAME)}, {name: w,"
                    + " mountPath: /x, subPath: x}, {name: w, mountPath: /y, subPath: y}, {name: w,"
                    + " mountPath: /z, subPathExpr: $(Z), subPath: ''}]}]}"))
        .containsExactly(
            reads("s", "tls.crt", "c", Via.SUB_PATH, Set.of()),
            reads("s", "", "c", Via.SUB_PATH, Set.of()),
            reads("t", "a", "c", Via.SUB_PATH, Set.of("a", "b", "d")),
            reads("t", "b", "c", Via.SUB_PATH, Set.of("a", "b", "d")),
            reads("t", "d", "c", Via.SUB_PATH, Set.of("a", "b", "d")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requirements")
  void a_container_starts_only_with(String sentence, String podSpec, Set<String> keys) {
    assertThat(of(podSpec).stream().flatMap(it -> it.requires().stream()))
        .as(sentence)
        .containsOnly(keys.toArray(String[]::new));
  }

  static Stream<Arguments> requirements() {
    return Stream.of(
        arguments("the key of a variable", variable(""), Set.of("k")),
        arguments("not that of an optional one", variable(", optional: true"), Set.of()),
        arguments(
            "no key of all",
            "{containers: [{name: c, envFrom: [{secretRef: {name: s}}]}]}",
            Set.of()),
        arguments("no key of a whole volume", volume("", ""), Set.of()),
        arguments("not even the one that it mounts", volume("", ", subPath: a"), Set.of()),
        arguments(
            "the items of a volume",
            volume(", items: [{key: a, path: x}, {key: b, path: y}]", ""),
            Set.of("a", "b")),
        arguments(
            "also those that it does not mount",
            volume(", items: [{key: a, path: x}, {key: b, path: y}]", ", subPath: x"),
            Set.of("a", "b")),
        arguments(
            "not those of an optional volume",
            volume(", optional: true, items: [{key: a, path: x}]", ""),
            Set.of()),
        arguments(
            "the items of a projected volume",
            "{volumes: [{name: v, projected: {sources: [{secret: {name: s, items: [{key: a, path:"
                + " x}]}}]}}], containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}]}",
            Set.of("a")));
  }

  private static String variable(String more) {
    return "{containers: [{name: c, env: [{name: B, valueFrom: {secretKeyRef: {name: s, key: k"
        + more
        + "}}}]}]}";
  }

  private static String volume(String more, String mount) {
    return "{volumes: [{name: v, secret: {secretName: s"
        + more
        + "}}], containers: [{name: c, volumeMounts: [{name: v, mountPath: /v"
        + mount
        + "}]}]}";
  }

  @Test
  void init_containers_and_sidecars_read_as_others_do() {
    assertThat(
            of(
                "{initContainers: [{name: i, envFrom: [{secretRef: {name: s}}]}, {name: side,"
                    + " restartPolicy: Always, envFrom: [{secretRef: {name: s}}]}], containers:"
                    + " [{name: c}]}"))
        .containsExactly(
            reads("s", "", "i", Via.ENVIRONMENT, false),
            reads("s", "", "side", Via.ENVIRONMENT, false));
  }

  @Test
  void pull_secrets_and_credentials_of_drivers_count_for_nobody() {
    assertThat(
            of(
                "{imagePullSecrets: [{name: s}], volumes: [{name: v, csi: {driver: d,"
                    + " nodePublishSecretRef: {name: s}}}], containers: [{name: c, volumeMounts:"
                    + " [{name: v, mountPath: /v}]}]}"))
        .isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "db                | db",
        "' db , mail,,db'  | db,mail",
        "''                | ''",
        "'Db,a_b,-a,a-,x'  | x",
        "a.b-c,'           | a.b-c"
      },
      quoteCharacter = '"')
  void an_annotation_names_secrets_that_no_reference_tells_of(String names, String expected) {
    assertThat(SecretUses.of(null, Optional.of(names.replace("'", ""))))
        .extracting(SecretUse::secret)
        .containsExactly(
            Stream.of(expected.replace("'", "").split(",", -1))
                .filter(it -> !it.isEmpty())
                .toArray(String[]::new));
  }

  @Test
  void no_more_than_twenty_names_count_however_long_the_annotation_is() {
    String names =
        IntStream.range(0, 100_000).mapToObj(i -> "s" + i).collect(Collectors.joining(","));
    assertThat(SecretUses.of(null, Optional.of(names)))
        .hasSize(20)
        .first()
        .isEqualTo(SecretUse.named("s0"));
    String longest = "a".repeat(253);
    String full =
        IntStream.range(0, 20)
            .mapToObj(i -> longest.substring(2) + (i + 10))
            .collect(Collectors.joining(", "));
    assertThat(SecretUses.of(null, Optional.of(full))).hasSize(20);
  }

  @Test
  void what_is_named_and_referenced_is_read_in_both_ways() {
    PodSpec spec =
        Serialization.unmarshal(
            "---\n{containers: [{name: c, envFrom: [{secretRef: {name: s}}]}]}", PodSpec.class);
    assertThat(SecretUses.of(spec, Optional.of("s")))
        .containsExactly(reads("s", "", "c", Via.ENVIRONMENT, false), SecretUse.named("s"));
  }

  @Test
  void a_workload_that_names_a_secret_keeps_its_selector_when_it_is_pruned() {
    Deployment deployment =
        Serialization.unmarshal(
            "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: n,"
                + " creationTimestamp: '2026-11-24T12:00:00Z', annotations:"
                + " {keyturn.dev/restart-for: db}}, spec: {selector: {matchLabels: {a: b}},"
                + " template: {spec: {containers: [{name: c}]}}}}",
            Deployment.class);
    Subject subject = Workloads.of(WorkloadPruning.prune(deployment)).subject();
    assertThat(subject.references()).containsExactly(SecretUse.named("db"));
    assertThat(subject.selector()).contains(deployment.getSpec().getSelector());
  }

  @Test
  void a_template_without_a_spec_reads_nothing() {
    assertThat(SecretUses.of(null)).isEmpty();
  }
}
