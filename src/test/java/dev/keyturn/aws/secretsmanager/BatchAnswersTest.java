package dev.keyturn.aws.secretsmanager;

import static dev.keyturn.aws.SecretsManagerContract.failure;
import static dev.keyturn.aws.SecretsManagerContract.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.source.Answer;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure.NotFound;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;

class BatchAnswersTest {
  private static final String OURS = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db";
  private static final String THEIRS = "arn:aws:secretsmanager:eu-central-1:444455556666:secret:db";

  @Test
  void nameArnAndPartialArnAreAnsweredByOneEntry() {
    var answers =
        match(List.of("db", OURS, OURS + "-AbCdEf"), List.of(entry(OURS, "1")), List.of());
    assertThat(answers).hasSize(3);
    assertThat(answers.values()).allSatisfy(a -> assertThat(found(a).text()).contains("1"));
  }

  @Test
  void aNameIsNotAnsweredByTheSecretOfAnotherAccount() {
    var answers =
        match(
            List.of(THEIRS + "-AbCdEf", "db"),
            List.of(entry(THEIRS, "theirs"), entry(OURS, "ours")),
            List.of());
    assertThat(found(answers.get("db")).text()).contains("ours");
    assertThat(found(answers.get(THEIRS + "-AbCdEf")).text()).contains("theirs");
  }

  @Test
  void aNameThatFailedIsNotAnsweredByTheSecretOfAnotherAccount() {
    var answers =
        match(
            List.of(THEIRS + "-AbCdEf", "db"),
            List.of(entry(THEIRS, "theirs")),
            List.of(error("db")));
    assertThat(failure(answers.get("db"))).isInstanceOf(NotFound.class);
    assertThat(found(answers.get(THEIRS + "-AbCdEf")).text()).contains("theirs");
  }

  @Test
  void aNameWithTwoAnswersIsLeftToBeAskedAlone() {
    assertThat(
            match(List.of("db"), List.of(entry(THEIRS, "theirs"), entry(OURS, "ours")), List.of()))
        .isEmpty();
  }

  @Test
  void aPartialArnIsNotAnsweredByALongerName() {
    var longer =
        SecretValueEntry.builder()
            .name("db-replica-key")
            .arn(OURS + "-replica-key-AbCdEf")
            .versionId("v")
            .secretString("longer")
            .versionStages("AWSCURRENT")
            .build();
    assertThat(match(List.of(OURS), List.of(longer), List.of())).isEmpty();
    assertThat(match(List.of("db"), List.of(longer), List.of())).isEmpty();
  }

  @Test
  void anErrorIsThatOfTheSecretHoweverItIsSpelled() {
    var answers =
        match(List.of("other", OURS), List.of(), List.of(error(OURS + "-AbCdEf"), error("x")));
    assertThat(answers).containsOnlyKeys(OURS);
    assertThat(failure(answers.get(OURS))).isInstanceOf(NotFound.class);
  }

  private static Map<String, Answer<SecretValue>> match(
      List<String> asked, List<SecretValueEntry> entries, List<APIErrorType> errors) {
    return BatchAnswers.match(
        asked,
        entries,
        errors,
        (key, reply) -> Answer.failed(new NotFound(key, reply.code(), "check it")));
  }

  private static SecretValueEntry entry(String partialArn, String value) {
    return SecretValueEntry.builder()
        .name("db")
        .arn(partialArn + "-AbCdEf")
        .versionId("v")
        .secretString(value)
        .versionStages("AWSCURRENT")
        .build();
  }

  private static APIErrorType error(String id) {
    return APIErrorType.builder()
        .secretId(id)
        .errorCode("ResourceNotFoundException")
        .message("no")
        .build();
  }
}
