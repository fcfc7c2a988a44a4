package dev.keyturn.restart.gather;

import static java.util.stream.Collectors.groupingBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.cluster.WorkloadPods;
import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.PodView;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pods that read Secrets and that nobody we know would replace. Those of Jobs are left out: the
 * next run reads the new content. A namespace is listed at most twice a minute.
 */
final class ForeignPods {
  private static final Map<String, String> KNOWN =
      Map.of(
          "Deployment", "apps",
          "StatefulSet", "apps",
          "DaemonSet", "apps",
          "Job", "batch");

  private final WorkloadPods pods;
  private final ConsumerIndex consumers;
  private final Cache<String, List<Found>> byNamespace =
      Caffeine.newBuilder().maximumSize(500).expireAfterWrite(Duration.ofSeconds(30)).build();

  ForeignPods(WorkloadPods pods, ConsumerIndex consumers) {
    this.pods = pods;
    this.consumers = consumers;
  }

  /** A bare pod, or the pods of one controller, which may be one of Argo's. */
  record Found(Workload.Foreign workload, List<PodView> pods, boolean argo) {}

  List<Found> readersOf(String namespace, String secret) {
    return byNamespace.get(namespace, this::find).stream()
        .filter(
            found ->
                found.workload().subject().references().stream()
                    .anyMatch(reference -> reference.secret().equals(secret)))
        .filter(found -> !isFollowed(found))
        .toList();
  }

  private List<Found> find(String namespace) {
    return pods.in(namespace, ForeignPods::reader).stream()
        .collect(groupingBy(Reader::owner))
        .entrySet()
        .stream()
        .map(group -> found(namespace, group.getKey(), group.getValue()))
        .filter(found -> !isFollowed(found))
        .toList();
  }

  private static Optional<Reader> reader(Pod pod, Optional<OwnerReference> owner) {
    if (owner.filter(ForeignPods::isOurs).isPresent()) {
      return Optional.empty();
    }
    List<SecretUse> reads = SecretUses.of(pod.getSpec());
    return reads.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reader(
                Owner.of(pod, owner),
                Workloads.consent(pod.getMetadata().getAnnotations()),
                reads,
                PodViews.read(pod)));
  }

  /** Restarted by us, or a Job. Others call their kinds by the same names. */
  private static boolean isOurs(OwnerReference owner) {
    return Optional.ofNullable(KNOWN.get(owner.getKind()))
        .filter(group -> owner.getApiVersion().startsWith(group + "/"))
        .isPresent();
  }

  /** This may change from one moment to the next, unlike what a kind is. */
  private boolean isFollowed(Found it) {
    Subject owner = it.workload().subject();
    return it.argo() && consumers.follows(owner.namespace(), owner.name());
  }

  private static Found found(String namespace, Owner owner, List<Reader> pods) {
    Reader first = pods.getFirst();
    Subject subject =
        new Subject(
            owner.kind(),
            namespace,
            owner.name(),
            owner.uid(),
            "",
            Instant.EPOCH,
            first.consent(),
            0,
            Marks.NONE,
            first.reads(),
            Optional.empty());
    return new Found(
        new Workload.Foreign(subject),
        pods.stream().flatMap(it -> it.view().stream()).toList(),
        owner.apiVersion().equals(TemplatePatcher.ROLLOUT_API));
  }

  /** What is kept of a pod that reads a Secret. */
  private record Reader(
      Owner owner, Subject.Consent consent, List<SecretUse> reads, Optional<PodView> view) {}

  private record Owner(String apiVersion, String kind, String name, String uid) {
    static Owner of(Pod pod, Optional<OwnerReference> controller) {
      ObjectMeta meta = pod.getMetadata();
      return controller
          .map(
              owner ->
                  new Owner(
                      owner.getApiVersion(), owner.getKind(), owner.getName(), owner.getUid()))
          .orElseGet(() -> new Owner("v1", "Pod", meta.getName(), meta.getUid()));
    }
  }
}
