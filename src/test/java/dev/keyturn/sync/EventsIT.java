package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.Condition;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * What AWS's change events do to an ExternalSecret. The queue is MiniStack's, which stands only for
 * a queue that delivers; the messages have the shapes of EventBridge.
 */
@RealCluster
@Alone
class EventsIT {
  private static final String ONLY_BY_EVENTS = "refreshInterval: 0s\n";

  private SyncBed bed;
  private SqsClient sqs;
  private String queue;

  @BeforeEach
  void listen(TestCluster cluster, Namespace namespace) {
    bed = SyncBed.on(cluster, namespace);
    sqs = bed.operator.account().sqs();
    queue = sqs.createQueue(request -> request.queueName("changes")).queueUrl();
    bed.operator = RunningOperator.with(Map.of("KEYTURN_EVENTS_QUEUE_URLS", queue));
  }

  @Test
  void a_change_that_is_announced_reaches_the_secret_without_a_timer() {
    String arn = bed.secret("app/db", "{\"password\":\"old\"}");
    bed.extract("db", "app/db", ONLY_BY_EVENTS);
    bed.awaitSecret("db", Map.of("password", "old"));
    String version = bed.change("app/db", "{\"password\":\"new\"}");
    announce(
        "Secret Label Updated",
        arn,
        """
        {"name":"app/db","labelUpdated":["AWSCURRENT"],"versionId":"%s"}"""
            .formatted(version));
    bed.awaitSecret("db", Map.of("password", "new"));
  }

  @Test
  void a_rotation_that_failed_is_told_until_one_succeeds() {
    String arn = bed.secret("app/db", "{\"password\":\"old\"}");
    bed.extract("db", "app/db", ONLY_BY_EVENTS);
    bed.awaitReady("db");
    rotation(arn, "RotationFailed");
    Eventually.holds(
        () ->
            assertThat(bed.status("db").condition(ConditionTypes.ROTATION_HEALTHY))
                .hasValueSatisfying(
                    condition -> {
                      assertThat(condition.status()).isEqualTo(Condition.Status.FALSE);
                      assertThat(condition.reason()).isEqualTo("RotationFailed");
                      assertThat(condition.message()).contains("app/db");
                    }));
    assertThat(bed.ready("db").isTrue()).isTrue();
    Eventually.holds(() -> assertThat(bed.warnings("db")).hasSize(1));
    rotation(arn, "RotationSucceeded");
    Eventually.holds(
        () -> assertThat(bed.status("db").condition(ConditionTypes.ROTATION_HEALTHY)).isEmpty());
  }

  private void rotation(String arn, String name) {
    announce(
        "AWS Service Event via CloudTrail",
        arn,
        """
        {"eventSource":"secretsmanager.amazonaws.com","eventName":"%s","eventTime":"%s",
         "additionalEventData":{"SecretId":"%s"}}"""
            .formatted(name, Clock.systemUTC().instant(), arn));
  }

  private void announce(String type, String arn, String detail) {
    String event =
        """
        {"version":"0","id":"1","detail-type":"%s","source":"aws.secretsmanager","account":"%s",
         "time":"%s","region":"%s","resources":["%s"],"detail":%s}"""
            .formatted(
                type,
                bed.account.id(),
                Clock.systemUTC().instant(),
                AwsAccount.REGION.id(),
                arn,
                detail);
    sqs.sendMessage(request -> request.queueUrl(queue).messageBody(event));
  }
}
