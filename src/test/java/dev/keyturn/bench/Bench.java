package dev.keyturn.bench;

import dev.keyturn.testbed.OperatorHome;
import dev.keyturn.testbed.TestCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Measures the operator as it ships, on a real API server, against AWS in memory. It measures and
 * asserts nothing but that the Secrets are right. Run it by {@code make bench}.
 */
class Bench {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int N = Integer.getInteger("bench.n", 1000);
  private static final Duration WINDOW =
      Duration.ofSeconds(
          (long) (60 * Double.parseDouble(System.getProperty("bench.minutes", "2"))));
  private static final List<String> SCENARIOS =
      List.of(
          System.getProperty("bench.scenarios", "sync,steady,rotation,foreign,floor,stores,shared")
              .split(",", -1));

  /** After it the looks that follow every change are over. */
  private static final Duration SETTLE = Duration.ofSeconds(65);

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int ROTATED = 50;

  private final Report report = new Report();
  private final Random random = new Random(7);
  private final TestCluster cluster = TestCluster.withoutNodes();
  private final AwsFake aws = new AwsFake(Duration.ZERO);
  private final OperatorHome home = OperatorHome.install(cluster);
  private final World world = new World(cluster, aws);

  @Test
  void measure() throws Exception {
    report.about("ExternalSecrets", N);
    report.about("machine", Machine.describe());
    report.about("its load before", Machine.load());
    report.about(
        "AWS fake, calls per second", Math.round(Ceiling.perSecond(aws, Duration.ofSeconds(3))));
    aws.latency(Duration.ofMillis(20));
    world.clusterStore();
    if (wants("sync") || wants("steady") || wants("rotation") || wants("foreign")) {
      oneStore();
    }
    if (wants("stores")) {
      twentyStores();
    }
    if (wants("shared")) {
      shared();
    }
    if (wants("large")) {
      large();
    }
    var _ = report.write("bench-" + N);
    aws.close();
  }

  private static boolean wants(String scenario) {
    return SCENARIOS.contains(scenario);
  }

