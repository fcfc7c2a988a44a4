package dev.keyturn.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static dev.keyturn.aws.FakeAws.call;
import static dev.keyturn.aws.FakeAws.entry;
import static dev.keyturn.aws.FakeAws.error;
import static dev.keyturn.aws.FakeAws.json;
import static dev.keyturn.aws.SecretsManagerContract.failure;
import static dev.keyturn.aws.SecretsManagerContract.found;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Service;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.StaticCredentials;
import dev.keyturn.source.Version;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What no emulator has right: errors of a batch, missing permissions, faults of the network. */
class SecretsManagerFaultsTest {
  private static final ResponseDefinitionBuilder FORBIDDEN =
      error(
          400,
          "AccessDeniedException",
          "is not authorized to perform: secretsmanager:GetSecretValue");

  private final FakeAws aws = new FakeAws();
  private final Identity identity =
      Identities.of(Service.SECRETS_MANAGER, aws.uri(), Identities.KEYS);

  @AfterEach
  void stop() {
    aws.close();
  }

  @Test
  void errorsOfABatchGoToJustThoseSecrets() {
    aws.answer(
        call("BatchGetSecretValue"),
        json(
            """
            {"SecretValues":[%s],"Errors":[
            {"SecretId":"gone","ErrorCode":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."},
            {"SecretId":"locked","ErrorCode":"AccessDeniedException","Message":"User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: secretsmanager:GetSecretValue on resource: locked"},
            {"SecretId":"key","ErrorCode":"DecryptionFailure","Message":"no"},
            {"SecretId":"dying","ErrorCode":"InvalidRequestException","Message":"You can't perform this operation on the secret because it was marked for deletion."}]}\
            """
                .formatted(entry("good", "s3cret"))));
    aws.answer(call("GetSecretValue"), FORBIDDEN);
    var answers = read("good", "gone", "locked", "key", "dying");
    assertThat(found(answers.get(ref("good"))).text()).contains("s3cret");
    assertThat(failure(answers.get(ref("gone")))).isInstanceOf(SourceFailure.NotFound.class);
    assertThat(failure(answers.get(ref("dying"))))
        .isInstanceOf(SourceFailure.MarkedForDeletion.class);
    assertThat(((SourceFailure.Denied) failure(answers.get(ref("key")))).permission())
        .contains("kms:Decrypt");
    assertThat(((SourceFailure.Denied) failure(answers.get(ref("locked")))).permission())
        .contains("secretsmanager:GetSecretValue");
    assertThat(aws.calls("GetSecretValue")).isEqualTo(1);
    assertThat(aws.calls("BatchGetSecretValue")).isEqualTo(1);
  }

  @Test
  void whoMayReadTheCurrentStageAloneIsAskedWithTheStage() {
    aws.answer(
        call("BatchGetSecretValue"),
        json(
            """
            {"SecretValues":[%s],"Errors":[
            {"SecretId":"staged","ErrorCode":"AccessDeniedException","Message":"is not authorized to perform: secretsmanager:GetSecretValue on resource: staged"}]}\
            """
                .formatted(entry("good", "1"))));
    aws.answer(call("GetSecretValue"), FORBIDDEN);
    aws.answer(
        call("GetSecretValue")
            .withRequestBody(matchingJsonPath("$[?(@.VersionStage=='AWSCURRENT')]")),
        json(entry("staged", "2")));
    assertThat(found(read("staged").get(ref("staged"))).text()).contains("2");
    assertThat(found(read("good", "staged").get(ref("staged"))).text()).contains("2");
    assertThat(found(read("good", "staged").get(ref("staged"))).text()).contains("2");
    assertThat(aws.calls("BatchGetSecretValue")).as("no batch is denied twice").isEqualTo(1);
  }

