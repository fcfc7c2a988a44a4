package dev.keyturn.aws.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.aws.FixedKeys;
import dev.keyturn.aws.identity.Connections;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.rotation.ChangeNotice;
import dev.keyturn.rotation.EventShapes;
import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Emulators;
import dev.keyturn.testbed.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Relies on moto for the long poll and for what is left on a queue. */
class SqsQueueOnMotoIT {
  private static final String EVENT =
      """
      {"detail-type":"Secret Label Updated","source":"aws.secretsmanager",
      "account":"111122223333","region":"eu-central-1","time":"2026-11-24T12:00:00Z",
      "resources":["arn:aws:secretsmanager:eu-central-1:111122223333:secret:app/db-AbCdEf"],
      "detail":{"name":"app/db","labelUpdated":"AWSCURRENT","versionId":"v2"}}\
      """;

  private final AwsAccount account = Emulators.shared().newMotoAccount();
  private final SqsClient admin = account.sqs();
  private final String url = admin.createQueue(r -> r.queueName("changes")).queueUrl();
  private final SqsQueue queue = queue();

  @Test
  void anEventStaysUntilItIsAcknowledgedAndGarbageDoesNot() throws Exception {
    admin.sendMessage(r -> r.queueUrl(url).messageBody("garbage"));
    admin.sendMessage(r -> r.queueUrl(url).messageBody(EVENT));
    List<ChangeNotice> notices = queue.next();
    if (notices.isEmpty()) {
      notices = queue.next();
    }
    assertThat(notices).hasSize(1);
    assertThat(notices.getFirst().change().versionId()).contains("v2");
    Eventually.holds(() -> assertThat(held()).isEqualTo(1));
    notices.getFirst().ack();
    Eventually.holds(() -> assertThat(held()).isZero());
  }

  @Test
  void aLongPollReturnsAsSoonAsSomethingComes() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(queue::next);
      assertThatThrownBy(() -> waiting.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      long sent = System.nanoTime();
      admin.sendMessage(r -> r.queueUrl(url).messageBody(EVENT));
      assertThat(waiting.get()).hasSize(1);
      assertThat(Duration.ofNanos(System.nanoTime() - sent))
          .as("sooner than the poll ends by itself")
          .isLessThan(Duration.ofSeconds(19));
    }
  }

  private int held() {
    var attributes =
        admin
            .getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
            .attributes();
    return Integer.parseInt(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
        + Integer.parseInt(
            attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
  }

  private SqsQueue queue() {
    Connections aws =
        Connections.open(
            Clock.systemUTC(),
            Clock.systemUTC(),
            Thread::sleep,
            new FixedKeys(account.credentials()),
            account::credentials,
            new AwsCalls(new SimpleMeterRegistry()),
            Thread::startVirtualThread);
    return new SqsQueue(
        url,
        aws,
        aws.clients().sqs("eu-central-1", Optional.of(account.endpoint())),
        "eu-central-1",
        Thread::sleep,
        EventShapes::read);
  }
}
