package dev.keyturn.sync.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.render.SecretData;
import dev.keyturn.sync.Secrets;
import dev.keyturn.sync.Secrets.Live;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be done with the Secret of an ExternalSecret {@code db} in namespace {@code shop}. */
class TargetRulesTest {
  private static final SecretData WANTED =
      new SecretData(
          new TreeMap<>(Map.of("key", new byte[0], "shared", new byte[0])),
          Collections.emptySortedSet(),
          "Opaque",
          Collections.emptySortedMap(),
          Collections.emptySortedMap(),
          List.of(),
          false);

  private static String inWords(Claim claim) {
    return switch (claim) {
      case Claim.Create() -> "create";
      case Claim.Update() -> "update";
      case Claim.Adopt() -> "adopt";
      case Claim.TakeOver takeOver -> "take over";
      case Claim.Merge() -> "merge";
      case Claim.Replace() -> "replace";
      case Claim.Wait() -> "wait";
      case Claim.Missing() -> "missing";
      case Claim.Nothing() -> "nothing";
      case Claim.NotOurs(String message, String holder) ->
          "hands off" + (holder.isEmpty() ? "" : " " + holder);
    };
  }

  private static Live live() {
    return Secrets.live();
  }

  static Stream<Arguments> situations() {
    return Stream.of(
        says("Owner creates what is not there", "Owner", null, "create"),
        says("so does Orphan", "Orphan", null, "create"),
        says("and CreateOrMerge", "CreateOrMerge", null, "create"),
        says("Merge does not", "Merge", null, "missing"),
        says("None does nothing", "None", null, "nothing"),
        says("None does nothing with what is there", "None", live(), "nothing"),
        says("what is on its way out is waited for", "Owner", live().terminating(), "wait"),
        says(
            "its own is written",
            "Owner",
            live().controller("keyturn.dev/v1", "db", "uid"),
            "update"),
        says("its own by mark is written", "Orphan", live().managedBy("db"), "update"),
        says(
            "its own of another type is made anew",
            "Owner",
            live().type("kubernetes.io/tls").controller("keyturn.dev/v1", "db", "uid"),
            "replace"),
        says(
            "its own is merged into, once it only merges",
            "Merge",
            live().controller("keyturn.dev/v1", "db", "uid"),
            "merge"),
        says("nobody's is adopted", "Owner", live(), "adopt"),
        says("nobody's is merged into", "Merge", live(), "merge"),
        says(
            "nobody's is merged into, whatever its type",
            "CreateOrMerge",
            live().type("x/y"),
            "merge"),
        says(
            "nobody's of another type is not adopted",
            "Owner",
            live().type("kubernetes.io/tls"),
            "hands off"),
        says("nor is one of an unknown type", "Owner", live().type("example.dev/x"), "hands off"),
        says(
            "one of a namesake that was made anew is not ours by owner but by mark",
            "Owner",
            live().managedBy("db"),
            "update"),
        says(
            "what another of ours writes is its",
            "Orphan",
            live().managedBy("other"),
            "hands off other"),
        says("unless that one is gone", "Orphan", live().managedBy("gone"), "adopt"),
        says(
            "what another of ours owns is its",
            "Owner",
            live().controller("keyturn.dev/v1", "other", "other-uid"),
            "hands off other"),
        says(
            "nor does Merge touch it",
            "Merge",
            live().controller("keyturn.dev/v1", "other", "other-uid"),
            "hands off other"),
        says(
            "what a controller owns is its",
            "CreateOrMerge",
            live().controller("apps/v1", "boss", "boss-uid"),
            "hands off"),
        says(
            "Helm's releases are never touched",
            "Merge",
            live().type("helm.sh/release.v1"),
            "hands off"),
        says(
            "nor are tokens of ServiceAccounts",
            "Merge",
            live().type("kubernetes.io/service-account-token"),
            "hands off"),
        says(
            "nor bootstrap tokens, ours by mark or not",
            "Owner",
            live().type("bootstrap.kubernetes.io/token").managedBy("db"),
            "hands off"),
        says("ESO's is its", "Owner", eso(), "hands off"),
        says(
            "what another merged first stays its",
            "Merge",
            live().held(Map.of("other-uid", "shared")),
            "hands off other"),
        says(
            "and from who would own the whole, whatever key it is",
            "Owner",
            live().held(Map.of("other-uid", "else")),
            "hands off other"),
        says(
            "other keys of the same Secret are free",
            "Merge",
            live().held(Map.of("other-uid", "else")),
            "merge"),
        says(
            "so are those of one that is gone",
            "Merge",
            live().held(Map.of("gone-uid", "shared")),
            "merge"),
        says(
            "of what both wrote the first by name has it",
            "CreateOrMerge",
            live().held(Map.of("other-uid", "shared", "uid", "shared")),
            "merge"),
        says(
            "and the second has not",
            "CreateOrMerge",
            live().held(Map.of("a-uid", "shared", "uid", "shared")),
            "hands off a"),
        says(
            "nothing is merged into what another writes as a whole",
            "Merge",
            live().managedBy("other"),
            "hands off other"));
  }

  private static Live eso() {
    return live().controller("external-secrets.io/v1", "db", "eso-uid");
  }

  private static Arguments says(String sentence, String policy, Live live, String expected) {
    return arguments(sentence, policy, Optional.ofNullable(live), expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("situations")
  void decides(String sentence, String policy, Optional<Live> live, String expected) {
    assertThat(inWords(claim(policy, live, Map.of()))).isEqualTo(expected);
  }

  static Stream<Arguments> adoptions() {
    return Stream.of(
        says("ESO's is taken over", "Owner", eso(), "take over"),
        says(
            "also that of its older versions",
            "Owner",
            live().controller("external-secrets.io/v1beta1", "db", "eso-uid"),
            "take over"),
        says("but not by one that does not own", "Orphan", eso(), "hands off"),
        says("nor by one that merges", "Merge", eso(), "hands off"),
        says(
            "nor that of another name",
            "Owner",
            live().controller("external-secrets.io/v1", "other", "eso-uid"),
            "hands off"),
        says(
            "nor anybody else's",
            "Owner",
            live().controller("apps/v1", "db", "boss-uid"),
            "hands off"),
        says("what ESO writes without owning it is compared, too", "Orphan", live(), "take over"),
        says("what is ours already is written", "Owner", live().managedBy("db"), "update"),
        says("a Helm release stays one", "Owner", eso().type("helm.sh/release.v1"), "hands off"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("adoptions")
  void decides_when_told_to_adopt(
      String sentence, String policy, Optional<Live> live, String expected) {
    assertThat(inWords(claim(policy, live, Map.of("keyturn.dev/adopt", "true"))))
        .isEqualTo(expected);
  }

  private static Claim claim(String policy, Optional<Live> live, Map<String, String> annotations) {
    return new TargetRules("keyturn", false)
        .claim(
            Secrets.externalSecret("target: {creationPolicy: %s}".formatted(policy), annotations),
            live.map(Live::view),
            WANTED,
            new Rivals(Map.of("other-uid", "other", "a-uid", "a")));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource({"false, hands off", "true, create"})
  void the_operators_own_namespace_is_written_only_if_allowed(boolean allowed, String expected) {
    Claim claim =
        new TargetRules("shop", allowed)
            .claim(Secrets.externalSecret("", Map.of()), Optional.empty(), WANTED, Rivals.NONE);
    assertThat(inWords(claim)).isEqualTo(expected);
  }
}