  @Test
  void aDeniedStageOrVersionDeniesNoOther() {
    aws.answer(call("GetSecretValue"), FORBIDDEN);
    aws.answer(
        call("GetSecretValue")
            .withRequestBody(matchingJsonPath("$[?(@.VersionStage=='AWSCURRENT')]")),
        json(entry("a", "new")));
    SecretRef previous = version(new Version.Stage("AWSPREVIOUS"));
    SecretRef exact = version(new Version.Exact("0c0c"));
    for (SecretRef denied : List.of(previous, exact, previous, exact)) {
      assertThat(failure(aws.source.read(identity, Set.of(denied)).get(denied)))
          .isInstanceOf(SourceFailure.Denied.class);
      assertThat(found(read("a").get(ref("a"))).text()).contains("new");
    }
    assertThat(aws.calls("GetSecretValue")).as("each denial is remembered").isEqualTo(6);
  }

  @Test
  void aBatchIsReadThroughItsPages() {
    aws.answer(
        call("BatchGetSecretValue").withRequestBody(matchingJsonPath("$.NextToken", absent())),
        json(
            "{\"SecretValues\":[%s],\"Errors\":[],\"NextToken\":\"more\"}"
                .formatted(entry("a", "1"))));
    aws.answer(
        call("BatchGetSecretValue").withRequestBody(containing("\"more\"")),
        json("{\"SecretValues\":[%s],\"Errors\":[]}".formatted(entry("b", "2"))));
    var answers = read("a", "b");
    assertThat(found(answers.get(ref("a"))).text()).contains("1");
    assertThat(found(answers.get(ref("b"))).text()).contains("2");
  }

  @Test
  void whatABatchDoesNotAnswerIsAskedAlone() {
    aws.answer(
        call("BatchGetSecretValue"),
        json("{\"SecretValues\":[%s],\"Errors\":[]}".formatted(entry("a", "1"))));
    aws.answer(call("GetSecretValue"), json(entry("b", "2")));
    var answers = read("a", "b");
    assertThat(found(answers.get(ref("b"))).text()).contains("2");
    assertThat(aws.calls("GetSecretValue")).isEqualTo(1);
  }

  @Test
  void withoutTheBatchPermissionSecretsAreReadOneByOneAndTheBatchIsTriedEachHour() {
    aws.answer(
        call("BatchGetSecretValue"),
        error(
            400,
            "AccessDeniedException",
            "User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform:"
                + " secretsmanager:BatchGetSecretValue because no identity-based policy allows"
                + " the secretsmanager:BatchGetSecretValue action"));
    aws.answer(call("GetSecretValue").withRequestBody(containing("\"a\"")), json(entry("a", "1")));
    aws.answer(call("GetSecretValue").withRequestBody(containing("\"b\"")), json(entry("b", "2")));
    assertThat(found(read("a", "b").get(ref("b"))).text()).contains("2");
    aws.clock.pass(Duration.ofMinutes(59));
    read("a", "b");
    assertThat(aws.calls("BatchGetSecretValue")).isEqualTo(1);
    assertThat(aws.calls("GetSecretValue")).isEqualTo(4);
    aws.clock.pass(Duration.ofMinutes(2));
    aws.answer(
        call("BatchGetSecretValue"),
        json("{\"SecretValues\":[%s,%s]}".formatted(entry("a", "1"), entry("b", "2"))));
    read("a", "b");
    read("a", "b");
    assertThat(aws.calls("BatchGetSecretValue")).isEqualTo(3);
    assertThat(aws.calls("GetSecretValue")).isEqualTo(4);
  }

  @Test
  void withoutTheBatchPermissionVersionsAreLookedAtByDescription() {
    aws.answer(
        call("BatchGetSecretValue"),
        error(
            400,
            "AccessDeniedException",
            "is not authorized to perform: secretsmanager:BatchGetSecretValue"));
    aws.answer(call("GetSecretValue"), json(entry("a", "1")));
    aws.answer(
        call("DescribeSecret"),
        json(
            "{\"ARN\":\"arn\",\"Name\":\"a\",\"VersionIdsToStages\":{\"old\":[\"AWSPREVIOUS\"],\"new\":[\"AWSCURRENT\"]}}"));
    read("a", "b");
    var marks = aws.source.look(identity, refs("a", "b"));
    assertThat(found(marks.get(ref("a"))).versionId()).isEqualTo("new");
    assertThat(aws.calls("DescribeSecret")).isEqualTo(2);
  }

