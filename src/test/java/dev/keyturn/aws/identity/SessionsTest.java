package dev.keyturn.aws.identity;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static dev.keyturn.aws.FakeAws.call;
import static dev.keyturn.aws.FakeAws.entry;
import static dev.keyturn.aws.FakeAws.error;
import static dev.keyturn.aws.FakeAws.json;
import static dev.keyturn.aws.FakeAws.sts;
import static dev.keyturn.aws.FakeAws.stsError;
import static dev.keyturn.aws.SecretsManagerContract.failure;
import static dev.keyturn.aws.SecretsManagerContract.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.FakeAws;
import dev.keyturn.aws.Identities;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import dev.keyturn.source.RoleHop;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.StaticCredentials;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Relies on STS as documented, in WireMock. */
class SessionsTest {
  private static final String WEB = "AssumeRoleWithWebIdentity";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final RoleHop FIRST =
      new RoleHop(
          "arn:aws:iam::111122223333:role/hub", Optional.empty(), "app=store", Map.of(), List.of());
  private static final RoleHop LAST =
      new RoleHop(
          "arn:aws:iam::444455556666:role/tenant",
          Optional.of("external-1"),
          "app=store",
          Map.of("team", "shop"),
          List.of("team"));

  private final FakeAws aws = new FakeAws();
  private final Identity web = Identities.of(Service.SECRETS_MANAGER, aws.uri(), Identities.WEB);

