package dev.keyturn.sync.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.sync.Secrets;
import dev.keyturn.sync.Secrets.Live;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which Secret counts as written by the ExternalSecret {@code db} with UID {@code uid}. */
class TargetSecretTest {
  static Stream<Arguments> secrets() {
    Live nobodys = Secrets.live();
    Live owned = nobodys.controller("keyturn.dev/v1", "db", "uid");
    return Stream.of(
        arguments("what it owns", "Owner", owned, true),
        arguments("what it owns, without the label", "Owner", owned.managedBy(""), true),
        arguments("not what only has the name", "Owner", nobodys, false),
        arguments(
            "not what a namesake before it owned",
            "Owner",
            nobodys.controller("keyturn.dev/v1", "db", "older"),
            false),
        arguments("what names it", "Orphan", nobodys.managedBy("db"), true),
        arguments("not what names another", "Orphan", nobodys.managedBy("other"), false),
        arguments("not where it has no key yet", "Merge", nobodys, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("secrets")
  void counts_as_written(String sentence, String policy, Live live, boolean expected) {
    assertThat(
            TargetSecret.isOf(
                Secrets.externalSecret("target: {creationPolicy: %s}".formatted(policy), Map.of()),
                live.view()))
        .isEqualTo(expected);
  }
}
