package dev.keyturn.cluster;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pods that a workload owns: its selector finds candidates, their owner references decide; see
 * <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 * and Dependents</a>.
 */
public final class WorkloadPods {
  /** Up to so many workloads are asked for one by one, all at once; more, by their namespace. */
  private static final int FEW = 16;

  private final KubernetesClient client;

  /** A ReplicaSet changes its owner only when one is deleted without it, and another adopts it. */
  private final Cache<String, OwnerReference> ownersOfReplicaSets =
      Caffeine.newBuilder().maximumSize(5_000).expireAfterWrite(Duration.ofMinutes(1)).build();

  public WorkloadPods(KubernetesClient client) {
    this.client = client;
  }

  /** A workload whose pods are asked for. */
  public record Wanted(String uid, LabelSelector selector) {}

  /**
   * A pod.
   *
   * @param owner what controls it, or what controls the ReplicaSet that does
   */
  public record Owned(Pod pod, Optional<OwnerReference> owner) {
    private String ownerUid() {
      return owner.map(OwnerReference::getUid).orElse("");
    }
  }

  /**
   * What workloads own.
   *
   * @param byUid the pods of each workload; who has none is left out
   * @param unlistable the uids of those whose selector nobody understands
   */
  public record OwnedPods(Map<String, List<Pod>> byUid, Set<String> unlistable) {}

  public OwnedPods of(String namespace, List<Wanted> workloads) {
    if (workloads.size() > FEW) {
      return new OwnedPods(byOwner(all(namespace, _ -> true), workloads), Set.of());
    }
    Map<String, Optional<List<Owned>>> selected =
        workloads.stream()
            .gather(
                Gatherers.mapConcurrent(
                    FEW, it -> Map.entry(it.uid(), selected(namespace, it.selector()))))
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one));
    Map<String, Owned> candidates =
        selected.values().stream()
            .flatMap(Optional::stream)
            .flatMap(List::stream)
            .collect(toMap(it -> it.pod().getMetadata().getUid(), it -> it, (one, _) -> one));
    return new OwnedPods(
        byOwner(candidates.values().stream(), workloads),
        selected.entrySet().stream()
            .filter(it -> it.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .collect(toSet()));
  }

  private static Map<String, List<Pod>> byOwner(Stream<Owned> candidates, List<Wanted> workloads) {
    Set<String> uids = workloads.stream().map(Wanted::uid).collect(toSet());
    return candidates
        .filter(it -> uids.contains(it.ownerUid()))
        .collect(groupingBy(Owned::ownerUid, mapping(Owned::pod, toList())));
  }

  /** All of a namespace that are accepted. */
  public List<Owned> in(String namespace, Predicate<Pod> accepted) {
    return all(namespace, accepted).toList();
  }

  /**
   * Whether the node of a pod answers, as far as the API server knows. A pod that has none yet is
   * on none that does not.
   */
  public boolean onReadyNode(Pod pod) {
    String node = pod.getSpec().getNodeName();
    return node == null || isReady(client.nodes().withName(node).get());
  }

  private static boolean isReady(@Nullable Node node) {
    return node != null
        && node.getStatus().getConditions().stream()
            .anyMatch(it -> "Ready".equals(it.getType()) && "True".equals(it.getStatus()));
  }

  /** Empty if nobody understands the selector: whoever makes a Rollout may write anything there. */
  private Optional<List<Owned>> selected(String namespace, LabelSelector selector) {
    return labelled(namespace, selector)
        .map(
            pods ->
                pods.stream()
                    .map(
                        pod ->
                            new Owned(pod, controller(pod).map(owner -> above(namespace, owner))))
                    .toList());
  }

  private Optional<List<Pod>> labelled(String namespace, LabelSelector selector) {
    Listable<PodList> selected;
    try {
      selected = client.pods().inNamespace(namespace).withLabelSelector(selector);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(selected.list().getItems());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What controls a ReplicaSet; anything else controls itself, and so does one that is alone. */
  private OwnerReference above(String namespace, OwnerReference owner) {
    return isReplicaSet(owner)
        ? Optional.ofNullable(ownersOfReplicaSets.getIfPresent(owner.getUid()))
            .or(() -> askFor(namespace, owner))
            .orElse(owner)
        : owner;
  }

  /** That there is none is not kept: it may be adopted the next moment. */
  private Optional<OwnerReference> askFor(String namespace, OwnerReference replicas) {
    Optional<OwnerReference> above =
        Optional.ofNullable(
                client
                    .apps()
                    .replicaSets()
                    .inNamespace(namespace)
                    .withName(replicas.getName())
                    .get())
            .filter(it -> it.getMetadata().getUid().equals(replicas.getUid()))
            .flatMap(WorkloadPods::controller);
    above.ifPresent(it -> ownersOfReplicaSets.put(replicas.getUid(), it));
    return above;
  }

  private Stream<Owned> all(String namespace, Predicate<Pod> accepted) {
    Map<String, OwnerReference> above = new HashMap<>();
    pages(client.apps().replicaSets().inNamespace(namespace)).forEach(it -> note(it, above));
    return pages(client.pods().inNamespace(namespace))
        .filter(accepted)
        .map(pod -> owned(pod, above));
  }

  /** A page at a time, so that what is not kept can be forgotten. */
  private static <T extends HasMetadata, L extends KubernetesResourceList<T>> Stream<T> pages(
      Listable<L> resources) {
    return Stream.iterate(
            Optional.of(page(resources, "")),
            Optional::isPresent,
            last ->
                last.map(it -> it.getMetadata().getContinue())
                    .filter(next -> !next.isEmpty())
                    .map(next -> page(resources, next)))
        .flatMap(Optional::stream)
        .flatMap(page -> page.getItems().stream());
  }

  private static <L> L page(Listable<L> resources, String from) {
    return resources.list(
        new ListOptionsBuilder()
            .withLimit(Lists.PAGE)
            .withContinue(from.isEmpty() ? null : from)
            .build());
  }

  private static void note(ReplicaSet replicas, Map<String, OwnerReference> above) {
    controller(replicas).ifPresent(owner -> above.put(replicas.getMetadata().getUid(), owner));
  }

  private static Owned owned(Pod pod, Map<String, OwnerReference> above) {
    return new Owned(pod, controller(pod).map(owner -> above.getOrDefault(owner.getUid(), owner)));
  }

  private static boolean isReplicaSet(OwnerReference owner) {
    return "ReplicaSet".equals(owner.getKind());
  }

  private static Optional<OwnerReference> controller(HasMetadata it) {
    return it.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst();
  }
}
