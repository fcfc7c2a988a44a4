package dev.keyturn.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.api.StoreKind;
import dev.keyturn.source.Find;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Service;
import dev.keyturn.source.Version;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a manifest asks of its stores. */
class RequestTest {

  private static Checked<Request> request(String spec, Service service, String prefix) {
    return Request.of(
        Manifests.plan(spec), Map.of(Manifests.STORE, new StoreView(service, new Prefix(prefix))));
  }

  private static SecretRef ref(Service service, String remote) {
    Request request =
        Manifests.good(
            request("data: [{secretKey: a, remoteRef: {key: k, " + remote + "}}]", service, ""));
    return request.refs(Manifests.STORE).iterator().next();
  }

  @ParameterizedTest(name = "{0}: version {1} is {2} {3}")
  @CsvSource({
    "SECRETS_MANAGER, '''''', Current, ''",
    "SECRETS_MANAGER, AWSCURRENT, Current, ''",
    "SECRETS_MANAGER, AWSPREVIOUS, Stage, AWSPREVIOUS",
    "SECRETS_MANAGER, custom, Stage, custom",
    "SECRETS_MANAGER, '''7''', Stage, 7",
    "SECRETS_MANAGER, uuid/123-4, Exact, 123-4",
    "PARAMETER_STORE, '''''', Current, ''",
    "PARAMETER_STORE, '''7''', Exact, 7",
    "PARAMETER_STORE, '''09''', Exact, 09",
    "PARAMETER_STORE, label, Stage, label",
    "PARAMETER_STORE, 7a, Stage, 7a",
    "PARAMETER_STORE, AWSCURRENT, Stage, AWSCURRENT",
  })
  void versionsAreRead(Service service, String version, String kind, String value) {
    Version expected =
        switch (kind) {
          case "Exact" -> new Version.Exact(value);
          case "Stage" -> new Version.Stage(value);
          default -> new Version.Current();
        };
    assertThat(ref(service, "version: " + version).version()).isEqualTo(expected);
  }

  @Test
  void aVersionIdThatIsMissingIsRefused() {
    assertThat(
            Manifests.refusal(
                request(
                    "data: [{secretKey: a, remoteRef: {key: k, version: uuid/}}]",
                    Service.SECRETS_MANAGER,
                    "")))
        .startsWith("spec.data[0]: 'uuid/' is not a version: write a version stage");
  }

  @Test
  void tagsHaveNoVersion() {
    assertThat(ref(Service.SECRETS_MANAGER, "metadataPolicy: Fetch, version: AWSPREVIOUS"))
        .isEqualTo(new SecretRef("k", new Version.Current(), SecretRef.Part.TAGS));
    assertThat(ref(Service.SECRETS_MANAGER, "metadataPolicy: None").part())
        .isEqualTo(SecretRef.Part.VALUE);
  }