  @Test
  void aDenialIsRememberedUntilTheIdentityIsForgotten() {
    aws.answer(
        call("GetSecretValue"),
        error(
            400,
            "AccessDeniedException",
            "is not authorized to perform: secretsmanager:GetSecretValue"));
    for (int i = 0; i < 5; i++) {
      assertThat(failure(read("a").get(ref("a")))).isInstanceOf(SourceFailure.Denied.class);
    }
    assertThat(aws.calls("GetSecretValue")).isEqualTo(1);
    aws.answer(call("GetSecretValue"), json(entry("a", "1")));
    aws.source.forget(identity);
    assertThat(found(read("a").get(ref("a"))).text()).contains("1");
  }

  @Test
  void throttlingIsWaitedForAndLowersTheRate() {
    aws.server()
        .stubFor(
            call("GetSecretValue")
                .inScenario("busy")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(error(400, "ThrottlingException", "Rate exceeded"))
                .willSetStateTo("calm"));
    aws.server()
        .stubFor(
            call("GetSecretValue")
                .inScenario("busy")
                .whenScenarioStateIs("calm")
                .willReturn(json(entry("a", "1"))));
    var before = aws.clock.instant();
    assertThat(found(read("a").get(ref("a"))).text()).contains("1");
    assertThat(Duration.between(before, aws.clock.instant()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(500));
    assertThat(aws.counted("GetSecretValue", "throttled")).isEqualTo(1);
    assertThat(aws.counted("GetSecretValue", "ok")).isEqualTo(1);
  }

  @Test
  void throttlingThatLastsIsToldAndThenNotEvenAsked() {
    aws.answer(call("GetSecretValue"), error(400, "ThrottlingException", "Rate exceeded"));
    assertThat(failure(read("a").get(ref("a")))).isInstanceOf(SourceFailure.Throttled.class);
    for (int i = 0; i < 20; i++) {
      assertThat(failure(read("a").get(ref("a")))).isInstanceOf(SourceFailure.Throttled.class);
    }
    assertThat(aws.calls("GetSecretValue")).isLessThan(20);
  }

  @Test
  void anEndpointOfATenantsChoiceSlowsDownNobodyElse() {
    try (FakeAws mine = new FakeAws()) {
      mine.answer(call("GetSecretValue"), error(400, "ThrottlingException", "Rate exceeded"));
      Identity tenant = Identities.of(Service.SECRETS_MANAGER, mine.uri(), Identities.KEYS);
      SecretRef ref = ref("a");
      for (int i = 0; i < 20; i++) {
        aws.source.read(tenant, Set.of(ref));
      }
    }
    aws.answer(call("GetSecretValue"), json(entry("a", "1")));
    var before = aws.clock.instant();
    assertThat(found(read("a").get(ref("a"))).text()).contains("1");
    assertThat(aws.clock.instant()).isEqualTo(before);
  }

  @Test
  void aServerErrorIsTriedOnceMoreAndThenToldWithoutRequestId() {
    aws.answer(call("GetSecretValue"), error(500, "InternalServiceError", "RequestId: 6f1c2f0e"));
    SourceFailure failure = failure(read("a").get(ref("a")));
    assertThat(failure).isInstanceOf(SourceFailure.Unavailable.class);
    assertThat(failure.message())
        .contains("a: InternalServiceError: 127.0.0.1")
        .doesNotContain("6f1c2f0e");
    assertThat(aws.calls("GetSecretValue")).isEqualTo(2);
  }

  @Test
  void resetsAndGarbageAreOutages() {
    aws.answer(call("GetSecretValue"), aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    assertThat(failure(read("a").get(ref("a")))).isInstanceOf(SourceFailure.Unavailable.class);
    aws.answer(call("GetSecretValue"), json("{\"SecretString\":\"s3cr"));
    SourceFailure garbage = failure(read("b").get(ref("b")));
    assertThat(garbage).isInstanceOf(SourceFailure.Unavailable.class);
    assertThat(garbage.message()).doesNotContain("s3cr");
  }

  @Test
  void anEndpointThatDripsIsGivenUpInFiveSecondsAndSoonLeftAlone() {
    aws.answer(call("GetSecretValue"), json(entry("a", "1")).withChunkedDribbleDelay(60, 60_000));
    long start = System.nanoTime();
    assertThat(failure(read("a").get(ref("a")))).returns("Timeout", SourceFailure::code);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("long before the answer is whole")
        .isLessThan(Duration.ofSeconds(30));
  }

  /** A batch that fails whole says nothing of those which only time has to help. */
  @Test
  void whatPassesPutsNobodyOutOfTheBatch() {
    aws.answer(
        call("BatchGetSecretValue"), error(400, "InvalidParameterException", "Invalid name."));
    aws.answer(call("GetSecretValue"), json(entry("a", "1")));
    aws.answer(
        call("GetSecretValue").withRequestBody(matchingJsonPath("$[?(@.SecretId=='slow')]")),
        error(500, "InternalServiceError", "down"));
    aws.answer(
        call("GetSecretValue").withRequestBody(matchingJsonPath("$[?(@.SecretId=='bad')]")),
        error(400, "InvalidParameterException", "Invalid name."));
    read("a", "slow", "bad");
    aws.answer(
        call("BatchGetSecretValue"),
        json(
            "{\"SecretValues\":[%s,%s],\"Errors\":[]}"
                .formatted(entry("a", "1"), entry("slow", "2"))));
    assertThat(found(read("a", "slow", "bad").get(ref("slow"))).text()).contains("2");
    assertThat(aws.calls("BatchGetSecretValue")).isEqualTo(2);
  }

  @Test
  void aDeadEndpointFailsFastAndIsProbedLater() {
    aws.answer(call("GetSecretValue"), error(503, "ServiceUnavailable", "down"));
    read("a");
    read("a");
    assertThat(failure(read("a").get(ref("a")))).returns("NotAsked", SourceFailure::code);
    assertThat(aws.calls("GetSecretValue")).isEqualTo(4);
    aws.answer(call("GetSecretValue"), json(entry("a", "1")));
    aws.clock.pass(Duration.ofSeconds(1));
    assertThat(found(read("a").get(ref("a"))).text()).contains("1");
  }

  @Test
  void rejectedKeysAreReadAgainOnce() {
    aws.answer(
        call("GetSecretValue"),
        error(400, "UnrecognizedClientException", "The security token is invalid."));
    aws.server()
        .stubFor(
            call("GetSecretValue")
                .withHeader("Authorization", containing("Credential=AKIASECOND/"))
                .willReturn(json(entry("a", "1"))));
    SourceFailure rejected = failure(read("a").get(ref("a")));
    assertThat(rejected).isInstanceOf(SourceFailure.BadCredentials.class);
    read("a");
    read("a");
    assertThat(aws.calls("GetSecretValue")).isEqualTo(2);
    aws.keys.keys = new StaticCredentials("AKIASECOND", "x", Optional.empty());
    aws.clock.pass(Duration.ofSeconds(10));
    assertThat(found(read("a").get(ref("a"))).text()).contains("1");
  }

  @Test
  void aNameThatCannotBeOneFailsNoBatch() {
    aws.answer(
        call("BatchGetSecretValue"),
        json("{\"SecretValues\":[%s,%s]}".formatted(entry("a", "1"), entry("b", "2"))));
    aws.answer(call("GetSecretValue"), error(400, "ValidationException", "Invalid name."));
    for (int i = 0; i < 3; i++) {
      var answers = read("a", "b", "not a name");
      assertThat(found(answers.get(ref("b"))).text()).contains("2");
      assertThat(failure(answers.get(ref("not a name"))))
          .isInstanceOf(SourceFailure.Malformed.class);
    }
    assertThat(aws.calls("BatchGetSecretValue")).isEqualTo(3);
    assertThat(aws.calls("GetSecretValue")).as("refused once").isEqualTo(1);
  }

  @Test
  void aNameThatAwsCallsInvalidFailsOneBatch() {
    aws.answer(
        call("BatchGetSecretValue"),
        json("{\"SecretValues\":[%s,%s]}".formatted(entry("a", "1"), entry("b", "2"))));
    aws.answer(
        call("BatchGetSecretValue").withRequestBody(containing("odd")),
        error(400, "InvalidParameterException", "Invalid name."));
    aws.answer(call("GetSecretValue").withRequestBody(containing("\"a\"")), json(entry("a", "1")));
    aws.answer(call("GetSecretValue").withRequestBody(containing("\"b\"")), json(entry("b", "2")));
    aws.answer(
        call("GetSecretValue").withRequestBody(containing("odd")),
        error(400, "InvalidParameterException", "Invalid name."));
    for (int i = 0; i < 3; i++) {
      var answers = read("a", "b", "odd");
      assertThat(found(answers.get(ref("b"))).text()).contains("2");
      assertThat(failure(answers.get(ref("odd")))).isInstanceOf(SourceFailure.Malformed.class);
    }
    assertThat(aws.calls("BatchGetSecretValue")).isEqualTo(3);
    assertThat(aws.calls("GetSecretValue")).isEqualTo(3);
  }

  @Test
  void aListingThatNeverEndsIsGivenUp() {
    aws.answer(call("ListSecrets"), json("{\"SecretList\":[],\"NextToken\":\"again\"}"));
    aws.answer(call("BatchGetSecretValue"), json("{\"SecretValues\":[],\"NextToken\":\"again\"}"));
    Find all = new Find(Optional.empty(), Map.of(), Optional.empty());
    assertThat(failure(aws.source.find(identity, all)))
        .returns("EndlessPages", SourceFailure::code);
    aws.answer(call("GetSecretValue"), error(400, "ResourceNotFoundException", "no"));
    read("a", "b");
    assertThat(aws.calls("ListSecrets") + aws.calls("BatchGetSecretValue")).isEqualTo(4);
  }

  @Test
  void findIsPagedAndBounded() {
    aws.answer(
        call("ListSecrets").withRequestBody(matchingJsonPath("$.NextToken", absent())),
        json("{\"SecretList\":[%s],\"NextToken\":\"2\"}".formatted(entry("b", ""))));
    aws.answer(
        call("ListSecrets").withRequestBody(containing("\"2\"")),
        json("{\"SecretList\":[%s]}".formatted(entry("a", ""))));
    Find all = new Find(Optional.empty(), Map.of(), Optional.empty());
    assertThat(found(aws.source.find(identity, all))).containsExactly("a", "b");
    String many =
        IntStream.range(0, 2001).mapToObj(i -> entry("s" + i, "")).collect(Collectors.joining(","));
    aws.server().resetMappings();
    aws.answer(call("ListSecrets"), json("{\"SecretList\":[%s]}".formatted(many)));
    assertThat(failure(aws.source.find(identity, all)))
        .isInstanceOf(SourceFailure.Malformed.class)
        .returns("TooMany", SourceFailure::code);
  }

  private Map<SecretRef, Answer<SecretValue>> read(String... keys) {
    return aws.source.read(identity, refs(keys));
  }

  private static Set<SecretRef> refs(String... keys) {
    return Arrays.stream(keys).map(SecretRef::current).collect(Collectors.toSet());
  }

  private static SecretRef ref(String key) {
    return SecretRef.current(key);
  }

  private static SecretRef version(Version version) {
    return new SecretRef("a", version, SecretRef.Part.VALUE);
  }
}
