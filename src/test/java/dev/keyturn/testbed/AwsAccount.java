package dev.keyturn.testbed;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * An account that one test has for itself in an emulator, with credentials that may do everything.
 */
public record AwsAccount(URI endpoint, String id, AwsCredentials credentials) {
  public static final Region REGION = Region.EU_CENTRAL_1;

  /** MiniStack takes an access key of twelve digits for the root of that account. */
  static AwsAccount inMinistack(URI endpoint) {
    var id = newId();
    return new AwsAccount(endpoint, id, AwsBasicCredentials.create(id, "test"));
  }

  /**
   * Moto gives the credentials of an assumed role the account of the role, which need not exist.
   */
  static AwsAccount inMoto(URI endpoint) {
    var id = newId();
    try (var sts =
        client(StsClient.builder(), endpoint, AwsBasicCredentials.create("test", "test"))) {
      var role = "arn:aws:iam::%s:role/testbed".formatted(id);
      var session =
          sts.assumeRole(request -> request.roleArn(role).roleSessionName("testbed")).credentials();
      return new AwsAccount(
          endpoint,
          id,
          AwsSessionCredentials.create(
              session.accessKeyId(), session.secretAccessKey(), session.sessionToken()));
    }
  }

  public SecretsManagerClient secretsManager() {
    return client(SecretsManagerClient.builder(), endpoint, credentials);
  }

  public SsmClient ssm() {
    return client(SsmClient.builder(), endpoint, credentials);
  }

  public SqsClient sqs() {
    return client(SqsClient.builder(), endpoint, credentials);
  }

  public StsClient sts() {
    return client(StsClient.builder(), endpoint, credentials);
  }

  public EventBridgeClient eventBridge() {
    return client(EventBridgeClient.builder(), endpoint, credentials);
  }

  public IamClient iam() {
    return client(IamClient.builder(), endpoint, credentials);
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, URI endpoint, AwsCredentials credentials) {
    return builder
        .endpointOverride(endpoint)
        .region(REGION)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        // Whatever a busy machine takes: a creation that is repeated fails, as it is there.
        .httpClient(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMinutes(3)).build())
        .build();
  }

  private static String newId() {
    return Long.toString(
        ThreadLocalRandom.current().nextLong(100_000_000_000L, 1_000_000_000_000L));
  }
}