  private void oneStore() throws IOException, InterruptedException {
    String scenario = N + " on " + N + ", one store";
    Path example = Path.of("target/bench/example.json");
    Map<String, Synced> synced = new LinkedHashMap<>();
    world.secrets(N);
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "one-store")) {
      report.add(scenario, "operator ready", seconds(operator.startTook()), "s", "");
      TimeUnit.SECONDS.sleep(5);
      report.add(scenario, "memory before any work", operator.rssMib(), "MiB", "");
      synced.put("cold", sync(operator, scenario, "cold", N, N, "ClusterSecretStore", "≤ 7.5"));
      if (wants("sync")) {
        world.deleteAll();
        TimeUnit.SECONDS.sleep(5);
        synced.put("warm", sync(operator, scenario, "warm", N, N, "ClusterSecretStore", ""));
      }
      if (wants("steady")) {
        steady(operator, scenario, N <= 1000 ? "≤ 110" : "", "≤ 1", "≤ 220");
      }
      if (wants("rotation")) {
        rotation(scenario);
      }
      if (wants("foreign")) {
        foreign(operator, scenario);
      }
      Files.writeString(example, world.example());
    }
    world.deleteAll();
    if (wants("floor")) {
      floor(example, scenario, synced);
    }
  }

  /** How long until all Secrets were written, and all statuses, too. */
  private record Synced(double secrets, double all) {}

  private Synced sync(
      OperatorProcess operator,
      String scenario,
      String jvm,
      int count,
      int secrets,
      String storeKind,
      String reach)
      throws InterruptedException {
    AuditTail audit = new AuditTail(cluster.auditLog(), home.user());
    aws.counts.reset();
    double cpu = operator.cpu();
    Instant began = CLOCK.instant();
    world.create(count, secrets, storeKind);
    Instant created = CLOCK.instant();
    Map<String, Instant> written = new HashMap<>();
    Map<String, Instant> told = new HashMap<>();
    int writes = 0;
    Instant end = began.plus(LONGEST);
    while (told.size() < count || written.size() < count) {
      if (CLOCK.instant().isAfter(end)) {
        throw new IllegalStateException(
            "only %d of %d Secrets were written in time".formatted(written.size(), count));
      }
      TimeUnit.MILLISECONDS.sleep(200);
      for (AuditTail.Write write : audit.next()) {
        writes++;
        if (write.succeeded() && write.resource().equals("secrets")) {
          written.put(write.object(), write.at());
        }
        if (write.succeeded() && write.resource().equals("externalsecrets/status")) {
          told.putIfAbsent(write.object(), write.at());
        }
      }
    }
    Synced took = new Synced(since(began, written.values()), since(began, told.values()));
    TimeUnit.SECONDS.sleep(3);
    List<AuditTail.Write> late = audit.next();
    writes += late.size();
    String prefix = "initial sync, " + jvm;
    report.add(scenario, prefix + ": all Secrets written", took.secrets, "s", reach);
    report.add(scenario, prefix + ": all statuses, too", took.all, "s", "");
    report.add(scenario, prefix + ": creating alone", between(began, created), "s", "");
    report.add(scenario, prefix + ": operator CPU", operator.cpu() - cpu, "s", "");
    report.add(scenario, prefix + ": Kubernetes writes", writes, "", "");
    report.add(scenario, prefix + ": AWS calls", (double) aws.counts.reads(), "", "");
    report.add(scenario, prefix + ": memory after", operator.rssMib(), "MiB", "");
    right(count, secrets);
    return took;
  }

  private void right(int count, int secrets) {
    List<String> wrong = world.wrong(count, secrets);
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(wrong.size() + " Secrets are wrong: " + wrong);
    }
  }

  private void steady(
      OperatorProcess operator, String scenario, String calls, String cpuReach, String memory)
      throws InterruptedException {
    TimeUnit.SECONDS.sleep(SETTLE.toSeconds());
    AuditTail audit = new AuditTail(cluster.auditLog(), home.user());
    aws.counts.reset();
    double cpu = operator.cpu();
    Instant began = CLOCK.instant();
    double most = operator.rssMib();
    while (CLOCK.instant().isBefore(began.plus(WINDOW))) {
      TimeUnit.SECONDS.sleep(5);
      most = Math.max(most, operator.rssMib());
    }
    Duration window = Duration.between(began, CLOCK.instant());
    double minutes = seconds(window) / 60;
    report.add(
        scenario,
        "at rest: Secrets Manager calls",
        aws.counts.readsPerMinute(window),
        "/min",
        calls);
    report.add(scenario, "at rest: CPU", (operator.cpu() - cpu) / minutes, "s/min", cpuReach);
    List<AuditTail.Write> writes = audit.next();
    report.add(scenario, "at rest: Kubernetes writes", writes.size() / minutes, "/min", "0");
    writes.stream().limit(5).forEach(write -> report.say("  " + write));
    report.add(scenario, "at rest: most memory", most, "MiB", memory);
    report.add(scenario, "at rest: threads", (double) operator.threads(), "", "");
    report.say("  " + aws.counts.all());
  }

  private void rotation(String scenario) throws InterruptedException {
    List<Double> spaced = rotate(true, Duration.ofMillis(150));
    report.add(scenario, "rotation by event, one by one: p50", at(spaced, 0.5), "ms", "≤ 150");
    report.add(scenario, "rotation by event, one by one: p99", at(spaced, 0.99), "ms", "≤ 300");
    List<Double> burst = rotate(true, Duration.ZERO);
    report.add(scenario, "rotation by event, all at once: p50", at(burst, 0.5), "ms", "≤ 150");
    report.add(scenario, "rotation by event, all at once: p99", at(burst, 0.99), "ms", "≤ 300");
    List<Double> watched = rotate(false, Duration.ofMillis(600));
    report.add(scenario, "rotation by watch: p50", at(watched, 0.5) / 1000, "s", "");
    report.add(scenario, "rotation by watch: longest", at(watched, 1) / 1000, "s", "≤ 32");
    right(N, N);
  }

  /** Milliseconds from the change in AWS to the Secret written, sorted. */
  private List<Double> rotate(boolean announced, Duration gap) throws InterruptedException {
    AuditTail audit = new AuditTail(cluster.auditLog(), home.user());
    List<Integer> chosen =
        new ArrayList<>(random.ints(0, N).distinct().limit(Math.min(N, ROTATED)).boxed().toList());
    Collections.shuffle(chosen, random);
    Map<String, Instant> changed = new HashMap<>();
    for (int i : chosen) {
      changed.put(world.object(i), CLOCK.instant());
      FakeSecrets.Held held = aws.rotate(World.secret(i));
      if (announced) {
        aws.announce(held);
      }
      TimeUnit.NANOSECONDS.sleep(gap.toNanos());
    }
    Map<String, Double> took = new HashMap<>();
    Set<String> missing = new HashSet<>(changed.keySet());
    Instant end = CLOCK.instant().plusSeconds(90);
    while (!missing.isEmpty() && CLOCK.instant().isBefore(end)) {
      TimeUnit.MILLISECONDS.sleep(50);
      for (AuditTail.Write write : audit.next()) {
        if (write.succeeded()
            && write.resource().equals("secrets")
            && missing.remove(write.object())) {
          took.put(write.object(), between(changed.get(write.object()), write.at()) * 1000);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(missing.size() + " rotations did not arrive");
    }
    return took.values().stream().sorted().toList();
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  private void foreign(OperatorProcess operator, String scenario)
      throws IOException, InterruptedException {
    int count = 20 * N;
    double heap = operator.liveHeapMib();
    double rss = operator.rssMib();
    world.foreign(count);
    TimeUnit.SECONDS.sleep(5);
    String what = count + " foreign Secrets: ";
    report.add(scenario, what + "added heap", operator.liveHeapMib() - heap, "MiB", "≤ 2");
    report.add(scenario, what + "added memory", operator.rssMib() - rss, "MiB", "≤ 2");
    world.deleteForeign();
  }

  private void floor(Path example, String scenario, Map<String, Synced> synced)
      throws IOException, InterruptedException {
    List<String> command = OperatorProcess.java();
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            BareClient.class.getName(),
            cluster.kubeconfig().toString(),
            example.toString(),
            Integer.toString(N)));
    command.addAll(world.namespaces());
    Process bare =
        new ProcessBuilder(command)
            .redirectError(Path.of("target/bench/bare-client.log").toFile())
            .start();
    try (var input = bare.outputWriter(StandardCharsets.UTF_8);
        BufferedReader output = bare.inputReader(StandardCharsets.UTF_8)) {
      TimeUnit.SECONDS.sleep(3);
      for (Map.Entry<String, Synced> jvm : synced.entrySet()) {
        input.write("go\n");
        input.flush();
        String said = output.readLine();
        if (said == null) {
          throw new IllegalStateException(
              "the bare client failed, see target/bench/bare-client.log");
        }
        double floor = Long.parseLong(said) / 1000.0;
        report.add(scenario, "bare client, " + jvm.getKey(), floor, "s", "");
        report.add(
            scenario,
            "operator / bare client, " + jvm.getKey(),
            jvm.getValue().all / floor,
            "×",
            "≤ 1.3");
        world.deleteAll();
        TimeUnit.SECONDS.sleep(3);
      }
    } finally {
      bare.destroy();
    }
  }

  private void twentyStores() throws IOException, InterruptedException {
    String scenario = N + " on " + N + ", 20 stores";
    world.namespacedStores();
    world.secrets(N);
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "twenty-stores")) {
      var _ = sync(operator, scenario, "cold", N, N, "SecretStore", "");
      steady(operator, scenario, N <= 1000 ? "≤ 130" : "", "", "");
    }
    world.deleteAll();
  }

  private void shared() throws IOException, InterruptedException {
    int count = Math.max(10, N / 2);
    String scenario = count + " on 10";
    world.secrets(10);
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "shared")) {
      var _ = sync(operator, scenario, "cold", count, 10, "ClusterSecretStore", "");
      steady(operator, scenario, "≤ 2.2", "", "");
    }
    world.deleteAll();
  }

  private void large() throws IOException, InterruptedException {
    int count = 10 * N;
    int secrets = 2 * N;
    String scenario = count + " on " + secrets;
    world.secrets(secrets);
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "large")) {
      var _ = sync(operator, scenario, "cold", count, secrets, "ClusterSecretStore", "");
      steady(operator, scenario, "", "", "≤ 512");
      report.add(scenario, "live heap", operator.liveHeapMib(), "MiB", "");
    }
    world.deleteAll();
  }

  private static double since(Instant began, Iterable<Instant> times) {
    Instant last = began;
    for (Instant time : times) {
      last = time.isAfter(last) ? time : last;
    }
    return between(began, last);
  }

  private static double between(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
