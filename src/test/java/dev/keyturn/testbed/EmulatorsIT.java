package dev.keyturn.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

class EmulatorsIT {
  static Stream<AwsAccount> accounts() {
    var emulators = Emulators.shared();
    return Stream.of(
        emulators.newMotoAccount(),
        emulators.newMinistackAccount(),
        emulators.newMinistackAuthAccount());
  }

  @ParameterizedTest
  @MethodSource("accounts")
  void aSecretBelongsToItsAccount(AwsAccount account) {
    try (var secrets = account.secretsManager()) {
      var arn = secrets.createSecret(request -> request.name("app/db").secretString("value")).arn();
      assertThat(arn).contains(":" + account.id() + ":");
      assertThat(secrets.getSecretValue(request -> request.secretId("app/db")).secretString())
          .isEqualTo("value");
    }
  }

  @ParameterizedTest
  @MethodSource("accounts")
  void parametersAndQueuesWork(AwsAccount account) {
    try (var parameters = account.ssm();
        var queues = account.sqs()) {
      parameters.putParameter(
          request -> request.name("/app/url").value("here").type("SecureString"));
      assertThat(
              parameters
                  .getParameter(request -> request.name("/app/url").withDecryption(true))
                  .parameter()
                  .value())
          .isEqualTo("here");
      var queue = queues.createQueue(request -> request.queueName("changes")).queueUrl();
      queues.sendMessage(request -> request.queueUrl(queue).messageBody("hello"));
      assertThat(queues.receiveMessage(request -> request.queueUrl(queue)).messages()).hasSize(1);
    }
  }

  @Test
  void ministackWithAuthRefusesStrangers() {
    var emulators = Emulators.shared();
    var stranger =
        new AwsAccount(
            emulators.ministackAuth(),
            "000000000000",
            AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "no"));
    try (var secrets = stranger.secretsManager()) {
      assertThatThrownBy(secrets::listSecrets).isInstanceOf(SecretsManagerException.class);
    }
  }
}
