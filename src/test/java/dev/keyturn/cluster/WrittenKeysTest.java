package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When keys of a Secret were written as they are, as its field managers tell. */
class WrittenKeysTest {
  static Stream<Arguments> secrets() {
    return Stream.of(
        arguments(
            "somebody wrote it",
            ours("other", "10:00:00") + data("vi", "k", "11:00:00"),
            "11:00:00"),
        arguments(
            "of two the first counts",
            data("vi", "k", "12:00:00") + data("ed", "l", "11:00:00"),
            "11:00:00"),
        arguments(
            "who wrote other keys does not",
            data("vi", "k", "12:00:00") + data("ed", "other", "11:00:00"),
            "12:00:00"),
        arguments(
            "somebody without a name", field("", "11:00:00", "{f:data: {f:k: {}}}"), "11:00:00"),
        arguments(
            "nobody wrote it",
            ours("other", "10:00:00") + field("manager: vi", "11:00:00", "{f:metadata: {}}"),
            ""),
        arguments(
            "who tells no time does not count",
            "{manager: vi, fieldsV1: {f:data: {f:k: {}}}}",
            ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("secrets")
  void tells(String sentence, String managed, String expected) {
    Secret secret =
        Serialization.unmarshal(
            "---\n{apiVersion: v1, kind: Secret, metadata: {name: a, managedFields: ["
                + managed.replace("}{", "}, {")
                + "]}}",
            Secret.class);
    assertThat(SecretView.writtenAt(secret, Set.of("k", "l")))
        .as(sentence)
        .isEqualTo(
            Optional.of(expected)
                .filter(it -> !it.isEmpty())
                .map(it -> Instant.parse("2026-11-24T" + it + "Z")));
  }

  private static String ours(String key, String time) {
    return data("keyturn/uid", key, time);
  }

  private static String data(String manager, String key, String time) {
    return field("manager: " + manager, time, "{f:data: {f:%s: {}}}".formatted(key));
  }

  private static String field(String manager, String time, String fields) {
    return "{%s time: '2026-11-24T%sZ', fieldsV1: %s}"
        .formatted(manager.isEmpty() ? "" : manager + ",", time, fields);
  }
}
