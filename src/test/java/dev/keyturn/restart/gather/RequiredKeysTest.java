package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.SecretUse.Via;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Subject.Consent;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequiredKeysTest {
  private static final Map<String, Set<String>> LIVE =
      Map.of("shop/db", Set.of("password"), "shop/mail", Set.of(), "shop/heir", Set.of("a"));

  /** The Secret of db stands, that of gone was taken away, and that of failing never was. */
  private static final Map<String, ExternalSecret> WRITERS =
      Map.of(
          "db", writer("db", "content: {hash: 'k:h', inputs: ''}, binding: {name: db}"),
          "mail", writer("mail", "content: {hash: 'k:h', inputs: ''}, binding: {name: mail}"),
          "away", writer("away", "content: {hash: 'k:h', inputs: ''}, binding: {name: away}"),
          "gone", writer("gone", "content: {hash: 'k:h', inputs: ''}"),
          "heir", writer("heir", "content: {hash: 'k:h', inputs: ''}"),
          "failing", writer("failing", ""));

  private static ExternalSecret writer(String name, String status) {
    return Serialization.unmarshal(
        "---\n{apiVersion: keyturn.dev/v1, kind: ExternalSecret, metadata: {namespace: shop, name: %s},"
                .formatted(name)
            + " spec: {}, status: {%s}}".formatted(status),
        ExternalSecret.class);
  }

  static Stream<Arguments> workloads() {
    return Stream.of(
        says("a key that is there is no trouble", "", key("db", "password")),
        says("one that is not there is", "Secret db has no key old", key("db", "old")),
        says(
            "the first that is not there is named",
            "Secret db has no key old",
            key("db", "password"),
            key("db", "old"),
            key("mail", "user")),
        says("an empty Secret is there", "", all("mail", false)),
        says("a Secret that was taken away is not", "Secret gone is gone", all("gone", false)),
        says("unless another one wrote it since", "", all("heir", false)),
        says("nor are its keys", "Secret gone is gone", key("gone", "password")),
        says("which is nothing to who can do without", "", all("gone", true)),
        says("one that somebody deleted is back in a moment", "", key("away", "password")),
        says("of one that was never written nothing is known", "", key("failing", "password")),
        says("of one that is not ours neither", "", key("theirs", "password")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("workloads")
  void tells_what_is_missing(String sentence, String expected, List<SecretUse> uses) {
    RequiredKeys required =
        new RequiredKeys(
            (_, secret) -> Optional.ofNullable(WRITERS.get(secret)).stream().toList(),
            (namespace, secret) -> Optional.ofNullable(LIVE.get(namespace + "/" + secret)));
    assertThat(required.missing(reads(uses)))
        .as(sentence)
        .isEqualTo(Optional.of(expected).filter(it -> !it.isEmpty()));
  }

  private static Arguments says(String sentence, String expected, SecretUse... uses) {
    return arguments(sentence, expected, List.of(uses));
  }

  private static SecretUse key(String secret, String key) {
    return new SecretUse(secret, Optional.of(key), "app", Via.ENVIRONMENT, false);
  }

  private static SecretUse all(String secret, boolean optional) {
    return new SecretUse(secret, Optional.empty(), "app", Via.ENVIRONMENT, optional);
  }

  private static Subject reads(List<SecretUse> uses) {
    return new Subject(
        "Deployment",
        "shop",
        "web",
        "uid-web",
        "7",
        Instant.EPOCH,
        Consent.UNSAID,
        0,
        dev.keyturn.restart.decide.Marks.NONE,
        uses,
        Optional.empty());
  }
}
