package dev.keyturn.bench;

import dev.keyturn.testbed.OperatorHome;
import dev.keyturn.testbed.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
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
          System.getProperty(
                  "bench.scenarios", "sync,steady,rotation,foreign,floor,stores,shared,shapes")
              .split(",", -1));

  /** After it the looks that follow every change are over. */
  private static final Duration SETTLE = Duration.ofSeconds(65);

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int ROTATED = 50;
  private static final int ROUNDS = 3;

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
    rehearse();
    if (wants("sync")) {
      race();
    }
    if (wants("steady") || wants("rotation") || wants("foreign")) {
      oneStore();
    }
    if (wants("stores")) {
      twentyStores();
    }
    if (wants("shared")) {
      shared();
    }
    if (wants("shapes")) {
      shapes();
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

  /** So that a cold sync is one of a cold operator, not of a cold API server and bench. */
  private void rehearse() throws InterruptedException {
    world.create(N, N, "ClusterSecretStore");
    world.deleteAll();
  }

  /**
   * Operator and bare client by turns, since the speed of a shared machine changes from minute to
   * minute; the medians are told.
   */
  private void race() throws IOException, InterruptedException {
    String scenario = oneStoreName();
    Path example = Path.of("target/bench/example.json");
    List<Double> ready = new ArrayList<>();
    List<Double> idle = new ArrayList<>();
    List<Synced> cold = new ArrayList<>();
    List<Synced> warm = new ArrayList<>();
    List<Double> bareCold = new ArrayList<>();
    List<Double> bareWarm = new ArrayList<>();
    world.secrets(N);
    for (int round = 1; round <= ROUNDS; round++) {
      try (OperatorProcess operator = OperatorProcess.start(home, aws, "race-" + round)) {
        ready.add(seconds(operator.startTook()));
        TimeUnit.SECONDS.sleep(5);
        idle.add(operator.rssMib());
        cold.add(sync(operator, N, N, "ClusterSecretStore"));
        world.deleteAll();
        TimeUnit.SECONDS.sleep(5);
        warm.add(sync(operator, N, N, "ClusterSecretStore"));
        Files.writeString(example, world.example());
      }
      world.deleteAll();
      TimeUnit.SECONDS.sleep(3);
      if (wants("floor")) {
        try (BareProcess bare = BareProcess.start(cluster, world, example, N)) {
          for (List<Double> rounds : List.of(bareCold, bareWarm)) {
            rounds.add(bare.round());
            world.deleteAll();
            TimeUnit.SECONDS.sleep(3);
          }
        }
      }
    }
    report.add(scenario, "operator ready", median(ready), "s", "");
    report.add(scenario, "memory before any work", median(idle), "MiB", "");
    tell(scenario, "cold", "≤ 7.5", cold);
    tell(scenario, "warm", "", warm);
    if (wants("floor")) {
      against(scenario, "cold", cold, bareCold);
      against(scenario, "warm", warm, bareWarm);
    }
  }

  private void against(String scenario, String jvm, List<Synced> synced, List<Double> floor) {
    report.add(scenario, "bare client, " + jvm, median(floor), "s", "");
    report.add(
        scenario,
        "operator / bare client, " + jvm,
        median(synced, Synced::all) / median(floor),
        "×",
        "≤ 1.3");
    report.say("  bare client, %s, s: %s".formatted(jvm, floor));
  }

  private static String oneStoreName() {
    return N + " on " + N + ", one store";
  }

  private void oneStore() throws IOException, InterruptedException {
    String scenario = oneStoreName();
    world.secrets(N);
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "one-store")) {
      var _ = sync(operator, N, N, "ClusterSecretStore");
      if (wants("steady")) {
        steady(operator, scenario, N <= 1000 ? "≤ 110" : "", "≤ 1", "≤ 220");
      }
      if (wants("rotation")) {
        rotation(scenario);
      }
      if (wants("foreign")) {
        foreign(operator, scenario);
      }
    }
    world.deleteAll();
  }

  /**
   * One initial sync.
   *
   * @param secrets seconds until all Secrets were written
   * @param all seconds until all statuses were, too
   * @param creating seconds that creating the ExternalSecrets took
   * @param cpu seconds of the operator
   * @param memory MiB after it
   */
  private record Synced(
      double secrets,
      double all,
      double creating,
      double cpu,
      double writes,
      double calls,
      double memory) {}

  private void tell(String scenario, String jvm, String reach, List<Synced> rounds) {
    String prefix = "initial sync, " + jvm;
    report.add(
        scenario, prefix + ": all Secrets written", median(rounds, Synced::secrets), "s", reach);
    report.add(scenario, prefix + ": all statuses, too", median(rounds, Synced::all), "s", "");
    report.add(scenario, prefix + ": creating alone", median(rounds, Synced::creating), "s", "");
    report.add(scenario, prefix + ": operator CPU", median(rounds, Synced::cpu), "s", "");
    report.add(scenario, prefix + ": Kubernetes writes", median(rounds, Synced::writes), "", "");
    report.add(scenario, prefix + ": AWS calls", median(rounds, Synced::calls), "", "");
    report.add(scenario, prefix + ": memory after", median(rounds, Synced::memory), "MiB", "");
    report.say("  %s, each round: %s".formatted(prefix, rounds));
  }

  private static double median(List<Synced> rounds, ToDoubleFunction<Synced> what) {
    return median(rounds.stream().map(what::applyAsDouble).toList());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private Synced sync(OperatorProcess operator, int count, int secrets, String storeKind)
      throws InterruptedException {
    AuditTail audit = new AuditTail(cluster.auditLog(), home.user());
    aws.counts.reset();
    double cpu = operator.cpu();
    Instant began = CLOCK.instant();
    world.create(count, secrets, storeKind);
    Instant created = CLOCK.instant();
    Progress progress = progress(audit, count);
    int writes = progress.writes();
    TimeUnit.SECONDS.sleep(3);
    writes += audit.next().size();
    Synced synced =
        new Synced(
            since(began, progress.written()),
            since(began, progress.told()),
            between(began, created),
            operator.cpu() - cpu,
            writes,
            aws.counts.reads(),
            operator.rssMib());
    right(count, secrets);
    return synced;
  }

  /**
   * A sync as the audit log shows it.
   *
   * @param written when each Secret was written last
   * @param told when each status was written first
   */
  private record Progress(Collection<Instant> written, Collection<Instant> told, int writes) {}

  private static Progress progress(AuditTail audit, int count) throws InterruptedException {
    Map<String, Instant> written = new HashMap<>();
    Map<String, Instant> told = new HashMap<>();
    int writes = 0;
    Instant end = CLOCK.instant().plus(LONGEST);
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
    return new Progress(written.values(), told.values(), writes);
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
    rest(operator, scenario, calls, cpuReach, memory);
  }

  private void rest(
      OperatorProcess operator, String scenario, String calls, String cpuReach, String memory)
      throws InterruptedException {
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

  private void twentyStores() throws IOException, InterruptedException {
    String scenario = N + " on " + N + ", 20 stores";
    world.namespacedStores();
    world.secrets(N);
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "twenty-stores")) {
      tell(scenario, "cold", "", List.of(sync(operator, N, N, "SecretStore")));
      steady(operator, scenario, N <= 1000 ? "≤ 130" : "", "", "");
    }
    world.deleteAll();
  }

  /** The same number of ExternalSecrets on more and more identities, found at a start. */
  private void shapes() throws IOException, InterruptedException {
    world.namespacedStores();
    World many = new World(cluster, aws, Math.max(1, N / 5));
    many.namespacedStores();
    world.secrets(N);
    shape(world, "ClusterSecretStore", "one identity", "≤ 75", "≤ 130", "≤ 105", "≤ 1");
    shape(many, "SecretStore", N / 5 + " identities", "≤ 300", "≤ 500", "≤ 420", "≤ 2");
    shape(world, "SecretStore", "20 identities", "≤ 100", "≤ 160", "≤ 130", "≤ 1.1");
  }

  private void shape(
      World shaped,
      String storeKind,
      String name,
      String sync,
      String first,
      String then,
      String cpu)
      throws IOException, InterruptedException {
    String scenario = N + " on " + name + ", found at the start";
    shaped.create(N, N, storeKind);
    AuditTail audit = new AuditTail(cluster.auditLog(), home.user());
    aws.counts.reset();
    Instant began = CLOCK.instant();
    try (OperatorProcess operator =
        OperatorProcess.start(home, aws, "shape-" + name.replace(' ', '-'))) {
      Progress progress = progress(audit, N);
      report.add(scenario, "start and sync: AWS calls", (double) aws.counts.reads(), "", sync);
      aws.counts.reset();
      report.add(
          scenario, "start and sync: all Secrets", since(began, progress.written()), "s", "");
      report.add(scenario, "start and sync: operator CPU", operator.cpu(), "s", "");
      TimeUnit.MINUTES.sleep(1);
      report.add(
          scenario, "first minute after it: AWS calls", (double) aws.counts.reads(), "", first);
      rest(operator, scenario, N <= 1000 ? then : "", cpu, "");
      List<String> wrong = shaped.wrong(N, N);
      if (!wrong.isEmpty()) {
        throw new IllegalStateException(wrong.size() + " Secrets are wrong: " + wrong);
      }
    }
    shaped.deleteAll();
  }

  private void shared() throws IOException, InterruptedException {
    int count = Math.max(10, N / 2);
    String scenario = count + " on 10";
    world.secrets(10);
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "shared")) {
      tell(scenario, "cold", "", List.of(sync(operator, count, 10, "ClusterSecretStore")));
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
      tell(scenario, "cold", "", List.of(sync(operator, count, secrets, "ClusterSecretStore")));
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
