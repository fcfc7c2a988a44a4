package dev.keyturn.restart.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.cluster.PackedItemStore;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.cluster.WorkloadPruning;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.informers.impl.cache.CacheImpl;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** 5,000 workloads, each of which reads two Secrets, as the informer holds and indexes them. */
class IndexMemoryTest {
  private static final int WORKLOADS = 5_000;

  private static Deployment deployment(int i) {
    return Serialization.unmarshal(
        """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: workload-%1$d
          namespace: team-%2$d
          uid: 4e11df4e-0b79-4e70-a812-%1$012d
          resourceVersion: "%1$d"
          generation: 2
          creationTimestamp: "2026-11-24T17:01:17Z"
          labels: {app.kubernetes.io/name: workload-%1$d, app.kubernetes.io/managed-by: argocd}
          annotations: {deployment.kubernetes.io/revision: "2", note: "some text of somebody that is long enough to matter"}
        spec:
          replicas: 3
          selector: {matchLabels: {app: workload-%1$d}}
          strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%%, maxUnavailable: 25%%}}
          template:
            metadata:
              labels: {app: workload-%1$d}
              annotations: {keyturn.dev/restarted-for: '{"db-%1$d":"2026-11-24T17:01:18Z"}', keyturn.dev/restarted-at: "2026-11-24T17:01:19Z", keyturn.dev/restart-interval: PT1M}
            spec:
              containers:
              - name: app
                image: registry.example/team/workload-%1$d:1.2.3
                env: [{name: A, value: b}, {name: P, valueFrom: {secretKeyRef: {name: db-%1$d, key: password}}}]
                volumeMounts: [{name: tls, mountPath: /tls}]
                resources: {requests: {cpu: 100m, memory: 128Mi}}
              - {name: proxy, image: "registry.example/proxy:1"}
              volumes: [{name: tls, secret: {secretName: tls-%1$d}}]
        status:
          observedGeneration: 2
          replicas: 3
          updatedReplicas: 3
          readyReplicas: 3
          availableReplicas: 3
          conditions:
          - {type: Available, status: "True", reason: MinimumReplicasAvailable, message: Deployment has minimum availability., lastUpdateTime: "2026-11-24T17:01:18Z", lastTransitionTime: "2026-11-24T17:01:18Z"}
          - {type: Progressing, status: "True", reason: NewReplicaSetAvailable, message: ReplicaSet has successfully progressed., lastUpdateTime: "2026-11-24T17:01:18Z", lastTransitionTime: "2026-11-24T17:01:18Z"}
        """
            .formatted(i, i % 100),
        Deployment.class);
  }

  @Test
  void five_thousand_workloads_take_little() {
    deployment(0);
    long before = used();
    CacheImpl<Deployment> cache =
        new CacheImpl<>(
            "namespace", it -> List.of(it.getMetadata().getNamespace()), IndexMemoryTest::key);
    cache.setItemStore(
        new PackedItemStore<>(
            Deployment.class,
            WorkloadPruning::prune,
            new UnreadableObjects(new SimpleMeterRegistry())));
    cache.addIndexers(
        Map.of(
            "secret",
            it ->
                Workloads.of(it).subject().references().stream()
                    .map(
                        reference ->
                            ConsumerIndex.key(it.getMetadata().getNamespace(), reference.secret()))
                    .toList()));
    for (int i = 0; i < WORKLOADS; i++) {
      cache.put(deployment(i));
    }
    long bytes = used() - before;
    System.out.printf("%d workloads: %.1f MiB%n", WORKLOADS, bytes / 1048576.0);
    assertThat(cache.byIndex("secret", "team-7/db-4907")).hasSize(1);
    assertThat(bytes).isLessThan(20L << 20);
  }

  private static String key(Deployment it) {
    return it.getMetadata().getNamespace() + "/" + it.getMetadata().getName();
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      ManagementFactory.getMemoryMXBean().gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
