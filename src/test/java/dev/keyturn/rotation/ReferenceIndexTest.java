package dev.keyturn.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.EndpointOverrides;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Find;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Reference;
import dev.keyturn.source.RoleHop;
import dev.keyturn.source.Search;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.Service;
import dev.keyturn.source.Sight;
import dev.keyturn.source.Version;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceIndexTest {
  private static final String EU = "eu-central-1";
  private static final String SECRET = "arn:aws:secretsmanager:" + EU + ":111122223333:secret:";

  private static final Following FOLLOWING = new Following(Optional.empty(), new Sight("old"));

  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          time,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(new SimpleMeterRegistry()));

  @ParameterizedTest
  @CsvSource({
    "SECRETS_MANAGER, app/db, app/db",
    "SECRETS_MANAGER, app/db, arn:aws:secretsmanager:eu-central-1:1:secret:app/db-AbCdEf",
    "SECRETS_MANAGER, app/db, arn:aws:secretsmanager:eu-central-1:1:secret:app/db",
    "SECRETS_MANAGER, arn:aws:secretsmanager:eu-central-1:1:secret:app/db-AbCdEf, app/db",
    "SECRETS_MANAGER, arn:aws:secretsmanager:eu-central-1:1:secret:app/db,"
        + " arn:aws:secretsmanager:eu-central-1:1:secret:app/db-AbCdEf",
    "SECRETS_MANAGER, a-secret, arn:aws-cn:secretsmanager:eu-central-1:1:secret:a-secret-AbCdEf",
    "PARAMETER_STORE, /app/db, /app/db",
    "PARAMETER_STORE, /app/db, arn:aws:ssm:eu-central-1:1:parameter/app/db",
    "PARAMETER_STORE, arn:aws:ssm:eu-central-1:1:parameter/app/db, /app/db",
    "PARAMETER_STORE, db, arn:aws:ssm:eu-central-1:1:parameter/db",
  })
  void eitherSpellingFindsTheOther(Service service, String followed, String told) {
    assertThat(about(service, followed, new Version.Current(), told)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "SECRETS_MANAGER, app/db, app/dc",
    "SECRETS_MANAGER, app/db, arn:aws:secretsmanager:us-east-1:1:secret:app/db-AbCdEf",
    "SECRETS_MANAGER, arn:aws:secretsmanager:eu-central-1:2:secret:app/db-AbCdEf,"
        + " arn:aws:secretsmanager:eu-central-1:1:secret:app/db-AbCdEf",
    "PARAMETER_STORE, /app/db, /app/dc",
  })
  void othersAreNotFound(Service service, String followed, String told) {
    assertThat(about(service, followed, new Version.Current(), told)).isEmpty();
  }

  @Test
  void anotherServiceIsAnotherThing() {
    Reference parameter = reference(Service.PARAMETER_STORE, "db", new Version.Current());
    SecretEvent change = change(Service.SECRETS_MANAGER, "db", "", Set.of());
    assertThat(index(parameter).about(change)).isEmpty();
  }

  @Test
  void theAccountOfTheAnswerTellsForeignSecretsOfTheSameName() {
    Reference own = reference(Service.SECRETS_MANAGER, SECRET + "db", new Version.Current());
    ReferenceIndex index = index(own);
    Set<String> any = Set.of();
    assertThat(index.about(change(Service.SECRETS_MANAGER, "db", "111122223333", any))).hasSize(1);
    assertThat(index.about(change(Service.SECRETS_MANAGER, "db", "", any))).hasSize(1);
    assertThat(index.about(change(Service.SECRETS_MANAGER, "db", "444455556666", any))).isEmpty();
  }

  @Test
  void theKnownArnTellsTheAccountOfAName() {
    String name = SECRET + "x-AbCdEf";
    source.put(name, "v1", "x");
    Reference reference = reference(Service.SECRETS_MANAGER, name, new Version.Current());
    var _ = cache.ask(reference.identity(), Set.of(reference.ref()), Freshness.HELD);
    time.settle();
    ReferenceIndex index = index(reference);
    assertThat(index.about(change(Service.SECRETS_MANAGER, "x", "444455556666", Set.of())))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "AWSCURRENT, AWSCURRENT, 1",
    "AWSCURRENT, blue, 0",
    "AWSCURRENT, AWSPENDING, 0",
    "blue, blue, 1",
    "blue, AWSCURRENT, 0",
    "AWSPREVIOUS, AWSCURRENT, 1",
  })
  void onlyTheLabelsThatMovedMatter(String followed, String moved, int found) {
    Version version =
        followed.equals("AWSCURRENT") ? new Version.Current() : new Version.Stage(followed);
    Reference reference = reference(Service.SECRETS_MANAGER, "db", version);
    assertThat(index(reference).about(change(Service.SECRETS_MANAGER, "db", "", Set.of(moved))))
        .hasSize(found);
  }

  @Test
  void pinnedVersionsDoNotChange() {
    assertThat(about(Service.SECRETS_MANAGER, "db", new Version.Exact("v1"), "db")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "EXISTENCE ~ SECRETS_MANAGER ~ prod/ ~      ~ prod/db         ~ 1",
        "EXISTENCE ~ SECRETS_MANAGER ~       ~ ^db$ ~"
            + " arn:aws:secretsmanager:eu-central-1:1:secret:db-AbCdEf ~ 1",
        "TAGS      ~ SECRETS_MANAGER ~ prod/ ~      ~ prod/db         ~ 1",
        "CONTENT   ~ SECRETS_MANAGER ~ prod/ ~      ~ prod/db         ~ 0",
        "EXISTENCE ~ SECRETS_MANAGER ~ prod/ ~      ~ test/db         ~ 0",
        "EXISTENCE ~ SECRETS_MANAGER ~ prod/ ~ ^db$ ~ prod/db         ~ 0",
        "EXISTENCE ~ PARAMETER_STORE ~ /prod ~      ~ /prod/db        ~ 1",
        "EXISTENCE ~ SECRETS_MANAGER ~ prod/ ~      ~"
            + " arn:aws:secretsmanager:us-east-1:1:secret:prod/db-AbCdEf ~ 0",
      })
  void searchesAreFoundByWhatTheyMayFind(
      SecretEvent.Kind kind, Service service, String path, String regexp, String told, int found) {
    Search search = search(service, path, regexp);
    assertThat(index(search).about(change(kind, service, told, "1"))).hasSize(found);
  }

  @Test
  void aSearchOfAnotherAccountFindsNothingOfThisOne() {
    Identity identity =
        new Identity(
            Service.SECRETS_MANAGER,
            EU,
            EndpointOverrides.DEFAULT,
            new CredentialSubject.Operator(),
            List.of(
                new RoleHop(
                    "arn:aws:iam::111122223333:role/r",
                    Optional.empty(),
                    "s",
                    Map.of(),
                    List.of())));
    Search search = new Search(identity, new Find(Optional.empty(), Map.of(), Optional.empty()));
    ReferenceIndex index = index(search);
    Service service = Service.SECRETS_MANAGER;
    SecretEvent.Kind kind = SecretEvent.Kind.EXISTENCE;
    assertThat(index.about(change(kind, service, "db", "111122223333"))).hasSize(1);
    assertThat(index.about(change(kind, service, "db", "444455556666"))).isEmpty();
  }

  @Test
  void tagsConcernWhoReadsThem() {
    Reference value = reference(Service.SECRETS_MANAGER, "db", new Version.Current());
    Reference tags =
        new Reference(
            value.identity(), new SecretRef("db", new Version.Current(), SecretRef.Part.TAGS));
    assertThat(
            index(value, tags)
                .about(change(SecretEvent.Kind.TAGS, Service.SECRETS_MANAGER, "db", "")))
        .containsExactly(tags);
  }

  @Test
  void tagsConcernNoSearchWithout() {
    Search search =
        new Search(
            FakeSource.identity(EU), new Find(Optional.of("db"), Map.of(), Optional.empty()));
    assertThat(
            index(search).about(change(SecretEvent.Kind.TAGS, Service.SECRETS_MANAGER, "db", "")))
        .isEmpty();
  }

  private static Search search(Service service, String path, String regexp) {
    return new Search(
        FakeSource.identity(service, EU),
        new Find(Optional.ofNullable(regexp), Map.of("a", "b"), Optional.ofNullable(path)));
  }

  private static SecretEvent change(
      SecretEvent.Kind kind, Service service, String told, String account) {
    SecretEvent change = change(service, told, account, Set.of());
    return new SecretEvent(
        kind, service, account, EU, told, change.stages(), change.versionId(), change.at());
  }

  private Set<Followed> about(Service service, String followed, Version version, String told) {
    Reference reference = reference(service, followed, version);
    return index(reference).about(change(service, told, "1", Set.of()));
  }

  @Test
  void itFollowsTheWatchlist() {
    Watchlist watchlist = new Watchlist(cache, _ -> {});
    ReferenceIndex index =
        ReferenceIndex.of(watchlist, cache, new SearchPatterns(Pattern::compile));
    Reference reference = reference(Service.SECRETS_MANAGER, "db", new Version.Current());
    SecretEvent change = change(Service.SECRETS_MANAGER, "db", "", Set.of());
    for (String dependant : List.of("one", "two")) {
      watchlist.follow(new Dependant("ns", dependant), Map.of(reference, FOLLOWING));
    }
    assertThat(index.about(change)).containsExactly(reference);
    watchlist.forget(new Dependant("ns", "one"));
    assertThat(index.about(change)).containsExactly(reference);
    watchlist.forget(new Dependant("ns", "two"));
    assertThat(index.about(change)).isEmpty();
  }

  private ReferenceIndex index(Followed... followed) {
    Watchlist watchlist = new Watchlist(cache, _ -> {});
    watchlist.follow(
        new Dependant("ns", "one"),
        Stream.of(followed).collect(Collectors.toMap(Function.identity(), _ -> FOLLOWING)));
    return ReferenceIndex.of(watchlist, cache, new SearchPatterns(Pattern::compile));
  }

  private static Reference reference(Service service, String key, Version version) {
    return new Reference(
        FakeSource.identity(service, EU), new SecretRef(key, version, SecretRef.Part.VALUE));
  }

  private static SecretEvent change(
      Service service, String told, String account, Set<String> stages) {
    return new SecretEvent(
        SecretEvent.Kind.CONTENT,
        service,
        account,
        EU,
        told,
        stages,
        Optional.empty(),
        Instant.parse("2026-11-24T12:00:00Z"));
  }
}
