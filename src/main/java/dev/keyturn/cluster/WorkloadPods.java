package dev.keyturn.cluster;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/**
 * The pods that a workload owns: its selector finds candidates, their owner references decide; see
 * <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 * and Dependents</a>. They are read one by one, and what is kept of each is up to who asks.
 */
public final class WorkloadPods {
  /** Up to so many workloads are asked for one by one; more, by their namespace. */
  private static final int FEW = 16;

  /** One reconcile does not ask for more at a time: others ask as well. */
  private static final int AT_ONCE = 4;

  /** Each is a large answer. */
  private static final int NAMESPACES_AT_ONCE = 2;

  private final KubernetesClient client;
  private final StreamedLists lists;
  private final Semaphore wholeNamespaces = new Semaphore(NAMESPACES_AT_ONCE, true);

  /** A ReplicaSet changes its owner only when one is deleted without it, and another adopts it. */
  private final Cache<String, OwnerReference> ownersOfReplicaSets =
      Caffeine.newBuilder().maximumSize(5_000).expireAfterWrite(Duration.ofMinutes(1)).build();

  public WorkloadPods(KubernetesClient client) {
    this.client = client;
    this.lists = new StreamedLists(client);
  }

  /** A workload whose pods are asked for. */
  public record Wanted(String uid, LabelSelector selector) {}

  /**
   * What workloads own.
   *
   * @param <V> what is kept of a pod
   * @param byUid the pods of each workload; who has none is left out
   * @param unlistable the uids of those whose selector nobody understands
   */
  public record OwnedPods<V>(Map<String, List<V>> byUid, Set<String> unlistable) {
    public static <V> OwnedPods<V> none() {
      return new OwnedPods<>(Map.of(), Set.of());
    }
  }

  private record Candidate<V>(String uid, Optional<OwnerReference> owner, V view) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Bare(ObjectMeta metadata) {}

  /** What is wanted of the pods of some workloads of a namespace. */
  public <V> OwnedPods<V> of(String namespace, List<Wanted> workloads, Function<Pod, V> view) {
    Set<String> uids = workloads.stream().map(Wanted::uid).collect(toSet());
    Map<String, List<V>> byUid = new HashMap<>();
    if (workloads.size() > FEW) {
      in(
          namespace,
          (pod, owner) -> {
            owner
                .map(OwnerReference::getUid)
                .filter(uids::contains)
                .ifPresent(
                    uid -> byUid.computeIfAbsent(uid, _ -> new ArrayList<>()).add(view.apply(pod)));
            return Optional.empty();
          });
      return new OwnedPods<>(byUid, Set.of());
    }
    Map<String, Optional<List<Candidate<V>>>> selected =
        workloads.stream()
            .gather(
                Gatherers.mapConcurrent(
                    AT_ONCE, it -> Map.entry(it.uid(), selected(namespace, it.selector(), view))))
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one));
    selected.values().stream()
        .flatMap(Optional::stream)
        .flatMap(List::stream)
        .collect(toMap(Candidate::uid, it -> it, (one, _) -> one))
        .values()
        .forEach(
            it ->
                it.owner()
                    .map(OwnerReference::getUid)
                    .filter(uids::contains)
                    .ifPresent(
                        uid -> byUid.computeIfAbsent(uid, _ -> new ArrayList<>()).add(it.view())));
    return new OwnedPods<>(
        byUid,
        selected.entrySet().stream()
            .filter(it -> it.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .collect(toSet()));
  }

  /**
   * What is wanted of all pods of a namespace.
   *
   * @param view of a pod and what controls it, or what controls the ReplicaSet that does; empty:
   *     nothing is kept of it
   */
  public <V> List<V> in(
      String namespace, BiFunction<Pod, Optional<OwnerReference>, Optional<V>> view) {
    wholeNamespaces.acquireUninterruptibly();
    try {
      Map<String, OwnerReference> above = new HashMap<>();
      lists.each(
          "apis/apps/v1/namespaces/" + namespace + "/replicasets",
          Map.of(),
          StreamedLists.METADATA_ONLY,
          Bare.class,
          it -> controller(it.metadata()).ifPresent(by -> above.put(it.metadata().getUid(), by)));
      List<V> views = new ArrayList<>();
      pods(
          namespace,
          Map.of(),
          pod ->
              view.apply(
                      pod,
                      controller(pod.getMetadata())
                          .map(owner -> above.getOrDefault(owner.getUid(), owner)))
                  .ifPresent(views::add));
      return views;
    } finally {
      wholeNamespaces.release();
    }
  }

  private void pods(String namespace, Map<String, String> query, Consumer<Pod> taker) {
    lists.each(
        "api/v1/namespaces/" + namespace + "/pods", query, StreamedLists.WHOLE, Pod.class, taker);
  }

  /** Whether a node answers, as far as the API server knows. */
  public boolean isReady(String node) {
    return isReady(client.nodes().withName(node).get());
  }

  private static boolean isReady(@Nullable Node node) {
    return node != null
        && node.getStatus().getConditions().stream()
            .anyMatch(it -> "Ready".equals(it.getType()) && "True".equals(it.getStatus()));
  }

  /** Empty if nobody understands the selector: whoever makes a Rollout may write anything there. */
  private <V> Optional<List<Candidate<V>>> selected(
      String namespace, LabelSelector selector, Function<Pod, V> view) {
    Optional<String> words = Selectors.query(selector);
    if (words.isEmpty()) {
      return Optional.empty();
    }
    List<Candidate<V>> found = new ArrayList<>();
    try {
      pods(
          namespace,
          Map.of("labelSelector", words.get()),
          pod ->
              found.add(
                  new Candidate<>(
                      pod.getMetadata().getUid(), controller(pod.getMetadata()), view.apply(pod))));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST) {
        return Optional.empty();
      }
      throw e;
    }
    return Optional.of(
        found.stream()
            .map(
                it ->
                    new Candidate<>(
                        it.uid(), it.owner().map(owner -> above(namespace, owner)), it.view()))
            .toList());
  }

  /** What controls a ReplicaSet; anything else controls itself, and so does one that is alone. */
  private OwnerReference above(String namespace, OwnerReference owner) {
    return "ReplicaSet".equals(owner.getKind())
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
            .flatMap(it -> controller(it.getMetadata()));
    above.ifPresent(it -> ownersOfReplicaSets.put(replicas.getUid(), it));
    return above;
  }

  private static Optional<OwnerReference> controller(ObjectMeta it) {
    return it.getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst();
  }
}
