package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.restart.decide.Workload.Progress;
import dev.keyturn.restart.gather.Workloads;
import dev.keyturn.stress.AuditCount;
import dev.keyturn.stress.WatchCount;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Workloads over Secrets that change at random, every third time once more while they roll out what
 * changed before, and the operator is killed again and again. What happened is counted by programs
 * that know nothing of us: from the audit log by {@link AuditCount}, and from a watch by {@link
 * WatchCount}. Run it by {@code make restart-stress}.
 */
@RealCluster
class RestartStress {
  private static final int WORKLOADS = Integer.getInteger("stress.workloads", 200);
  private static final int SECRETS = 50;
  private static final int KILLS = 5;
  private static final int AT_A_TIME = 2;
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("stress.seconds", 300));

  private final Random random = new Random(Long.getLong("stress.seed", 7));

  @Test
  void every_change_is_followed_and_none_twice(
      TestCluster cluster, KubernetesClient client, Namespace namespace)
      throws IOException, InterruptedException {
    String ns = namespace.getMetadata().getName();
    RestartBed.installCrds(client);
    apply(cluster, ns);
    Eventually.holds(
        Duration.ofMinutes(5),
        Duration.ofSeconds(2),
        () -> assertThat(available(client, ns)).isEqualTo(WORKLOADS));

    Process watching =
        java(WatchCount.class, cluster.kubeconfig().toString(), ns, Integer.toString(AT_A_TIME))
            .start();
    List<String> changes = new ArrayList<>();
    Process operator = start(cluster);
    Instant end = Clock.systemUTC().instant().plus(TIME);
    Instant nextKill = Clock.systemUTC().instant().plus(TIME.dividedBy(KILLS + 1));
    int kills = 0;
    Map<String, Map<String, Object>> records = new HashMap<>();
    while (Clock.systemUTC().instant().isBefore(end)) {
      changes.add(change(client, ns, records, "s" + random.nextInt(SECRETS)));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(2500)));
      if (random.nextInt(3) == 0) {
        String rolling = changes.getLast().split(" ", -1)[0];
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2000 + random.nextInt(4000)));
        changes.add(change(client, ns, records, rolling));
      }
      if (kills < KILLS && Clock.systemUTC().instant().isAfter(nextKill)) {
        operator.destroyForcibly().waitFor();
        operator = start(cluster);
        nextKill = Clock.systemUTC().instant().plus(TIME.dividedBy(KILLS + 1));
        kills++;
      }
    }
    Path log = Path.of("target/restart-stress-changes.txt");
    Files.write(log, changes);
    Eventually.holds(
        Duration.ofMinutes(8),
        Duration.ofSeconds(2),
        () -> assertThat(pending(client, ns, records)).isZero());
    operator.destroyForcibly().waitFor();

    Path pods = Path.of("target/restart-stress-pods.json");
    Files.writeString(pods, cluster.kubectl("get", "pods", "-n", ns, "-o", "json"));
    Process count =
        java(AuditCount.class, cluster.auditLog().toString(), ns, log.toString(), pods.toString())
            .start();
    String words = new String(count.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    watching.getOutputStream().close();
    String watched = new String(watching.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.printf("operator killed %d times: %s%s%n", kills, words, watched);
    assertThat(count.waitFor()).as(words).isZero();
    assertThat(watching.waitFor()).as(watched).isZero();
  }

  private static void apply(TestCluster cluster, String ns) {
    StringBuilder manifests = new StringBuilder();
    for (int i = 0; i < SECRETS; i++) {
      manifests
          .append("---\n")
          .append(Manifests.externalSecret("s" + i, "s" + i, "maxConcurrent: " + AT_A_TIME));
    }
    for (int i = 0; i < WORKLOADS; i++) {
      // Every third reads a second Secret; every second reads a single key.
      String first = "s" + i % SECRETS;
      String reads =
          i % 2 == 0 ? Manifests.wholeEnvironment(first) : Manifests.environment(first, "a");
      String more =
          i % 3 == 0
              ? ", {name: d, image: i, "
                  + Manifests.wholeEnvironment("s" + (i * 7 + 3) % SECRETS)
                  + "}"
              : "";
      manifests
          .append("---\n")
          .append(
              WorkloadAdapter.DEPLOYMENT.manifest(
                  "w" + i,
                  "containers: [{name: c, image: i, " + reads + "}" + more + "]",
                  "",
                  ", minReadySeconds: 2, strategy: {rollingUpdate: {maxSurge: 0,"
                      + " maxUnavailable: 1}}"));
    }
    cluster.kubectlWithInput(manifests.toString(), "apply", "--server-side", "-n", ns, "-f", "-");
  }

  private static long available(KubernetesClient client, String ns) {
    return client.apps().deployments().inNamespace(ns).list().getItems().stream()
        .filter(it -> it.getStatus().getAvailableReplicas() != null)
        .count();
  }

  private String change(
      KubernetesClient client, String ns, Map<String, Map<String, Object>> records, String secret) {
    String key = random.nextBoolean() ? "a" : "b";
    String at = RestartBed.thisSecond().toString();
    Map<String, Object> record = records.computeIfAbsent(secret, _ -> new HashMap<>());
    record.put(key, at);
    record.put("*", at);
    RestartBed.record(client, ns, secret, record);
    return String.join(" ", secret, key, at);
  }

  private static long pending(
      KubernetesClient client, String ns, Map<String, Map<String, Object>> records) {
    long said =
        client.resources(ExternalSecret.class).inNamespace(ns).list().getItems().stream()
            .filter(it -> it.statusOrEmpty().restart() != null)
            .count();
    long rolling =
        client.apps().deployments().inNamespace(ns).list().getItems().stream()
            .filter(it -> Workloads.of(it).progress().stage() != Progress.Stage.COMPLETE)
            .count();
    Instant newest =
        records.values().stream()
            .flatMap(record -> record.values().stream())
            .map(at -> Instant.parse(at.toString()))
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    boolean settled = Clock.systemUTC().instant().isAfter(newest.plusSeconds(20));
    return settled ? said + rolling : 1;
  }

  private static Process start(TestCluster cluster) throws IOException {
    return java(StressedOperator.class, cluster.kubeconfig().toString())
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(new File("target/restart-stress-operator.log")))
        .start();
  }

  private static ProcessBuilder java(Class<?> program, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }
}
