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
import java.util.function.BiPredicate;

/**
 * Pods that read Secrets and that nobody we know would replace. Those of Jobs are left out: the
 * next run reads the new content. A namespace is listed after a change, and the more seldom the
 * longer that is over: half a minute, a minute, two, up to half an hour. Those that live long and
 * stay stale would otherwise cost such a list again and again.
 */
final class ForeignPods {
  private static final Map<String, String> KNOWN =
      Map.of(
          "Deployment", "apps",
          "StatefulSet", "apps",
          "DaemonSet", "apps",
          "Job", "batch");

  private static final Duration SHORTEST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** However many of its Secrets change. */
  private static final Duration APART = Duration.ofSeconds(10);

  /** Some 6 MiB. */
  private static final int MOST_PODS = 10_000;

  private final WorkloadPods pods;
  private final BiPredicate<String, String> follows;

  /** A start finds as many namespaces as there are. */
  private final Pace pace = new Pace(Duration.ofMillis(25));

  private final Cache<String, Listed> byNamespace =
      Caffeine.newBuilder()
          .maximumWeight(MOST_PODS)
          .weigher((String _, Listed listed) -> 1 + listed.pods())
          .expireAfterWrite(LONGEST)
          .build();

  /**
   * @param follows whether we restart a Rollout, by namespace and name
   */
  ForeignPods(WorkloadPods pods, BiPredicate<String, String> follows) {
    this.pods = pods;
    this.follows = follows;
  }

  /** A bare pod, or the pods of one controller, which may be one of Argo's. */
  record Found(Workload.Foreign workload, List<PodView> pods, boolean argo) {
    /** Pods of one controller may be of several templates. */
    Found reading(String secret) {
      return new Found(
          workload,
          pods.stream()
              .filter(
                  pod ->
                      pod.containers().isEmpty()
                          || pod.containers().stream().anyMatch(it -> it.reads().contains(secret)))
              .toList(),
          argo);
    }
  }

  /**
   * The readers of a Secret.
   *
   * @param at when they were listed
   * @param again when they are to be
   */
  record Readers(Instant at, Instant again, List<Found> found) {}

  private record Listed(Instant at, List<Found> found) {
    int pods() {
      return found.stream().mapToInt(it -> it.pods().size()).sum();
    }

    /** When it is too old to tell who reads what changed then. */
    Instant end(Instant sure) {
      Duration since = Duration.between(sure, at);
      return at.plus(
          since.compareTo(SHORTEST) < 0
              ? SHORTEST
              : since.compareTo(LONGEST) > 0 ? LONGEST : since);
    }
  }

  /**
   * Empty: it is not their time yet, see {@link #due}.
   *
   * @param sure since when a pod that is created reads what is there now
   */
  Optional<Readers> readersOf(String namespace, String secret, Instant sure, Instant now) {
    return Optional.ofNullable(byNamespace.getIfPresent(namespace))
        .filter(listed -> !listed.at().isBefore(sure) && now.isBefore(listed.end(sure)))
        .or(() -> list(namespace, now))
        .map(
            listed ->
                new Readers(
                    listed.at(),
                    listed.end(sure),
                    listed.found().stream()
                        .filter(found -> reads(found, secret))
                        .filter(found -> !isFollowed(found))
                        .map(found -> found.reading(secret))
                        .toList()));
  }

  /** When it is the time of a namespace for which it was not. */
  Optional<Instant> due(String namespace, Instant sure) {
    return pace.kept(namespace)
        .or(
            () ->
                Optional.ofNullable(byNamespace.getIfPresent(namespace))
                    .map(Listed::at)
                    .filter(sure::isAfter)
                    .map(at -> at.plus(APART)));
  }

  private Optional<Listed> list(String namespace, Instant now) {
    boolean justListed =
        Optional.ofNullable(byNamespace.getIfPresent(namespace))
            .filter(listed -> now.isBefore(listed.at().plus(APART)))
            .isPresent();
    if (justListed || pace.slot(namespace, now).isPresent()) {
      return Optional.empty();
    }
    Listed listed = new Listed(now, find(namespace));
    byNamespace.put(namespace, listed);
    return Optional.of(listed);
  }

  private static boolean reads(Found found, String secret) {
    return found.workload().subject().references().stream()
        .anyMatch(reference -> reference.secret().equals(secret));
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
    return it.argo() && follows.test(owner.namespace(), owner.name());
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
            pods.stream().flatMap(it -> it.reads().stream()).distinct().toList(),
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
