package dev.keyturn.bench;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.testbed.AuditLog;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.OperatorHome;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What restarts cost in a big cluster: ten Deployments of three pods in each of many namespaces,
 * which read a Secret. It measures and asserts nothing. Run it by {@code make bench-restarts}.
 */
class RestartBench {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int NAMESPACES = Integer.getInteger("bench.namespaces", 500);
  private static final int WORKLOADS = 10;
  private static final int PODS = 3;
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** Of the longest look that follows a change: then nobody looks any more. */
  private static final Duration AT_REST = Duration.ofSeconds(100);

  private final Report report = new Report();
  private final TestCluster cluster = TestCluster.shared();
  private final AwsFake aws = new AwsFake(Duration.ofMillis(20));
  private final OperatorHome home = OperatorHome.install(cluster);
  private final World world = new World(cluster, aws, NAMESPACES);
  private final String scenario =
      "%d namespaces, %d workloads, %d pods"
          .formatted(NAMESPACES, NAMESPACES * WORKLOADS, NAMESPACES * WORKLOADS * PODS);

  @Test
  void measure() throws Exception {
    report.about("machine", Machine.describe());
    report.about("its load before", Machine.load());
    world.clusterStore();
    world.secrets(NAMESPACES);
    world.create(NAMESPACES, NAMESPACES, "ClusterSecretStore");
    neverOpen();
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "restarts-empty")) {
      Eventually.holds(LONGEST, Duration.ofSeconds(5), this::right);
      double before = heapAtRest(operator);
      deployments();
      Eventually.holds(LONGEST, Duration.ofSeconds(10), this::allRun);
      double after = heapAtRest(operator);
      report.add(scenario, "heap at rest, without workloads", before, "MiB", "");
      report.add(scenario, "heap that they add", after - before, "MiB", "≤ 20");
      rest(operator);
      stale(operator);
    }
    forgetRestarts();
    start();
    var _ = report.write("restarts");
    aws.close();
  }

  /** So that every workload is judged to the end, and none restarts. */
  private void neverOpen() {
    patch(
        "merge",
        "{\"spec\":{\"restart\":{\"windows\":[{\"schedule\":\"0 0 29 2 *\",\"duration\":\"1m\"}]}}}");
  }

  private void patch(String type, String patch, String... more) {
    for (int i = 0; i < NAMESPACES; i++) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "patch",
                  "externalsecret.keyturn.dev/" + World.name(i),
                  "-n",
                  world.namespaceOf(i),
                  "--type=" + type,
                  "-p",
                  patch));
      command.addAll(List.of(more));
      var _ = cluster.kubectl(command.toArray(String[]::new));
    }
  }

  private void right() {
    if (!world.wrong(NAMESPACES, NAMESPACES).isEmpty()) {
      throw new AssertionError("not all Secrets are written yet");
    }
  }

  private static double heapAtRest(OperatorProcess operator)
      throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(AT_REST.toSeconds());
    return operator.liveHeapMib();
  }

  private void deployments() {
    for (int i = 0; i < NAMESPACES; i++) {
      String secret = World.name(i);
      var _ =
          cluster.kubectlWithInput(
              IntStream.range(0, WORKLOADS)
                  .mapToObj(
                      w ->
                          """
                          ---
                          apiVersion: apps/v1
                          kind: Deployment
                          metadata: {name: w%1$d}
                          spec:
                            replicas: %3$d
                            selector: {matchLabels: {app: w%1$d}}
                            template:
                              metadata: {labels: {app: w%1$d}}
                              spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: %2$s}}]}]}
                          """
                              .formatted(w, secret, PODS))
                  .collect(Collectors.joining()),
              "apply",
              "--server-side",
              "-n",
              world.namespaceOf(i),
              "-f",
              "-");
    }
  }

  private void allRun() {
    long running =
        cluster.client().apps().deployments().inAnyNamespace().list().getItems().stream()
            .filter(RestartBench::runs)
            .count();
    if (running < (long) NAMESPACES * WORKLOADS) {
      throw new AssertionError("only " + running + " Deployments run");
    }
  }

  private static boolean runs(Deployment it) {
    return Integer.valueOf(PODS).equals(it.getStatus().getReadyReplicas());
  }

  private void rest(OperatorProcess operator) throws InterruptedException {
    AuditLog log = AuditLog.fromNow(cluster, home.user());
    double cpu = operator.cpu();
    TimeUnit.MINUTES.sleep(1);
    report.add(scenario, "at rest: CPU", operator.cpu() - cpu, "s/min", "");
    report.add(scenario, "at rest: memory", operator.rssMib(), "MiB", "");
    report.add(
        scenario, "at rest: requests, Leases and watches apart", requests(log).size(), "/min", "");
  }

  private static List<AuditLog.Request> requests(AuditLog log) {
    return log.requests().stream()
        .filter(it -> !it.resource().equals("leases") && !it.verb().equals("watch"))
        .toList();
  }

  /** All secrets rotate, so that all workloads are stale. */
  private void stale(OperatorProcess operator) throws IOException, InterruptedException {
    AuditLog log = AuditLog.fromNow(cluster, home.user());
    double cpu = operator.cpu();
    Instant began = CLOCK.instant();
    for (int i = 0; i < NAMESPACES; i++) {
      aws.announce(aws.rotate(World.secret(i)));
    }
    double most = judged(operator);
    report.add(scenario, "all stale: until all is judged", since(began), "s", "");
    report.add(scenario, "all stale: CPU", operator.cpu() - cpu, "s", "");
    report.add(scenario, "all stale: heap at the most, garbage too", most, "MiB", "");
    report.add(scenario, "all stale: requests", requests(log).size(), "", "");
    report.add(scenario, "all stale: answered 429", refused(log), "", "0");
  }

  private static double refused(AuditLog log) {
    return log.requests().stream().filter(it -> it.code() == 429).count();
  }

  /** As it was before anybody told, so that who tells it again has judged it. */
  private void forgetRestarts() {
    patch("json", "[{\"op\":\"remove\",\"path\":\"/status/restart\"}]", "--subresource=status");
  }

  private void start() throws IOException, InterruptedException {
    AuditLog log = AuditLog.fromNow(cluster, home.user());
    Instant began = CLOCK.instant();
    try (OperatorProcess operator = OperatorProcess.start(home, aws, "restarts-start")) {
      report.add(scenario, "start: ready", operator.startTook().toMillis() / 1000.0, "s", "");
      double most = judged(operator);
      report.add(scenario, "start: until all is judged", since(began), "s", "≤ 30");
      report.add(scenario, "start: CPU", operator.cpu(), "s", "");
      report.add(scenario, "start: heap at the most, garbage too", most, "MiB", "");
      report.add(scenario, "start: requests", requests(log).size(), "", "");
      report.add(scenario, "start: answered 429", refused(log), "", "0");
      report.add(scenario, "start: heap after it", heapAtRest(operator), "MiB", "");
      report.add(scenario, "start: memory after it", operator.rssMib(), "MiB", "");
    }
  }

  /** Waits until each status tells of all; how much heap was in use at the most meanwhile. */
  private double judged(OperatorProcess operator) throws IOException, InterruptedException {
    double most = 0;
    Instant end = CLOCK.instant().plus(LONGEST);
    long waiting = 0;
    while (waiting < NAMESPACES) {
      if (CLOCK.instant().isAfter(end)) {
        throw new IllegalStateException(
            "only %d of %d were judged in time".formatted(waiting, NAMESPACES));
      }
      TimeUnit.MILLISECONDS.sleep(500);
      most = Math.max(most, operator.heapMib());
      waiting =
          cluster
              .client()
              .resources(ExternalSecret.class)
              .inAnyNamespace()
              .list()
              .getItems()
              .stream()
              .filter(RestartBench::waits)
              .count();
    }
    return most;
  }

  private static boolean waits(ExternalSecret it) {
    RestartStatus status = it.statusOrEmpty().restart();
    return status != null
        && status.workloads().size() == WORKLOADS
        && status.workloads().stream()
            .allMatch(workload -> Reason.OUTSIDE_WINDOW.text().equals(workload.reason()));
  }

  private static double since(Instant began) {
    return Duration.between(began, CLOCK.instant()).toMillis() / 1000.0;
  }
}
