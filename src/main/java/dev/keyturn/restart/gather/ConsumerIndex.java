package dev.keyturn.restart.gather;

import static java.util.stream.Collectors.toSet;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.RolloutPruning;
import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.cluster.WorkloadPruning;
import dev.keyturn.restart.decide.Rollout;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.EventSourceRetriever;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a Secret to the workloads whose containers read it, out of pruned informers. */
public final class ConsumerIndex {
  private static final String ROLLOUT = "Rollout";

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerIndex.class);

  private final AtomicBoolean beginning = new AtomicBoolean();
  private final List<WorkloadSource<?>> sources = new CopyOnWriteArrayList<>();
  private final Function<EventSourceContext<ExternalSecret>, WorkloadSource<?>> rollouts;

  private ConsumerIndex(
      List<WorkloadSource<?>> sources,
      Function<EventSourceContext<ExternalSecret>, WorkloadSource<?>> rollouts) {
    this.sources.addAll(sources);
    this.rollouts = rollouts;
  }

  /** Rollouts are followed if their CRD exists when the operator starts, or once one is met. */
  public static ConsumerIndex of(
      EventSourceContext<ExternalSecret> context,
      Changes.Targets targets,
      UnreadableObjects unreadable) {
    WorkloadSource<Deployment> deployments =
        WorkloadSource.of(
            Deployment.class,
            from(Deployment.class),
            WorkloadPruning::prune,
            Workloads::of,
            it -> writers(Workloads.of(it).subject(), targets),
            context,
            unreadable);
    WorkloadSource<StatefulSet> statefulSets =
        WorkloadSource.of(
            StatefulSet.class,
            from(StatefulSet.class),
            WorkloadPruning::prune,
            Workloads::of,
            it -> writers(Workloads.of(it).subject(), targets),
            context,
            unreadable);
    WorkloadSource<DaemonSet> daemonSets =
        WorkloadSource.of(
            DaemonSet.class,
            from(DaemonSet.class),
            WorkloadPruning::prune,
            Workloads::of,
            it -> writers(Workloads.of(it).subject(), targets),
            context,
            unreadable);
    ConsumerIndex index =
        new ConsumerIndex(
            List.of(deployments, statefulSets, daemonSets),
            running ->
                WorkloadSource.of(
                    GenericKubernetesResource.class,
                    InformerEventSourceConfiguration.from(
                            new GroupVersionKind("argoproj.io", "v1alpha1", ROLLOUT),
                            ExternalSecret.class)
                        .withName(ROLLOUT),
                    RolloutPruning::prune,
                    Workloads::of,
                    it -> writers(withTemplate(Workloads.of(it), deployments).subject(), targets),
                    running,
                    unreadable));
    if (context.getClient().supports(TemplatePatcher.ROLLOUT_API, ROLLOUT)) {
      index.sources.add(index.rollouts.apply(context));
    }
    return index;
  }

  /**
   * Follows Rollouts, soon. Argo may be installed later than the operator: then their pods are met
   * first. Nobody waits for it: as long as they cannot be listed, it takes.
   *
   * @param once called once they are followed, unless they were before
   */
  public void followRollouts(EventSourceRetriever<ExternalSecret> running, Runnable once) {
    if (named(ROLLOUT).findAny().isEmpty() && beginning.compareAndSet(false, true)) {
      var _ =
          Thread.ofVirtual()
              .name("keyturn-rollouts")
              .start(
                  () -> {
                    try {
                      begin(running, once);
                    } finally {
                      beginning.set(false);
                    }
                  });
    }
  }

  private void begin(EventSourceRetriever<ExternalSecret> running, Runnable once) {
    try {
      EventSourceContext<ExternalSecret> context =
          running.eventSourceContextForDynamicRegistration();
      if (context.getClient().supports(TemplatePatcher.ROLLOUT_API, ROLLOUT)) {
        WorkloadSource<?> source = rollouts.apply(context);
        var _ = running.dynamicallyRegisterEventSource(source.informer());
        sources.add(source);
        once.run();
      }
    } catch (RuntimeException e) {
      // Else the next try would be given the one that has not started.
      var _ = running.dynamicallyDeRegisterEventSource(ROLLOUT);
      LOG.warn("Argo Rollouts cannot be followed yet: {}", e.getClass().getName());
    }
  }

  /** Whether we know what the pods of a Rollout read; who came a moment ago will be known. */
  boolean follows(String namespace, String rollout) {
    return named(ROLLOUT)
        .findFirst()
        .filter(
            source ->
                source.informer().get(new ResourceID(rollout, namespace)).stream()
                    .map(GenericKubernetesResource.class::cast)
                    .allMatch(RolloutPruning::templateIsKnown))
        .isPresent();
  }

  private Stream<WorkloadSource<?>> named(String kind) {
    return sources.stream().filter(source -> source.informer().name().equals(kind));
  }

  private static <T extends HasMetadata> InformerEventSourceConfiguration.Builder<T> from(
      Class<T> type) {
    return InformerEventSourceConfiguration.from(type, ExternalSecret.class)
        .withName(HasMetadata.getKind(type));
  }

  public List<EventSource<?, ExternalSecret>> eventSources() {
    return sources.stream().<EventSource<?, ExternalSecret>>map(WorkloadSource::informer).toList();
  }

  List<Workload> consumersOf(String namespace, String secret) {
    return sources.stream()
        .flatMap(source -> source.find(WorkloadSource.BY_SECRET, key(namespace, secret)))
        .flatMap(this::withRollouts)
        .toList();
  }

  /** Those of the whole cluster. */
  Stream<Workload> all() {
    return sources.stream().flatMap(WorkloadSource::all).flatMap(this::withRollouts);
  }

  private Stream<Workload> withRollouts(Workload it) {
    return it instanceof Workload.Deployment deployment
        ? Stream.concat(
            Stream.of(withRollout(deployment)), rolloutsWithTemplateOf(deployment.subject()))
        : Stream.of(it);
  }

  private Workload withRollout(Workload.Deployment it) {
    return rolloutsWithTemplateOf(it.subject())
        .<Workload>map(rollout -> it.usedBy(rollout.subject().name()))
        .findFirst()
        .orElse(it);
  }

  /** A Rollout may use the template of a Deployment, which then needs no pods of its own. */
  private Stream<Workload> rolloutsWithTemplateOf(Subject deployment) {
    return sources.stream()
        .flatMap(
            source ->
                source.find(
                    WorkloadSource.BY_TEMPLATE, key(deployment.namespace(), deployment.name())))
        .flatMap(
            it ->
                it instanceof Rollout rollout
                    ? Stream.of(rollout.withTemplateOf(deployment))
                    : Stream.empty());
  }

  private static Rollout withTemplate(Rollout rollout, WorkloadSource<Deployment> deployments) {
    return rollout
        .template()
        .flatMap(
            name -> deployments.informer().get(new ResourceID(name, rollout.subject().namespace())))
        .map(it -> rollout.withTemplateOf(Workloads.of(it).subject()))
        .orElse(rollout);
  }

  private static Set<ResourceID> writers(Subject subject, Changes.Targets targets) {
    return subject.references().stream()
        .map(SecretUse::secret)
        .distinct()
        .flatMap(secret -> targets.writersOf(subject.namespace(), secret).stream())
        .map(ResourceID::fromResource)
        .collect(toSet());
  }

  /** What the API server holds now, not what the watch told last. */
  Optional<Workload> live(KubernetesClient client, Workload known) {
    return named(known.subject().kind())
        .findFirst()
        .flatMap(source -> source.live(client, known.subject()))
        .map(
            it ->
                switch (it) {
                  case Rollout rollout when rollout.template().isPresent() ->
                      rollout.withTemplateOf(known.subject());
                  case Workload.Deployment deployment -> withRollout(deployment);
                  default -> it;
                });
  }

  /** Takes what a write of ours answered, ahead of the watch. */
  public void put(HasMetadata written) {
    sources.forEach(source -> source.put(written));
  }

  public static String key(String namespace, String secret) {
    return namespace + "/" + secret;
  }
}
