package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.RealCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As for a moment when a leader does not know that it has been replaced. */
@RealCluster
class TwoOperatorsIT extends OnControlPlane {
  private static RestartBed other;

  @BeforeAll
  static void startAnother() {
    other = RestartBed.start(client, Clock.systemUTC());
  }

  @AfterAll
  static void stopIt() {
    other.close();
  }

  @ParameterizedTest
  @EnumSource
  void two_operators_at_once_restart_once(WorkloadAdapter kind, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    List<String> workloads = List.of("a", "b", "c", "d");
    externalSecret(ns, "db", "maxConcurrent: 0");
    workloads.forEach(it -> kind.apply(cluster, ns, kind.manifest(it, readsAll("db"), "", "")));
    workloads.forEach(it -> kind.awaitRollout(cluster, ns, it));
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    workloads.forEach(it -> untilRestartedFor(kind, ns, it, Map.of("db", at)));
    untilIdle(ns, "db");
    workloads.forEach(it -> assertThat(kind.generation(client, ns, it)).as(it).isEqualTo(2));
  }
}
