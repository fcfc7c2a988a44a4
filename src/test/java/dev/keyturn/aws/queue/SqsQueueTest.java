package dev.keyturn.aws.queue;

import static dev.keyturn.aws.FakeAws.call;
import static dev.keyturn.aws.FakeAws.error;
import static dev.keyturn.aws.FakeAws.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.aws.FakeAws;
import dev.keyturn.rotation.EventShapes;
import dev.keyturn.testbed.Eventually;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A queue that is gone, denied or silent, as documented. */
class SqsQueueTest {
  private final FakeAws aws = new FakeAws();
  private final List<Duration> rests = new ArrayList<>();
  private final SqsQueue queue =
      new SqsQueue(
          "https://sqs.eu-central-1.amazonaws.com/111122223333/changes",
          aws.connections,
          aws.connections.clients().sqs("eu-central-1", Optional.of(aws.uri())),
          "eu-central-1",
          rest -> {
            rests.add(rest);
            aws.clock.pass(rest);
          },
          EventShapes::read);

  @AfterEach
  void stop() {
    aws.close();
  }

  @Test
  void aQueueThatIsGoneIsAskedLessAndLessOften() throws Exception {
    aws.answer(
        call("ReceiveMessage"),
        error(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist."));
    for (int i = 0; i < 8; i++) {
      assertThat(queue.next()).isEmpty();
    }
    assertThat(rests)
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    assertThat(aws.calls("ReceiveMessage")).isEqualTo(8);
  }

  @Test
  void aQueueThatRecoversIsListenedToAtOnce() throws Exception {
    aws.answer(call("ReceiveMessage"), error(403, "AccessDenied", "no"));
    queue.next();
    queue.next();
    aws.answer(call("ReceiveMessage"), json("{\"Messages\":[]}"));
    queue.next();
    queue.next();
    assertThat(rests).hasSize(2);
    aws.answer(call("ReceiveMessage"), error(403, "AccessDenied", "no"));
    queue.next();
    assertThat(rests.getLast()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void messagesAreTakenOffTogether() throws Exception {
    StringBuilder messages = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      messages.append(i == 0 ? "" : ",").append(message(i));
    }
    aws.answer(call("ReceiveMessage"), json("{\"Messages\":[" + messages + "]}"));
    aws.answer(
        call("DeleteMessageBatch"), json("{\"Successful\":[],\"Failed\":[]}").withFixedDelay(200));
    for (int i = 0; i < 10; i++) {
      queue.next();
    }
    Eventually.holds(
        () ->
            assertThat(
                    aws.bodies("DeleteMessageBatch").stream()
                        .mapToInt(request -> request.split("ReceiptHandle", -1).length - 1)
                        .sum())
                .isEqualTo(100));
    assertThat(aws.calls("DeleteMessageBatch")).isBetween(10, 20);
  }

  private static String message(int number) throws Exception {
    String md5 =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("MD5").digest("{}".getBytes(StandardCharsets.UTF_8)));
    return "{\"MessageId\":\"m%d\",\"ReceiptHandle\":\"r%d\",\"MD5OfBody\":\"%s\",\"Body\":\"{}\"}"
        .formatted(number, number, md5);
  }

  @Test
  void anInterruptEndsTheLongPoll() {
    aws.answer(call("ReceiveMessage"), json("{}").withFixedDelay(20_000));
    long start = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(queue::next);
      LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      threads.shutdownNow();
      assertThatThrownBy(waiting::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(InterruptedException.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("sooner than the answer comes")
        .isLessThan(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @CsvSource({
    "sqs.eu-central-1.amazonaws.com,eu-central-1",
    "sqs-fips.us-gov-west-1.amazonaws.com,us-gov-west-1",
    "sqs.ap-southeast-2.api.aws,ap-southeast-2",
    "vpce-0ab-x1.sqs.eu-west-1.vpce.amazonaws.com,eu-west-1",
    "eu-north-1.queue.amazonaws.com,eu-north-1",
    "127.0.0.1,",
  })
  void theRegionIsThatOfTheQueuesUrl(String host, String region) {
    assertThat(SqsQueue.region(host)).isEqualTo(Optional.ofNullable(region));
  }
}
