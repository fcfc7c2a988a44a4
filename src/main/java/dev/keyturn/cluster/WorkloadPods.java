package dev.keyturn.cluster;

import static java.util.stream.Collectors.toCollection;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pods that a workload owns: its selector finds candidates, their owner references decide; see
 * <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners
 * and Dependents</a>. They are read one by one, and what is kept of each is up to who asks.
 */
public final class WorkloadPods {
  /** Up to so many workloads are asked for by their selectors; more, by their namespace. */
  private static final int FEW = 32;

  /** Of so many ReplicaSets the owners are asked for one by one. */
  private static final int ONE_BY_ONE = 2;

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

  private record Selected<V>(List<Candidate<V>> candidates, Set<String> unlistable) {
    Selected<V> and(Selected<V> more) {
      return new Selected<>(
          Stream.concat(candidates.stream(), more.candidates.stream()).toList(),
          Stream.concat(unlistable.stream(), more.unlistable.stream()).collect(toSet()));
    }
  }

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
    Set<String> unlistable =
        workloads.stream()
            .filter(it -> Selectors.query(it.selector()).isEmpty())
            .map(Wanted::uid)
            .collect(toCollection(HashSet::new));
    Map<String, Candidate<V>> candidates = new HashMap<>();
    Selectors.together(workloads).stream()
        .gather(Gatherers.mapConcurrent(AT_ONCE, it -> selected(namespace, it, view)))
        .forEach(
            it -> {
              unlistable.addAll(it.unlistable());
              it.candidates().forEach(one -> candidates.put(one.uid(), one));
            });
    candidates
        .values()
        .forEach(
            it ->
                it.owner()
                    .map(OwnerReference::getUid)
                    .filter(uids::contains)
                    .ifPresent(
                        uid -> byUid.computeIfAbsent(uid, _ -> new ArrayList<>()).add(it.view())));
    return new OwnedPods<>(byUid, unlistable);
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

  /**
   * The pods that a query finds, and more than those of the workloads that it is for. Whoever makes
   * a Rollout may write anything into its selector: then each is asked for by itself.
   */
  private <V> Selected<V> selected(String namespace, Selectors.Query query, Function<Pod, V> view) {
    List<Candidate<V>> found = new ArrayList<>();
    try {
      pods(
          namespace,
          Map.of("labelSelector", query.words()),
          pod ->
              found.add(
                  new Candidate<>(
                      pod.getMetadata().getUid(), controller(pod.getMetadata()), view.apply(pod))));
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_BAD_REQUEST) {
        throw e;
      }
      return query.of().size() == 1
          ? new Selected<>(List.of(), Set.of(query.of().getFirst().uid()))
          : query.each().stream()
              .map(it -> this.<V>selected(namespace, it, view))
              .reduce(new Selected<>(List.of(), Set.of()), Selected::and);
    }
    learnOwners(namespace, query, found);
    return new Selected<>(
        found.stream()
            .map(
                it ->
                    new Candidate<>(
                        it.uid(), it.owner().map(owner -> above(namespace, owner)), it.view()))
            .toList(),
        Set.of());
  }

  /** ReplicaSets have the labels of their pods, and one list costs less than to ask for each. */
  private void learnOwners(
      String namespace, Selectors.Query query, List<? extends Candidate<?>> candidates) {
    Set<String> unknown =
        candidates.stream()
            .flatMap(it -> it.owner().stream())
            .filter(WorkloadPods::isReplicaSet)
            .map(OwnerReference::getUid)
            .filter(uid -> ownersOfReplicaSets.getIfPresent(uid) == null)
            .collect(toSet());
    if (unknown.size() > ONE_BY_ONE) {
      lists.each(
          "apis/apps/v1/namespaces/" + namespace + "/replicasets",
          Map.of("labelSelector", query.words()),
          StreamedLists.METADATA_ONLY,
          Bare.class,
          it ->
              controller(it.metadata())
                  .filter(_ -> unknown.contains(it.metadata().getUid()))
                  .ifPresent(by -> ownersOfReplicaSets.put(it.metadata().getUid(), by)));
    }
  }

  private static boolean isReplicaSet(OwnerReference owner) {
    return "ReplicaSet".equals(owner.getKind());
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