  @Test
  void entriesAreGroupedByStoreAndAskedOnce() {
    String spec =
        """
        data:
        - {secretKey: a, remoteRef: {key: one, property: x}}
        - {secretKey: b, remoteRef: {key: one, property: y}}
        - {secretKey: c, remoteRef: {key: two}, sourceRef: {storeRef: {name: other, kind: ClusterSecretStore}}}
        dataFrom:
        - {extract: {key: three}}
        - {find: {name: {regexp: '^x'}, tags: {team: a}}, sourceRef: {storeRef: {name: other, kind: ClusterSecretStore}}}
        """;
    StoreName other = new StoreName(StoreKind.CLUSTER_SECRET_STORE, "other");
    Plan plan = Manifests.plan(spec);
    assertThat(plan.stores()).containsExactly(other, Manifests.STORE);
    Request request =
        Manifests.good(
            Request.of(
                plan,
                Map.of(
                    Manifests.STORE,
                    new StoreView(Service.SECRETS_MANAGER, new Prefix("p/")),
                    other,
                    new StoreView(Service.PARAMETER_STORE, new Prefix("")))));
    assertThat(request.refs(Manifests.STORE))
        .containsExactly(SecretRef.current("p/three"), SecretRef.current("p/one"));
    assertThat(request.refs(other)).containsExactly(SecretRef.current("two"));
    assertThat(request.finds(Manifests.STORE)).isEmpty();
    assertThat(request.finds(other))
        .containsExactly(new Find(Optional.of("^x"), Map.of("team", "a"), Optional.empty()));
    assertThatThrownBy(() -> Request.of(plan, Map.of())).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void whatASearchFoundIsReadWithoutAPrefix() {
    Request request =
        Manifests.good(
            request("dataFrom: [{find: {path: app}}]", Service.SECRETS_MANAGER, "team/"));
    Find find = request.finds(Manifests.STORE).iterator().next();
    assertThat(find.path()).hasValue("team/app");
    assertThat(Request.refs(find, List.of("team/app/one", "team/other", "x")))
        .isEqualTo(Set.of(SecretRef.current("team/app/one")));
    assertThat(Request.refs(new Find(Optional.empty(), Map.of(), Optional.empty()), List.of("any")))
        .isEqualTo(Set.of(SecretRef.current("any")));
  }

  @Test
  void aPatternThatIsNotRe2IsRefused() {
    assertThat(
            Manifests.refusal(
                request("dataFrom: [{find: {name: {regexp: '('}}}]", Service.SECRETS_MANAGER, "")))
        .startsWith("spec.dataFrom[0].find.name: the regular expression is not RE2: ");
  }

  @ParameterizedTest(name = "{0} with prefix {1} asks for {3} ({2})")
  @CsvSource({
    "db, '', SECRETS_MANAGER, db",
    "db, team/, SECRETS_MANAGER, team/db",
    "team/db, team/, SECRETS_MANAGER, team/team/db",
    "/db, /team, PARAMETER_STORE, /team/db",
    "arn:aws:secretsmanager:eu-west-1:1:secret:db-abcdef, '', SECRETS_MANAGER, same",
    "arn:aws:secretsmanager:eu-west-1:1:secret:team/db-abcdef, team/, SECRETS_MANAGER, same",
    "arn:aws-cn:secretsmanager:eu-west-1:1:secret:team/db, team/, SECRETS_MANAGER, same",
    "arn:aws:secretsmanager:eu-west-1:1:secret:db-abcdef, team/, SECRETS_MANAGER, refused",
    "arn:aws:secretsmanager:eu-west-1:1:secret:steam/db, team/, SECRETS_MANAGER, refused",
    "arn:aws:secretsmanager:eu-west-1:1:team/db, team/, SECRETS_MANAGER, refused",
    "arn:aws:ssm:eu-west-1:1:secret:team/db, team/, SECRETS_MANAGER, refused",
    "arn:team/, team/, SECRETS_MANAGER, refused",
    "arn:aws:secretsmanager, team/, SECRETS_MANAGER, refused",
    "arn:aws:ssm:eu-west-1:1:parameter/team/db, /team, PARAMETER_STORE, same",
    "arn:aws:ssm:eu-west-1:1:parameter/team/db, team/, PARAMETER_STORE, same",
    "arn:aws:ssm:eu-west-1:1:parameter/other/db, /team, PARAMETER_STORE, refused",
    "arn:aws:secretsmanager:eu-west-1:1:parameter/team/db, /team, PARAMETER_STORE, refused",
    "arn:aws:ssm:eu-west-1:1:parameter/db, '', PARAMETER_STORE, same",
  })
  void prefixesHold(String key, String prefix, Service service, String asked) {
    Optional<String> expected =
        switch (asked) {
          case "refused" -> Optional.empty();
          case "same" -> Optional.of(key);
          default -> Optional.of(asked);
        };
    assertThat(new Prefix(prefix).key(service, key)).isEqualTo(expected);
  }

  @Test
  void aKeyOutsideOfThePrefixIsRefusedByName() {
    assertThat(
            Manifests.refusal(
                request(
                    "data: [{secretKey: a, remoteRef: {key: 'arn:aws:secretsmanager:x:1:secret:b'}}]",
                    Service.SECRETS_MANAGER,
                    "team/")))
        .isEqualTo(
            "spec.data[0]: 'arn:aws:secretsmanager:x:1:secret:b' is outside of the prefix 'team/' of"
                + " the store: write the name without the prefix, or use another store");
  }

  @ParameterizedTest(name = "a search in {0} with prefix {1} looks in {2}")
  @CsvSource({
    "'', '', ''",
    "app, '', app",
    "'', team/, team/",
    "app, team/, team/app",
    "team/app, team/, team/app",
    "team, team/, team/team",
  })
  void aSearchStaysBelowThePrefix(String path, String prefix, String looked) {
    assertThat(new Prefix(prefix).path(path.isEmpty() ? Optional.empty() : Optional.of(path)))
        .isEqualTo(looked.isEmpty() ? Optional.empty() : Optional.of(looked));
  }
}
