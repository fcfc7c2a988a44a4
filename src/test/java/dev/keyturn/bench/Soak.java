package dev.keyturn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.hostile.HostileNamespace;
import dev.keyturn.testbed.OperatorHome;
import dev.keyturn.testbed.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Lives through bad times: AWS throttles, breaks, resets connections and is slow, while secrets
 * rotate at random, some announced, some not, some announced twice, and a namespace with a tenth of
 * the ExternalSecrets writes whatever the API server takes. Then the faults stop, and every Secret
 * must be right, without more threads or memory than in the beginning. Run it by {@code make soak}.
 */
class Soak {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int N = Integer.getInteger("bench.n", 500);
  private static final Duration TIME =
      Duration.ofSeconds(
          (long) (60 * Double.parseDouble(System.getProperty("bench.minutes", "10"))));
  private static final Faults FAULTS = new Faults(0.1, 0.1, 0.05, 0.1, Duration.ofMillis(1500));
  private static final Duration LATENCY = Duration.ofMillis(20);

  /** What is right must be so by then: the longest pause between two looks, and then some. */
  private static final Duration RECOVERY = Duration.ofMinutes(3);

  private static final long MORE_THREADS = 25;
  private static final double MORE_HEAP_MIB = 16;

  private final Random random = new Random(Long.getLong("bench.seed", 7));
  private final TestCluster cluster = TestCluster.withoutNodes();
  private final AwsFake aws = new AwsFake(LATENCY);
  private final OperatorHome home = OperatorHome.install(cluster);
  private final World world = new World(cluster, aws);
  private final HostileNamespace hostile = hostile();
  private final List<Sample> samples = new ArrayList<>();

  /** The process at one moment, its heap after a collection. */
  private record Sample(String when, double heap, double rss, long threads) {
    static Sample of(String when, OperatorProcess operator)
        throws IOException, InterruptedException {
      return new Sample(when, operator.liveHeapMib(), operator.rssMib(), operator.threads());
    }
  }

  @Test
  void everySecretIsRightInTheEndAndNothingGrew() throws IOException, InterruptedException {
    world.clusterStore();
    world.secrets(N);
    int announced = 0;
    int silent = 0;
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "soak")) {
      world.create(N, N, "ClusterSecretStore");
      assertThat(untilRight()).as("Secrets that are wrong before any fault").isEmpty();
      for (int i = 0; i < N / 5; i++) {
        hostile.write();
      }
      sample("start", operator);
      aws.counts.reset();
      aws.faults(FAULTS);
      Instant began = CLOCK.instant();
      boolean half = false;
      while (CLOCK.instant().isBefore(began.plus(TIME))) {
        hostile.write();
        FakeSecrets.Held held = aws.rotate(World.secret(random.nextInt(N)));
        if (random.nextBoolean()) {
          announced++;
          aws.announce(held);
          if (random.nextInt(5) == 0) {
            aws.queue.redeliver();
          }
        } else {
          silent++;
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
        if (!half && CLOCK.instant().isAfter(began.plus(TIME.dividedBy(2)))) {
          half = true;
          sample("middle", operator);
        }
      }
      aws.faults(Faults.NONE);
      Instant over = CLOCK.instant();
      List<String> wrong = untilRight();
      Duration recovery = Duration.between(over, CLOCK.instant());
      // What the last minutes left behind, sessions and batches under way, is gone by then.
      TimeUnit.SECONDS.sleep(60);
      sample("end", operator);
      write(announced, silent, wrong, recovery);
      assertThat(operator.alive()).as("the operator lives").isTrue();
      assertThat(wrong).as("Secrets that are wrong").isEmpty();
    } finally {
      aws.close();
    }
    Sample start = samples.getFirst();
    Sample end = samples.getLast();
    assertThat(end.threads()).as("threads").isLessThanOrEqualTo(start.threads() + MORE_THREADS);
    assertThat(end.heap()).as("live heap in MiB").isLessThanOrEqualTo(start.heap() + MORE_HEAP_MIB);
  }

  /** In a namespace of its own, with a store that works. */
  private HostileNamespace hostile() {
    String namespace = cluster.newNamespace("hostile").getMetadata().getName();
    var _ =
        cluster.kubectlWithInput(
            """
            apiVersion: keyturn.dev/v1
            kind: SecretStore
            metadata: {name: aws, namespace: %s}
            spec: {provider: {aws: {service: SecretsManager, region: %s}}}
            """
                .formatted(namespace, FakeSecrets.REGION),
            "apply",
            "-f",
            "-");
    for (String secret : List.of("db", "plain", "/a/path")) {
      var _ = aws.rotate(secret);
    }
    return new HostileNamespace(cluster.client(), namespace, 7, N / 10);
  }

  private void sample(String when, OperatorProcess operator)
      throws IOException, InterruptedException {
    Sample sample = Sample.of(when, operator);
    samples.add(sample);
    System.out.println(row(sample));
  }

  /** Waits for all of them; those that are still wrong when time is up. */
  private List<String> untilRight() throws InterruptedException {
    Instant end = CLOCK.instant().plus(RECOVERY);
    List<String> wrong = world.wrong(N, N);
    while (!wrong.isEmpty() && CLOCK.instant().isBefore(end)) {
      TimeUnit.SECONDS.sleep(1);
      wrong = world.wrong(N, N);
    }
    return wrong;
  }

  private void write(int announced, int silent, List<String> wrong, Duration recovery)
      throws IOException {
    StringBuilder text = new StringBuilder("# Soak\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "`make soak`, %s, on %s: %d ExternalSecrets with a secret each, refreshInterval 30 s,"
                + " %.0f minutes. Of all AWS calls %.0f %% were throttled, %.0f %% answered 500,"
                + " %.0f %% had their connection closed, %.0f %% took up to %d ms more than %d.%n%n",
            CLOCK.instant().toString().substring(0, 10),
            Machine.describe(),
            N,
            TIME.toSeconds() / 60.0,
            100 * FAULTS.throttled(),
            100 * FAULTS.broken(),
            100 * FAULTS.reset(),
            100 * FAULTS.slow(),
            FAULTS.longest().toMillis(),
            LATENCY.toMillis()));
    text.append(
        "Beside them a namespace wrote what the schemas admit, with %d objects at a time: %s.\n\n"
            .formatted(N / 10, hostile.answers()));
    text.append(
        "%d rotations, %d of them announced by an event, some twice, %d by nothing.\n\n"
            .formatted(announced + silent, announced, silent));
    text.append(
        wrong.isEmpty()
            ? "Every Secret was right %d s after the last fault.%n%n"
                .formatted(recovery.toSeconds())
            : "%d Secrets were wrong %d s after the last fault.%n%n"
                .formatted(wrong.size(), recovery.toSeconds()));
    text.append("| when | live heap | resident | threads |\n|---|---|---|---|\n");
    samples.forEach(sample -> text.append(row(sample)).append('\n'));
    text.append("\nAWS calls by operation: ").append(aws.counts.all()).append(".\n");
    Path file = Files.createDirectories(Path.of("target/bench")).resolve("soak.md");
    Files.writeString(file, text);
    System.out.println(text);
    System.out.println("written to " + file);
  }

  private static String row(Sample sample) {
    return String.format(
        Locale.ROOT,
        "| %s | %.1f MiB | %.0f MiB | %d |",
        sample.when(),
        sample.heap(),
        sample.rss(),
        sample.threads());
  }
}
