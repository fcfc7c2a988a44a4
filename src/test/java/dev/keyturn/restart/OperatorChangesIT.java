package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.ArgoRollouts;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator goes and comes, has a wrong clock, counts; a node dies. */
@RealCluster
@Alone
class OperatorChangesIT extends OnControlPlane {
  @Test
  void a_change_while_the_operator_was_down_is_found(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    bed.close();
    Instant at;
    try {
      externalSecret(ns, "db", "");
      for (WorkloadAdapter kind : WorkloadAdapter.values()) {
        kind.apply(cluster, ns, kind.manifest(named(kind), readsAll("db"), "", ""));
      }
      for (WorkloadAdapter kind : WorkloadAdapter.values()) {
        kind.awaitRollout(cluster, ns, named(kind));
      }
      at = RestartBed.thisSecond();
      bed.changed(ns, "db", at, "password");
    } finally {
      bed = RestartBed.start(client, Clock.systemUTC());
    }
    for (WorkloadAdapter kind : WorkloadAdapter.values()) {
      untilRestartedFor(kind, ns, named(kind), Map.of("db", at));
    }
    bed.close();
    bed = RestartBed.start(client, Clock.systemUTC());
    untilIdle(ns, "db");
    untilAnotherHasRestarted(ns);
    for (WorkloadAdapter kind : WorkloadAdapter.values()) {
      assertThat(kind.generation(client, ns, named(kind))).as(kind.kind()).isEqualTo(2);
    }
  }

  private static String named(WorkloadAdapter kind) {
    return kind.kind().toLowerCase(Locale.ROOT);
  }

  @Test
  void a_node_that_does_not_answer_holds_no_daemonset_up(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DAEMON_SET;
    externalSecret(ns, "db", "progressDeadline: 10s");
    // Kubernetes counts the pod of that node, too.
    String two = ", updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", two));
    kind.awaitRollout(cluster, ns, "web");
    cluster.kubectlWithInput(
        """
        apiVersion: v1
        kind: Node
        metadata: {name: dead-%s}
        """
            .formatted(ns),
        "apply",
        "-f",
        "-");
    try {
      Eventually.holds(
          () -> assertThat(client.pods().inNamespace(ns).list().getItems()).hasSize(3));
      Instant at = RestartBed.thisSecond();
      bed.changed(ns, "db", at, "password");
      Eventually.holds(
          () ->
              assertThat(kind.restartedFor(client, ns, "web")).containsEntry("db", at.toString()));
      untilIdle(ns, "db");
      assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
    } finally {
      cluster.kubectl("delete", "node", "dead-" + ns);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-30, 30})
  void a_clock_that_is_wrong_changes_nothing(long seconds, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.DEPLOYMENT;
    externalSecret(ns, "db", "");
    kind.apply(cluster, ns, kind.manifest("web", readsAll("db"), "", ""));
    kind.awaitRollout(cluster, ns, "web");
    bed.close();
    bed = RestartBed.start(client, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds)));
    try {
      Instant at = RestartBed.thisSecond();
      bed.changed(ns, "db", at, "password");
      untilRestartedFor(kind, ns, "web", Map.of("db", at));
      untilIdle(ns, "db");
      assertThat(kind.generation(client, ns, "web")).isEqualTo(2);
      assertThat(restartedAt(kind, ns, "web"))
          .isBetween(at.plusSeconds(1), RestartBed.thisSecond().plusSeconds(2));
    } finally {
      bed.close();
      bed = RestartBed.start(client, Clock.systemUTC());
    }
  }

  @Test
  void argo_may_come_after_the_operator(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.ROLLOUT;
    bed.close();
    argo.close();
    bed = RestartBed.start(client, Clock.systemUTC());
    argo = ArgoRollouts.start(cluster);
    externalSecret(ns, "db", "");
    externalSecret(ns, "mail", "");
    for (String name : List.of("db", "mail")) {
      kind.apply(cluster, ns, kind.manifest(name, readsAll(name), "", ""));
    }
    for (String name : List.of("db", "mail")) {
      kind.awaitRollout(cluster, ns, name);
      Instant at = RestartBed.thisSecond();
      bed.changed(ns, name, at, "password");
      untilRestartedFor(kind, ns, name, Map.of(name, at));
      untilIdle(ns, name);
      assertThat(kind.generation(client, ns, name)).isEqualTo(2);
    }
  }

  @Test
  void every_restart_is_counted_to_its_end(Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    var kind = WorkloadAdapter.STATEFUL_SET;
    externalSecret(ns, "db", "");
    externalSecret(ns, "mail", "");
    kind.apply(
        cluster,
        ns,
        kind.manifest(
            "web",
            "containers: [{name: c, image: i, envFrom: [{secretRef: {name: db}}, {secretRef:"
                + " {name: mail}}]}]",
            "",
            ""));
    kind.awaitRollout(cluster, ns, "web");
    double started = counted("started");
    double completed = counted("completed");
    Instant at = RestartBed.thisSecond();
    bed.changed(ns, "db", at, "password");
    bed.changed(ns, "mail", at, "password");
    untilRestartedFor(kind, ns, "web", Map.of("db", at, "mail", at));
    untilIdle(ns, "db");
    untilIdle(ns, "mail");
    assertThat(counted("started")).isEqualTo(started + 1);
    assertThat(counted("completed")).isEqualTo(completed + 1);
  }

  private static double counted(String outcome) {
    return bed.meters()
        .counter("keyturn.restarts", "kind", "StatefulSet", "outcome", outcome)
        .count();
  }
}
