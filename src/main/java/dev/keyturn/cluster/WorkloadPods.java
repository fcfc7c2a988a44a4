package dev.keyturn.cluster;

import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Set;

/**
 * The pods that a workload owns: its selector finds candidates, their owner references decide; see
 * <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 * and Dependents</a>.
 */
public final class WorkloadPods {
  private final KubernetesClient client;

  public WorkloadPods(KubernetesClient client) {
    this.client = client;
  }

  /** Those whose owner has this uid. */
  public List<Pod> ownedBy(String uid, String namespace, LabelSelector selector) {
    return pods(namespace, selector).filter(pod -> isOwned(pod, Set.of(uid))).toList();
  }

  /** Those whose owner is a ReplicaSet whose owner has this uid. */
  public List<Pod> ownedThroughReplicaSets(String uid, String namespace, LabelSelector selector) {
    Set<String> owners =
        client
            .apps()
            .replicaSets()
            .inNamespace(namespace)
            .withLabelSelector(selector)
            .list()
            .getItems()
            .stream()
            .filter(replicas -> isOwned(replicas, Set.of(uid)))
            .map((ReplicaSet replicas) -> replicas.getMetadata().getUid())
            .collect(toSet());
    return pods(namespace, selector).filter(pod -> isOwned(pod, owners)).toList();
  }

  private java.util.stream.Stream<Pod> pods(String namespace, LabelSelector selector) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabelSelector(selector)
        .list()
        .getItems()
        .stream();
  }

  private static boolean isOwned(HasMetadata it, Set<String> owners) {
    return it.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            owner -> Boolean.TRUE.equals(owner.getController()) && owners.contains(owner.getUid()));
  }
}
