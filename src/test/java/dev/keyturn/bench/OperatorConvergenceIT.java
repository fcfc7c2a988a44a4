package dev.keyturn.bench;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.AuditLog;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The operator as it is shipped, while AWS fails at random, secrets rotate with events and without,
 * ExternalSecrets turn to other secrets, go and come back, and the operator is killed and another
 * one takes the lead. When it is over every Secret holds what AWS holds, nothing moves, and every
 * ExternalSecret is still followed. What happens is drawn by a seed, which is printed.
 */
@RealCluster
@Alone
class OperatorConvergenceIT {
  private static final Duration TIME = Duration.ofSeconds(45);
  private static final int CRASHES = 2;
  private static final int SECRETS = 12;
  private static final int RESOURCES = 60;
  private static final Faults FAULTS = new Faults(0.1, 0.1, 0.05, 0.1, Duration.ofMillis(800));
  private static final String POLLED = "5s";
  private static final String BY_EVENTS_ALONE = "0s";
  private static final Clock CLOCK = Clock.systemUTC();

  private final long seed = Long.getLong("convergence.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<Integer, Integer> secretOf = new TreeMap<>();
  private final AwsFake aws = new AwsFake(Duration.ofMillis(20));
  private final Map<String, String> settings =
      Map.of(
          "AWS_ENDPOINT_URL",
          aws.endpoint().toString(),
          "AWS_REGION",
          FakeSecrets.REGION,
          "KEYTURN_EVENTS_QUEUE_URLS",
          aws.queueUrl(),
          "KEYTURN_LEADER_ELECTION",
          "true",
          "KEYTURN_STORES_ALLOW_OPERATOR_IDENTITY",
          "true",
          // So that it leaves alone what other tests have in the cluster.
          "KEYTURN_CONTROLLER_CLASS",
          "convergence");
  private TestCluster cluster;
  private KubernetesClient client;
  private String namespace;
  private RunningOperator operator;

  @BeforeEach
  void createEverything(TestCluster cluster, Namespace namespace) {
    System.out.println("-Dconvergence.seed=" + seed);
    this.cluster = cluster;
    this.client = cluster.client();
    this.namespace = namespace.getMetadata().getName();
    operator = RunningOperator.with(settings);
    IntStream.range(0, SECRETS).forEach(i -> aws.rotate(World.secret(i)));
    apply(
        """
        apiVersion: keyturn.dev/v1
        kind: SecretStore
        metadata: {name: aws}
        spec: {controller: convergence, provider: {aws: {service: SecretsManager, region: %s}}}
        """
            .formatted(FakeSecrets.REGION));
    StringBuilder manifests = new StringBuilder();
    for (int i = 0; i < RESOURCES; i++) {
      secretOf.put(i, readable(i));
      manifests.append("---\n").append(manifest(i));
    }
    apply(manifests.toString());
    endsRight();
  }

  @AfterEach
  void endTheOperatorThatReadsTheFake() {
    RunningOperator.none();
    aws.close();
  }

  @Test
  void ends_with_what_aws_holds() throws InterruptedException {
    aws.faults(FAULTS);
    for (int i = 0; i < CRASHES; i++) {
      untilTimeIsUp(TIME.dividedBy(CRASHES + 1));
      operator.kill();
      IntStream.range(0, 5).forEach(_ -> somethingHappens());
      operator = RunningOperator.with(settings);
    }
    untilTimeIsUp(TIME.dividedBy(CRASHES + 1));
    aws.faults(Faults.NONE);
    endsRight();
    nothingMoves();
    IntStream.range(0, SECRETS).forEach(this::rotate);
    endsRight();
  }

  private void untilTimeIsUp(Duration time) throws InterruptedException {
    Instant end = CLOCK.instant().plus(time);
    while (CLOCK.instant().isBefore(end)) {
      somethingHappens();
      TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
    }
  }

  private void somethingHappens() {
    switch (random.nextInt(10)) {
      case 0 -> {
        int which = random.nextInt(RESOURCES);
        var _ =
            cluster.kubectl("delete", "externalsecrets.keyturn.dev", name(which), "-n", namespace);
        turnToAnother(which);
      }
      case 1, 2 -> turnToAnother(random.nextInt(RESOURCES));
      case 3 -> aws.queue.redeliver();
      default -> rotate(random.nextInt(SECRETS));
    }
  }

  private void turnToAnother(int which) {
    secretOf.put(which, readable(which));
    apply(manifest(which));
  }

  /** Every second secret is announced, and only what polls reads the others. */
  private void rotate(int secret) {
    FakeSecrets.Held held = aws.rotate(World.secret(secret));
    if (secret % 2 == 0) {
      aws.announce(held);
    }
  }

  private static boolean polls(int resource) {
    return resource % 2 == 1;
  }

  private int readable(int resource) {
    return polls(resource) ? random.nextInt(SECRETS) : 2 * random.nextInt(SECRETS / 2);
  }

  private String manifest(int resource) {
    return """
    apiVersion: keyturn.dev/v1
    kind: ExternalSecret
    metadata: {name: %s}
    spec:
      refreshInterval: %s
      secretStoreRef: {name: aws}
      data: [{secretKey: password, remoteRef: {key: %s}}]
    """
        .formatted(
            name(resource),
            polls(resource) ? POLLED : BY_EVENTS_ALONE,
            World.secret(secretOf.get(resource)));
  }

  private static String name(int resource) {
    return "e" + resource;
  }

  /** What nobody acknowledges is delivered again, as to an operator that was killed. */
  private void endsRight() {
    Eventually.holds(
        Duration.ofMinutes(3),
        Duration.ofSeconds(3),
        () -> {
          aws.queue.redeliver();
          assertThat(wrong()).as("Secrets that are wrong").isEmpty();
          assertThat(aws.queue.left()).as("messages not acknowledged").isZero();
        });
  }

  /** While everything is looked at again, and again. */
  private void nothingMoves() {
    AuditLog rest = AuditLog.fromNow(cluster, operator.user());
    long before = aws.counts.reads();
    Eventually.holds(() -> assertThat(aws.counts.reads()).isGreaterThanOrEqualTo(before + 4));
    assertThat(rest.writes(namespace)).as("writes though nothing changes").isEmpty();
  }

  private List<String> wrong() {
    Map<String, Secret> live =
        client.secrets().inNamespace(namespace).list().getItems().stream()
            .collect(toMap(it -> it.getMetadata().getName(), it -> it));
    return secretOf.entrySet().stream()
        .filter(
            it ->
                !World.isRight(
                    live.get(name(it.getKey())), aws.secrets.value(World.secret(it.getValue()))))
        .map(it -> name(it.getKey()) + " does not hold " + World.secret(it.getValue()))
        .toList();
  }

  private void apply(String manifests) {
    var _ =
        cluster.kubectlWithInput(manifests, "apply", "--server-side", "-n", namespace, "-f", "-");
  }
}
