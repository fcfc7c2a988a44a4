package dev.keyturn.aws.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keyturn.aws.FixedKeys;
import dev.keyturn.aws.identity.Connections;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.ops.Tasks;
import dev.keyturn.rotation.ChangeListener;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.rotation.EventMeters;
import dev.keyturn.rotation.EventShapes;
import dev.keyturn.rotation.Following;
import dev.keyturn.rotation.RotationHealth;
import dev.keyturn.rotation.StageWatch;
import dev.keyturn.rotation.WatchMeters;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Sight;
import dev.keyturn.testbed.AwsAccount;
import dev.keyturn.testbed.Emulators;
import dev.keyturn.testbed.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What {@code examples/events} sets up, on moto, which is right about EventBridge to SQS. */
class ExampleEventsIT {
  private static final Path EXAMPLE = Path.of("examples/events");
  private static final String REGION = "eu-central-1";
  private static final Reference DB = FakeSource.reference(REGION, "app/db");

  private final AwsAccount account = Emulators.shared().newMotoAccount();
  private final SqsClient sqs = account.sqs();
  private final EventBridgeClient events = account.eventBridge();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ConcurrentLinkedQueue<String> woken = new ConcurrentLinkedQueue<>();
  private final FakeSource secrets = new FakeSource();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Tasks tasks =
      new Tasks() {
        @Override
        public void run(Runnable task) {
          Thread.startVirtualThread(task);
        }

        @Override
        public void after(Duration delay, Runnable task) {
          var _ = timer.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        }
      };
  private final Clock clock = Clock.systemUTC();
  private final SecretCache cache =
      new SecretCache(
          secrets,
          FakeSource::hash,
          tasks,
          clock,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(meters));
  private final Watchlist watchlist =
      new Watchlist(cache, dependant -> woken.add(dependant.name()));
  private final StageWatch watch =
      new StageWatch(cache, watchlist, tasks, clock, new Random(1), new WatchMeters(meters));

  @AfterEach
  void stop() {
    watch.stop();
    timer.shutdownNow();
  }

  @Test
  void aChangeReachesTheDependantsThroughRuleAndQueue() throws Exception {
    String url = queueBehindTheRule();
    hears(url);
  }

  @Test
  void theCommandsSetUpTheSame(@TempDir Path folder) throws Exception {
    assumeTrue(installed("aws"), "the AWS CLI is not installed");
    Path cli = folder.resolve("aws");
    String real = output(List.of("bash", "-c", "command -v aws"), Map.of()).strip();
    Files.writeString(
        cli, "#!/bin/sh\nexec '%s' --endpoint-url %s \"$@\"\n".formatted(real, account.endpoint()));
    assertThat(cli.toFile().setExecutable(true)).isTrue();
    AwsSessionCredentials credentials = (AwsSessionCredentials) account.credentials();
    String said =
        output(
            List.of("bash", EXAMPLE.resolve("create.sh").toString(), "changes"),
            Map.of(
                "PATH", folder + ":" + System.getenv("PATH"),
                "AWS_ACCESS_KEY_ID", credentials.accessKeyId(),
                "AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey(),
                "AWS_SESSION_TOKEN", credentials.sessionToken(),
                "AWS_DEFAULT_REGION", REGION));
    assertThat(said).contains("KEYTURN_EVENTS_QUEUE_URLS=");
    hears(sqs.getQueueUrl(r -> r.queueName("changes")).queueUrl());
  }

  @Test
  void terraformFindsItsFilesWellFormed() throws Exception {
    assumeTrue(installed("terraform"), "Terraform is not installed");
    assertThat(output(List.of("terraform", "fmt", "-check", EXAMPLE.toString()), Map.of()))
        .doesNotContain(".tf");
  }

  @Test
  void onlyWhatIsUnderstoodComesThroughTheRule() throws Exception {
    String url = queueBehindTheRule();
    emit("aws.secretsmanager", "AWS API Call via CloudTrail", "{\"eventName\":\"GetSecretValue\"}");
    emit("aws.ssm", "Parameter Store Policy Action", "{\"name\":\"/a\"}");
    emit("aws.ssm", "Parameter Store Change", "{\"operation\":\"Update\",\"name\":\"/app/db\"}");
    emit(
        "aws.secretsmanager",
        "AWS Service Event via CloudTrail",
        "{\"eventName\":\"RotationFailed\",\"additionalEventData\":{\"SecretId\":\"x\"}}");
    List<String> bodies =
        sqs
            .receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(5))
            .messages()
            .stream()
            .map(message -> message.body())
            .toList();
    assertThat(bodies).hasSize(2).allMatch(body -> EventShapes.read(body).isPresent());
  }

  private String queueBehindTheRule() throws IOException {
    String url = sqs.createQueue(r -> r.queueName("changes")).queueUrl();
    String arn =
        sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    String pattern = Files.readString(EXAMPLE.resolve("pattern.json"));
    events.putRule(r -> r.name("changes").eventPattern(pattern));
    Target target = Target.builder().id("keyturn").arn(arn).build();
    events.putTargets(r -> r.rule("changes").targets(List.of(target)));
    return url;
  }

  /** One dependant follows a secret; its change is announced and arrives, nothing is left over. */
  private void hears(String url) {
    secrets.put("app/db", "v1", "old");
    Sight used =
        Sight.ofValue(
            cache.ask(DB.identity(), Set.of(DB.ref()), Freshness.HELD).get(DB.ref()).join(),
            FakeSource.hash());
    watchlist.follow(
        new Dependant("ns", "one"),
        Map.of(DB, new Following(Optional.of(Duration.ofHours(1)), used)));
    ChangeListener listener =
        new ChangeListener(
            List.of(queue(url)),
            cache,
            watchlist,
            watch,
            tasks,
            clock,
            new RotationHealth(),
            new EventMeters(meters));
    watch.start();
    listener.start();
    secrets.put("app/db", "v2", "new");
    emit(
        "aws.secretsmanager",
        "Secret Label Updated",
        "{\"name\":\"app/db\",\"labelUpdated\":\"AWSCURRENT\",\"versionId\":\"v2\"}");
    Eventually.holds(() -> assertThat(woken).contains("one"));
    Eventually.holds(() -> assertThat(left(url)).isZero());
    listener.stop();
  }

  private void emit(String source, String type, String detail) {
    PutEventsRequestEntry entry =
        PutEventsRequestEntry.builder()
            .source(source)
            .detailType(type)
            .resources("arn:aws:secretsmanager:" + REGION + ":1:secret:app/db-AbCdEf")
            .detail(detail)
            .build();
    events.putEvents(r -> r.entries(List.of(entry)));
  }

  private int left(String url) {
    var attributes =
        sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
            .attributes();
    return Integer.parseInt(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
        + Integer.parseInt(
            attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
  }

  private SqsQueue queue(String url) {
    Connections aws =
        Connections.open(
            clock,
            clock,
            Thread::sleep,
            new FixedKeys(account.credentials()),
            account::credentials,
            new AwsCalls(meters),
            Thread::startVirtualThread);
    return new SqsQueue(
        url,
        aws,
        aws.clients().sqs(REGION, Optional.of(account.endpoint())),
        REGION,
        Thread::sleep,
        EventShapes::read);
  }

  private static boolean installed(String command) {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  private static String output(List<String> command, Map<String, String> environment)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
