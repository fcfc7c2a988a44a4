package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealNode;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** One leader after another, each without the memory of the one before. */
@RealNode
class NodeLeaderIT {
  private static final WorkloadAdapter KIND = WorkloadAdapter.DEPLOYMENT;
  private static final String WITNESS = "witness";

  @Test
  void who_was_in_a_crash_loop_at_the_change_is_judged_alike_by_the_next_leader(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    String ns = namespace.getMetadata().getName();
    OnNode node = new OnNode(cluster, client, ns);
    RestartBed.installCrds(client);
    node.secret("one");
    node.externalSecret();
    node.deploy(
        OnNode.container(
            "[ $P = two ] || exit 3; echo $P",
            "env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]"));
    Eventually.holds(
        () ->
            assertThat(node.status().getState())
                .extracting(ContainerState::getWaiting)
                .extracting(waiting -> waiting.getReason())
                .isEqualTo("CrashLoopBackOff"));
    try (RestartBed first = RestartBed.start(client, Clock.systemUTC())) {
      node.secret("two");
      first.changed(ns, "db", node.writtenAt(), "password");
      KIND.awaitRollout(cluster, ns, "web");
      node.untilThePodsSay("two");
      follows(first, node);
      node.untilIdle();
    }
    long generation = KIND.generation(client, ns, "web");
    try (RestartBed next = RestartBed.start(client, Clock.systemUTC())) {
      follows(next, node);
      node.untilIdle();
    }
    assertThat(KIND.generation(client, ns, "web")).isEqualTo(generation);
  }

  /** Follows a change of another Secret, so that it has looked at all there is before. */
  private static void follows(RestartBed leader, OnNode node) {
    node.cluster()
        .kubectlWithInput(
            Manifests.externalSecret(WITNESS, WITNESS, ""), "apply", "-n", node.ns(), "-f", "-");
    node.cluster()
        .kubectlWithInput(
            "{apiVersion: v1, kind: Secret, metadata: {name: %s}, stringData: {password: x}}"
                .formatted(WITNESS),
            "apply",
            "-n",
            node.ns(),
            "-f",
            "-");
    KIND.apply(
        node.cluster(),
        node.ns(),
        KIND.manifest(
            WITNESS, OnNode.container("echo", Manifests.environment(WITNESS, "password")), "", ""));
    KIND.awaitRollout(node.cluster(), node.ns(), WITNESS);
    long generation = KIND.generation(node.client(), node.ns(), WITNESS);
    leader.changed(node.ns(), WITNESS, RestartBed.thisSecond(), "password");
    Eventually.holds(
        () ->
            assertThat(KIND.generation(node.client(), node.ns(), WITNESS))
                .isGreaterThan(generation));
    KIND.awaitRollout(node.cluster(), node.ns(), WITNESS);
  }
}
