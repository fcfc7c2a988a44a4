package dev.keyturn.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.keyturn.source.Service;
import java.time.Instant;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventShapesTest {
  private static final String ARN =
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:app/db-AbCdEf";
  private static final String LABEL_UPDATED =
      """
      {"version":"0","id":"1","detail-type":"Secret Label Updated","source":"aws.secretsmanager",
       "account":"111122223333","time":"2026-11-24T10:00:00Z","region":"eu-central-1",
       "resources":["%s"],
       "detail":{"name":"app/db","labelUpdated":"AWSCURRENT","versionId":"v2"}}
      """
          .formatted(ARN);

  @Test
  void aLabelThatMovedNamesArnLabelAndVersion() {
    SecretEvent change = read(LABEL_UPDATED);
    assertThat(change.kind()).isEqualTo(SecretEvent.Kind.CONTENT);
    assertThat(change.service()).isEqualTo(Service.SECRETS_MANAGER);
    assertThat(change.account()).isEqualTo("111122223333");
    assertThat(change.region()).isEqualTo("eu-central-1");
    assertThat(change.secret()).isEqualTo(ARN);
    assertThat(change.stages()).containsExactly("AWSCURRENT");
    assertThat(change.versionId()).contains("v2");
    assertThat(change.at()).isEqualTo(Instant.parse("2026-11-24T10:00:00Z"));
  }

  @Test
  void throughSnsItIsTheSame() {
    String wrapped =
        JsonNodeFactory.instance
            .objectNode()
            .put("Type", "Notification")
            .put("TopicArn", "arn:aws:sns:eu-central-1:111122223333:changes")
            .put("Message", LABEL_UPDATED)
            .toString();
    assertThat(EventShapes.read(wrapped)).isEqualTo(EventShapes.read(LABEL_UPDATED));
  }

  @Test
  void aPutSecretValueAnnouncesItsVersionUnderItsLabels() {
    SecretEvent change =
        call(
            "PutSecretValue",
            "{\"secretId\":\"app/db\",\"versionStages\":[\"AWSPENDING\"]}",
            "{\"arn\":\"" + ARN + "\",\"name\":\"app/db\",\"versionId\":\"v3\"}");
    assertThat(change.secret()).isEqualTo(ARN);
    assertThat(change.versionId()).contains("v3");
    assertThat(change.stages()).containsExactly("AWSPENDING");
    assertThat(change.at()).isEqualTo(Instant.parse("2026-11-24T09:59:58Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"arn", "aRN", "ARN"})
  void theArnOfAnAnswerIsSpelledInThreeWays(String field) {
    assertThat(call("UpdateSecret", "{}", "{\"" + field + "\":\"" + ARN + "\"}").secret())
        .isEqualTo(ARN);
  }

  @Test
  void withoutAnAnswerTheCallersSpellingCounts() {
    SecretEvent change =
        call(
            "UpdateSecretVersionStage",
            "{\"secretId\":\"app/db\",\"versionStage\":\"blue\",\"moveToVersionId\":\"v4\"}",
            "null");
    assertThat(change.secret()).isEqualTo("app/db");
    assertThat(change.stages()).containsExactly("blue");
    assertThat(change.versionId()).contains("v4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DeleteSecret", "RestoreSecret", "RotateSecret"})
  void otherCallsAnnounceNoVersion(String name) {
    SecretEvent change = call(name, "{\"secretId\":\"app/db\"}", "{\"versionId\":\"v5\"}");
    assertThat(change.versionId()).isEmpty();
    assertThat(change.stages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "CreateSecret, EXISTENCE",
    "DeleteSecret, EXISTENCE",
    "RestoreSecret, EXISTENCE",
    "TagResource, TAGS",
    "UntagResource, TAGS",
    "PutSecretValue, CONTENT"
  })
  void aCallTellsWhetherSearchesFindSomethingElse(String name, SecretEvent.Kind kind) {
    SecretEvent change = call(name, "{\"secretId\":\"app/db\",\"name\":\"app/db\"}", "null");
    assertThat(change.kind()).isEqualTo(kind);
    assertThat(change.secret()).isEqualTo("app/db");
  }

  @ParameterizedTest
  @CsvSource({"Create, EXISTENCE", "Delete, EXISTENCE", "Update, CONTENT"})
  void soDoesAChangeOfAParameter(String operation, SecretEvent.Kind kind) {
    assertThat(
            read("""
            {"detail-type":"Parameter Store Change","source":"aws.ssm",
             "time":"2026-11-24T10:00:00Z","region":"eu-central-1",
             "detail":{"name":"/app/db","operation":"%s"}}
            """
                    .formatted(operation))
                .kind())
        .isEqualTo(kind);
  }

  @Test
  void tagsOfAParameterAreToldByACall() {
    String event =
        callEvent(
                "AddTagsToResource",
                "{\"resourceType\":\"Parameter\",\"resourceId\":\"/app/db\"}",
                "null",
                "")
            .replace("aws.secretsmanager", "aws.ssm");
    SecretEvent change = read(event);
    assertThat(change.kind()).isEqualTo(SecretEvent.Kind.TAGS);
    assertThat(change.service()).isEqualTo(Service.PARAMETER_STORE);
    assertThat(change.secret()).isEqualTo("/app/db");
    assertThat(EventShapes.read(event.replace("\"Parameter\"", "\"Document\""))).isEmpty();
  }

  @Test
  void aCallThatOnlyReadsOrFailedIsNoChange() {
    assertThat(EventShapes.read(callEvent("GetSecretValue", "{\"secretId\":\"x\"}", "null", "")))
        .isEmpty();
    assertThat(
            EventShapes.read(
                callEvent(
                    "PutSecretValue",
                    "{\"secretId\":\"x\"}",
                    "null",
                    ",\"errorCode\":\"AccessDenied\"")))
        .isEmpty();
    assertThat(
            EventShapes.read(
                callEvent("PutSecretValue", "{\"secretId\":\"x\"}", "null", "")
                    .replace("secretsmanager", "s3")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-999999999-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z", "yesterday"})
  void aTimeThatOverflowsWhatItIsCountedWithIsNoTime(String time) {
    assertThat(
            EventShapes.read(
                """
                {"detail-type":"Parameter Store Change","source":"aws.ssm","time":"%s",
                 "region":"eu-central-1","detail":{"name":"/app/db"}}
                """
                    .formatted(time)))
        .isEmpty();
  }

  @Test
  void rotationsTellTheirSecretInTwoWays() {
    assertThat(serviceEvent("RotationSucceeded", "additionalEventData\":{\"SecretId").kind())
        .isEqualTo(SecretEvent.Kind.ROTATION_SUCCEEDED);
    SecretEvent failed = serviceEvent("RotationFailed", "serviceEventDetails\":{\"secretId");
    assertThat(failed.kind()).isEqualTo(SecretEvent.Kind.ROTATION_FAILED);
    assertThat(failed.secret()).isEqualTo(ARN);
    assertThat(serviceEvent("RotationStarted", "additionalEventData\":{\"SecretId").kind())
        .isEqualTo(SecretEvent.Kind.ROTATION_STARTED);
    assertThat(serviceEvent("RotationAbandoned", "additionalEventData\":{\"SecretId").kind())
        .isEqualTo(SecretEvent.Kind.ROTATION_ABANDONED);
    assertThat(serviceEvent("EndSecretVersionDelete", "additionalEventData\":{\"SecretId").kind())
        .isEqualTo(SecretEvent.Kind.CONTENT);
  }

  @Test
  void aParameterIsNamedByItsName() {
    SecretEvent change =
        read(
            """
            {"version":"0","id":"1","detail-type":"Parameter Store Change","source":"aws.ssm",
             "account":"111122223333","time":"2026-11-24T10:00:00Z","region":"eu-central-1",
             "resources":["arn:aws:ssm:eu-central-1:111122223333:parameter/app/db"],
             "detail":{"operation":"Update","name":"/app/db","type":"SecureString"}}
            """);
    assertThat(change.service()).isEqualTo(Service.PARAMETER_STORE);
    assertThat(change.secret()).isEqualTo("/app/db");
    assertThat(change.stages()).isEqualTo(Set.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "hunter2",
        "[]",
        "{}",
        "{\"Message\":\"no json\"}",
        "{\"Message\":{}}",
        "{\"detail-type\":\"Secret Label Updated\",\"time\":\"2026-11-24T10:00:00Z\"}",
        "{\"detail-type\":\"Secret Label Updated\",\"resources\":[\"x\"]}",
        "{\"detail-type\":\"Secret Label Updated\",\"resources\":[\"x\"],\"time\":\"noon\"}",
        "{\"detail-type\":\"Parameter Store Policy Action\",\"source\":\"aws.ssm\"}",
        "{\"detail-type\":\"AWS Service Event via CloudTrail\",\"source\":\"aws.kms\"}"
      })
  void whatIsNotUnderstoodIsNothing(String message) {
    assertThat(EventShapes.read(message)).isEmpty();
  }

  @Property(tries = 200)
  void noTextMakesItFail(@ForAll String text) {
    assertThat(EventShapes.read(text)).isEmpty();
  }

  private static SecretEvent read(String message) {
    return EventShapes.read(message).orElseThrow();
  }

  private static SecretEvent call(String name, String asked, String answered) {
    return read(callEvent(name, asked, answered, ""));
  }

  private static String callEvent(String name, String asked, String answered, String more) {
    return """
    {"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail",
     "source":"aws.secretsmanager","account":"111122223333","time":"2026-11-24T10:00:00Z",
     "region":"eu-central-1","resources":[],
     "detail":{"eventSource":"secretsmanager.amazonaws.com","eventName":"%s",
       "eventTime":"2026-11-24T09:59:58Z","awsRegion":"eu-central-1",
       "requestParameters":%s,"responseElements":%s%s}}
    """
        .formatted(name, asked, answered, more);
  }

  private static SecretEvent serviceEvent(String name, String path) {
    return read(
        """
        {"version":"0","id":"1","detail-type":"AWS Service Event via CloudTrail",
         "source":"aws.secretsmanager","account":"111122223333","time":"2026-11-24T10:00:00Z",
         "region":"eu-central-1","resources":[],
         "detail":{"eventSource":"secretsmanager.amazonaws.com","eventName":"%s",
           "eventTime":"2026-11-24T09:59:58Z","requestParameters":null,"responseElements":null,
           "%s":"%s"}}}
        """
            .formatted(name, path, ARN));
  }
}