  @BeforeEach
  void secrets() {
    aws.answer(call("GetSecretValue"), json(entry("db", "s3cret")));
    aws.answer(sts(WEB), aws.session(WEB, "ASIAWEB1", HOUR));
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  @Test
  void fiftyReadersCostOneExchange() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = IntStream.range(0, 50).mapToObj(i -> threads.submit(() -> read(web))).toList();
      for (var each : all) {
        found(each.get());
      }
    }
    assertThat(aws.stsCalls(WEB)).isEqualTo(1);
    assertThat(aws.keys.minted).hasValue(1);
    assertThat(aws.callsSignedBy("ASIAWEB1")).isEqualTo(50);
  }

  @Test
  void bothServicesShareASession() {
    found(read(web));
    Identity parameters = Identities.of(Service.PARAMETER_STORE, aws.uri(), Identities.WEB);
    aws.answer(call("GetParameters"), json("{\"Parameters\":[],\"InvalidParameters\":[\"db\"]}"));
    aws.source.read(parameters, Set.of(SecretRef.current("db")));
    assertThat(aws.stsCalls(WEB)).isEqualTo(1);
  }

  @Test
  void aSessionIsRenewedAheadOfItsEnd() {
    read(web);
    aws.answer(sts(WEB), aws.session(WEB, "ASIAWEB2", HOUR.multipliedBy(2)));
    aws.clock.pass(Duration.ofMinutes(52));
    read(web);
    read(web);
    assertThat(aws.stsCalls(WEB)).isEqualTo(2);
    assertThat(aws.callsSignedBy("ASIAWEB1")).isEqualTo(2);
    assertThat(aws.callsSignedBy("ASIAWEB2")).isEqualTo(1);
  }

  @Test
  void aChainAssumesEachRoleAsTheOneBeforeAndIsShared() {
    aws.answer(
        sts("AssumeRole").withRequestBody(containing("role%2Fhub")),
        aws.session("AssumeRole", "ASIAHUB", HOUR));
    aws.answer(
        sts("AssumeRole").withRequestBody(containing("role%2Ftenant")),
        aws.session("AssumeRole", "ASIATENANT", HOUR));
    Identity chained =
        Identities.of(Service.SECRETS_MANAGER, aws.uri(), Identities.KEYS, FIRST, LAST);
    Identity hub = Identities.of(Service.SECRETS_MANAGER, aws.uri(), Identities.KEYS, FIRST);
    found(read(chained));
    found(read(hub));
    found(read(chained));
    assertThat(aws.stsCalls("AssumeRole")).isEqualTo(2);
    assertThat(aws.callsSignedBy("ASIATENANT")).isEqualTo(2);
    aws.server()
        .verify(
            postRequestedFor(urlEqualTo("/"))
                .withHeader("Authorization", containing("Credential=ASIAHUB/"))
                .withRequestBody(containing("ExternalId=external-1"))
                .withRequestBody(containing("Tags.member.1.Key=team"))
                .withRequestBody(containing("TransitiveTagKeys.member.1=team"))
                .withRequestBody(containing("RoleSessionName=app%3Dstore")));
  }

  @Test
  void anExpiredSessionIsExchangedAgainOnce() {
    read(web);
    aws.server()
        .stubFor(
            call("GetSecretValue")
                .withHeader("Authorization", containing("Credential=ASIAWEB1/"))
                .willReturn(error(400, "ExpiredTokenException", "expired")));
    aws.answer(sts(WEB), aws.session(WEB, "ASIAWEB2", HOUR));
    found(read(web));
    found(read(web));
    assertThat(aws.stsCalls(WEB)).isEqualTo(2);
  }

  @Test
  void aRefusedTokenIsNotTakenToStsAgainForAWhile() {
    aws.answer(
        sts(WEB),
        stsError(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"));
    for (int i = 0; i < 5; i++) {
      SourceFailure refused = failure(read(web));
      assertThat(refused).isInstanceOf(SourceFailure.Denied.class);
      assertThat(refused.message())
          .startsWith("arn:aws:iam::111122223333:role/reader: AccessDenied: ")
          .contains("trust");
    }
    assertThat(aws.stsCalls(WEB)).isEqualTo(1);
    aws.answer(sts(WEB), aws.session(WEB, "ASIAWEB1", HOUR));
    aws.source.forget(web);
    found(read(web));
  }

  @Test
  void aServiceAccountThatGivesNoTokenSaysWhy() {
    aws.keys.refusal = Optional.of("no token for ServiceAccount app/reader: create it");
    assertThat(failure(read(web)))
        .isInstanceOf(SourceFailure.BadCredentials.class)
        .returns("no token for ServiceAccount app/reader: create it", SourceFailure::advice);
  }

  @Test
  void anAccessKeyThatCannotBeOneIsNamedAndNeverSent() {
    Identity keys = Identities.of(Service.SECRETS_MANAGER, aws.uri(), Identities.KEYS);
    for (String bad : List.of("", "hunter2\nhunter2", "hunter2 hunter2", "hünter2")) {
      aws.keys.keys = new StaticCredentials("AKIAFIRST", bad, Optional.empty());
      aws.clock.pass(Duration.ofMinutes(10));
      SourceFailure failure = failure(read(keys));
      assertThat(failure).isInstanceOf(SourceFailure.BadCredentials.class);
      assertThat(failure.advice())
          .startsWith("key key of Secret app/aws ")
          .doesNotContain("hunter2");
      int reads = aws.keys.read.get();
      read(keys);
      assertThat(aws.keys.read).as("backs off").hasValue(reads);
    }
    assertThat(aws.calls("GetSecretValue")).isZero();
  }

  @Test
  void keysThatAwsRefusesAreRefusedUntilTheyWork() {
    Identity keys = Identities.of(Service.SECRETS_MANAGER, aws.uri(), Identities.KEYS);
    assertThat(aws.source.check(keys)).isEmpty();
    aws.answer(call("GetSecretValue"), error(400, "UnrecognizedClientException", "no"));
    failure(read(keys));
    aws.clock.pass(Duration.ofMinutes(20));
    assertThat(aws.source.check(keys).map(SourceFailure::code))
        .contains("UnrecognizedClientException");
    aws.answer(call("GetSecretValue"), json(entry("db", "s3cret")));
    found(read(keys));
    assertThat(aws.source.check(keys)).isEmpty();
  }

  @Test
  void whoAsksForNewCredentialsInALoopGetsThemOnceInFiveSeconds() {
    for (int i = 0; i < 20; i++) {
      aws.source.forget(web);
      found(read(web));
    }
    assertThat(aws.stsCalls(WEB)).isEqualTo(1);
    aws.clock.pass(Duration.ofSeconds(5));
    aws.source.forget(web);
    found(read(web));
    assertThat(aws.stsCalls(WEB)).isEqualTo(2);
  }

  @Test
  void theOperatorsOwnIdentityNeedsNoSts() {
    Identity own =
        Identities.of(Service.SECRETS_MANAGER, aws.uri(), new CredentialSubject.Operator());
    found(read(own));
    assertThat(aws.callsSignedBy("AKIAOPERATOR")).isEqualTo(1);
  }

  private Answer<SecretValue> read(Identity identity) {
    SecretRef ref = SecretRef.current("db");
    return aws.source.read(identity, Set.of(ref)).get(ref);
  }
}
