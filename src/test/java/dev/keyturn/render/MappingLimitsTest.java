package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.render.Manifests.Scene;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mapping keys costs as templates do: what takes long is not tried where whoever asks stands. */
class MappingLimitsTest {
  private static final int LARGEST = 64 * 1024;

  private static String lines(int count, String line) {
    return IntStream.range(0, count).mapToObj(line::formatted).collect(Collectors.joining("\n"));
  }

  private static String data(int count, String remote) {
    return "data:\n" + lines(count, "- {secretKey: k%1$d, remoteRef: {key: db, " + remote + "}}");
  }

  private static String dataFrom(int count, String rest) {
    return "dataFrom:\n" + lines(count, "- {extract: {key: db" + rest + "}");
  }

  /** As many of them as have room in a secret. */
  private static String object(int eachLength, String member) {
    return IntStream.range(0, LARGEST / eachLength)
        .mapToObj(member::formatted)
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static Scene nested(int entries) {
    int depth = 500;
    String path = "0" + ".0".repeat(depth - 1);
    return Scene.of(data(entries, "property: '" + path + "'"))
        .secret(
            "db", "[".repeat(depth) + "\"v\",\"" + "x".repeat(60_000) + "\"" + "]".repeat(depth));
  }

  static Stream<Named<Scene>> costly() {
    String flat = object(16, "\"k%1$05d\":\"%1$05d\"");
    String base64 = Base64.getEncoder().encodeToString(new byte[48 * 1024]);
    return Stream.of(
        Named.of("a path through nested arrays", nested(1)),
        Named.of(
            "many properties of one secret",
            Scene.of(data(500, "property: k%1$05d")).secret("db", flat)),
        Named.of("the same secret over and over", Scene.of(dataFrom(100, "}")).secret("db", flat)),
        Named.of(
            "keys of other letters",
            Scene.of(dataFrom(100, ", conversionStrategy: Unicode}"))
                .secret("db", object(32, "\"!!!!!!!!!!!!!!!!!!!!%1$05d\":1"))),
        Named.of(
            "values that are decoded",
            Scene.of(data(500, "decodingStrategy: Base64")).secret("db", base64)),
        Named.of(
            "values that have no NUL bytes",
            Scene.of(data(500, "nullBytePolicy: Fail")).secret("db", base64)),
        Named.of(
            "objects that are merged",
            Scene.of(
                    dataFrom(
                        100,
                        ", property: o}, rewrite: [{merge: {strategy: JSON, into: all,"
                            + " conflictPolicy: Ignore}}]"))
                .secret("db", "{\"o\":{\"p\":" + flat + "}}")),
        Named.of(
            "YAML that a template makes",
            Scene.of(
                    data(1, "property: k00000")
                        + "\ntarget: {template: {templateFrom: [{configMap: {name: t, items: [{key:"
                        + " a, templateAs: KeysAndValues}]}}]}}")
                .secret("db", flat)
                .configMap("t", "a", lines(5_000, "key%05d: a"))));
  }

  @ParameterizedTest
  @MethodSource
  void costly(Scene scene) {
    assertThat(scene.quick()).isEmpty();
  }

  @Test
  void whatNeedsMoreThanIsAllowedEndsInASentence() {
    assertThat(nested(500).failure())
        .matches(
            "spec\\.data\\[[0-9]+]: too much to do: needs more than the 10000000 steps that are"
                + " allowed; make it simpler, or read fewer keys");
  }

  @Test
  void fiveHundredPropertiesOfTheLargestSecretAreNotTooMuch() {
    assertThat(
            Scene.of(data(500, "property: k%1$05d"))
                .secret("db", object(16, "\"k%1$05d\":\"%1$05d\""))
                .data())
        .hasSize(500);
  }

  @Test
  void twentyPropertiesOfAnOrdinarySecretAreQuick() {
    assertThat(
            Scene.of(data(20, "property: k%1$05d"))
                .secret(
                    "db",
                    "{"
                        + lines(50, "\"k%1$05d\": \"a password of the usual length\",")
                        + "\"k\":1}")
                .quick())
        .get()
        .isInstanceOf(Rendered.Done.class);
  }
}
