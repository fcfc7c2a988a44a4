package dev.keyturn.cluster;

import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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

  /** All that run in a namespace. */
  public List<Pod> in(String namespace) {
    return client.pods().inNamespace(namespace).list().getItems();
  }

  /** Who owns a ReplicaSet; empty if nobody does, or it is gone. */
  public Optional<OwnerReference> ownerOfReplicaSet(String namespace, String name) {
    return Optional.ofNullable(
            client.apps().replicaSets().inNamespace(namespace).withName(name).get())
        .flatMap(replicas -> controller(replicas));
  }

  /** What controls a pod or a ReplicaSet. */
  public static Optional<OwnerReference> controller(HasMetadata it) {
    return it.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst();
  }

  /** Whether the node of a pod answers, as far as the API server knows. */
  public boolean onReadyNode(Pod pod) {
    return Optional.ofNullable(pod.getSpec().getNodeName())
        .flatMap(name -> Optional.ofNullable(client.nodes().withName(name).get()))
        .filter(
            node ->
                node.getStatus().getConditions().stream()
                    .anyMatch(it -> "Ready".equals(it.getType()) && "True".equals(it.getStatus())))
        .isPresent();
  }

  private Stream<Pod> pods(String namespace, LabelSelector selector) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabelSelector(selector)
        .list()
        .getItems()
        .stream();
  }

  private static boolean isOwned(HasMetadata it, Set<String> owners) {
    return controller(it).filter(owner -> owners.contains(owner.getUid())).isPresent();
  }
}
