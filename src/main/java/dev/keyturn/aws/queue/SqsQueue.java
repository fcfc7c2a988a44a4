package dev.keyturn.aws.queue;

import dev.keyturn.aws.call.Connected;
import dev.keyturn.aws.call.Operation;
import dev.keyturn.aws.call.Pause;
import dev.keyturn.aws.identity.Connections;
import dev.keyturn.aws.identity.SessionKey;
import dev.keyturn.aws.identity.SignedCalls;
import dev.keyturn.rotation.ChangeFeed;
import dev.keyturn.rotation.ChangeNotice;
import dev.keyturn.rotation.SecretEvent;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.SourceFailure;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Change events from an SQS queue, as the operator's own identity. Messages of unknown shape are
 * taken off; all others stay until they are acknowledged. Trouble is said once when it begins or
 * changes and once when it ends, and the queue is then asked less and less often.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html">Long
 *     polling</a>
 */
public final class SqsQueue implements ChangeFeed {
  private static final Logger LOG = Logger.getLogger(SqsQueue.class);
  private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d{1,2}");
  private static final int LONG_POLL_SECONDS = 20;
  private static final int MOST = 10;
  private static final int MOST_UNDELETED = 10_000;
  private static final Duration FIRST_REST = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final String url;
  private final Connections aws;
  private final Connected<SqsClient> sqs;
  private final SessionKey operator;
  private final Pause pause;
  private final Function<String, Optional<SecretEvent>> shapes;
  private final BlockingQueue<String> done = new LinkedBlockingQueue<>(MOST_UNDELETED);
  private final AtomicBoolean deleting = new AtomicBoolean();
  private Optional<String> trouble = Optional.empty();
  private Duration rest = FIRST_REST;

  SqsQueue(
      String url,
      Connections aws,
      Connected<SqsClient> sqs,
      String region,
      Pause pause,
      Function<String, Optional<SecretEvent>> shapes) {
    this.url = url;
    this.aws = aws;
    this.sqs = sqs;
    this.operator =
        new SessionKey(region, Optional.empty(), new CredentialSubject.Operator(), List.of());
    this.pause = pause;
    this.shapes = shapes;
  }

  public static SqsQueue at(
      String url, Connections aws, Pause pause, Function<String, Optional<SecretEvent>> shapes) {
    URI uri = URI.create(url);
    String host = Optional.ofNullable(uri.getHost()).orElse("");
    String region = region(host).orElseGet(SqsQueue::ownRegion);
    Optional<URI> endpoint =
        host.endsWith(".vpce.amazonaws.com")
            ? Optional.of(URI.create(uri.getScheme() + "://" + uri.getAuthority()))
            : Optional.empty();
    return new SqsQueue(url, aws, aws.clients().sqs(region, endpoint), region, pause, shapes);
  }

  /** The region that a queue's host names. */
  static Optional<String> region(String host) {
    return Stream.of(host.split("\\.", -1)).filter(REGION.asMatchPredicate()).findFirst();
  }

  @Override
  public List<ChangeNotice> next() throws InterruptedException {
    return switch (receive()) {
      case Answer.Found<List<Message>>(List<Message> messages) -> {
        recovered();
        yield notices(messages);
      }
      case Answer.Failed<List<Message>>(SourceFailure failure) -> {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        failed(failure);
        yield List.of();
      }
    };
  }

  private Answer<List<Message>> receive() {
    return call(
        Operation.RECEIVE_MESSAGE,
        (client, as) ->
            client
                .receiveMessage(
                    r ->
                        r.queueUrl(url)
                            .maxNumberOfMessages(MOST)
                            .waitTimeSeconds(LONG_POLL_SECONDS)
                            .overrideConfiguration(as))
                .messages());
  }

  private List<ChangeNotice> notices(List<Message> messages) {
    List<ChangeNotice> notices = new ArrayList<>();
    for (Message message : messages) {
      Runnable takeOff = () -> delete(message.receiptHandle());
      Optional<SecretEvent> change = shapes.apply(message.body());
      aws.metrics().received(change.isPresent());
      change.ifPresentOrElse(c -> notices.add(new ChangeNotice(c, takeOff)), takeOff);
    }
    return notices;
  }

  /** If it fails, or there is no room, the message comes again, which does no harm. */
  private void delete(String receipt) {
    if (done.offer(receipt)) {
      deleteOnOneThread();
    }
  }

  private void deleteOnOneThread() {
    if (!done.isEmpty() && deleting.compareAndSet(false, true)) {
      Thread.startVirtualThread(
          () -> {
            try {
              List<String> receipts = new ArrayList<>();
              done.drainTo(receipts, MOST);
              deleteTogether(receipts);
            } finally {
              deleting.set(false);
              deleteOnOneThread();
            }
          });
    }
  }

  private void deleteTogether(List<String> receipts) {
    List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
    for (String receipt : receipts) {
      entries.add(
          DeleteMessageBatchRequestEntry.builder()
              .id(String.valueOf(entries.size()))
              .receiptHandle(receipt)
              .build());
    }
    call(
        Operation.DELETE_MESSAGE_BATCH,
        (client, as) ->
            client.deleteMessageBatch(
                r -> r.queueUrl(url).entries(entries).overrideConfiguration(as)));
  }

  private <T> Answer<T> call(Operation operation, SignedCalls.Request<SqsClient, T> request) {
    return aws.calls().call(operator, operator.asks(operation, url), sqs, request);
  }

  private void failed(SourceFailure failure) throws InterruptedException {
    if (!trouble.equals(Optional.of(failure.code()))) {
      LOG.warnf("No change events from %s; polling goes on", failure.message());
      trouble = Optional.of(failure.code());
    }
    Duration now = rest;
    rest = rest.multipliedBy(2).compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest.multipliedBy(2);
    pause.sleep(now);
  }

  private void recovered() {
    if (trouble.isPresent()) {
      LOG.infof("Change events from %s again", url);
      trouble = Optional.empty();
      rest = FIRST_REST;
    }
  }

  private static String ownRegion() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion().id();
    } catch (SdkClientException e) {
      throw new IllegalArgumentException(
          "keyturn.events.queue-urls: the URL of a queue names no region, and AWS_REGION is not"
              + " set",
          e);
    }
  }
}
