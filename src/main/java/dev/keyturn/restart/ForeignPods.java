package dev.keyturn.restart;

import static java.util.stream.Collectors.groupingBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.cluster.WorkloadPods;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pods that read Secrets and that nobody we know would replace. Those of Jobs are left out: the
 * next run reads the new content. A namespace is listed at most twice a minute.
 */
final class ForeignPods {
  private static final Set<String> KNOWN = Set.of("StatefulSet", "DaemonSet", "Job");
  private static final Set<String> KNOWN_OWNERS_OF_REPLICAS = Set.of("Deployment", "Rollout");

  private final WorkloadPods pods;
  private final Cache<String, List<Found>> byNamespace =
      Caffeine.newBuilder().maximumSize(500).expireAfterWrite(Duration.ofSeconds(30)).build();

  ForeignPods(WorkloadPods pods) {
    this.pods = pods;
  }

  /** A bare pod, or the pods of one controller. */
  record Found(Workload.Foreign workload, List<PodView> pods) {}

  List<Found> readersOf(String namespace, String secret) {
    return byNamespace.get(namespace, this::find).stream()
        .filter(
            found ->
                found.workload().subject().references().stream()
                    .anyMatch(reference -> reference.secret().equals(secret)))
        .toList();
  }

  private List<Found> find(String namespace) {
    return pods.in(namespace).stream()
        .filter(pod -> !References.of(pod.getSpec()).isEmpty())
        .flatMap(pod -> owner(pod).map(owner -> new Owned(owner, pod)).stream())
        .collect(groupingBy(Owned::owner))
        .entrySet()
        .stream()
        .map(group -> found(namespace, group.getKey(), group.getValue()))
        .toList();
  }

  private static Found found(String namespace, Owner owner, List<Owned> owned) {
    Pod first = owned.getFirst().pod();
    Subject subject =
        new Subject(
            owner.kind(),
            namespace,
            owner.name(),
            owner.uid(),
            "",
            Instant.EPOCH,
            Workloads.consent(first.getMetadata()),
            0,
            Marks.NONE,
            References.of(first.getSpec()),
            Optional.empty());
    return new Found(
        new Workload.Foreign(subject),
        owned.stream().map(it -> PodViews.of(it.pod(), true)).toList());
  }

  /** Empty for pods of workloads that we restart, and of Jobs. */
  private Optional<Owner> owner(Pod pod) {
    Optional<OwnerReference> controller = WorkloadPods.controller(pod);
    if (controller.isEmpty()) {
      return Optional.of(new Owner("Pod", pod.getMetadata().getName(), pod.getMetadata().getUid()));
    }
    OwnerReference owner = controller.get();
    if (KNOWN.contains(owner.getKind())) {
      return Optional.empty();
    }
    Optional<OwnerReference> above =
        owner.getKind().equals("ReplicaSet")
            ? pods.ownerOfReplicaSet(pod.getMetadata().getNamespace(), owner.getName())
            : Optional.empty();
    return above.filter(it -> KNOWN_OWNERS_OF_REPLICAS.contains(it.getKind())).isPresent()
        ? Optional.empty()
        : Optional.of(Owner.of(above.orElse(owner)));
  }

  private record Owner(String kind, String name, String uid) {
    static Owner of(OwnerReference reference) {
      return new Owner(reference.getKind(), reference.getName(), reference.getUid());
    }
  }

  private record Owned(Owner owner, Pod pod) {}
}
