package dev.keyturn.restart.gather;

import static java.util.stream.Collectors.toSet;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.BoundedItemStore;
import dev.keyturn.cluster.PackedItemStore;
import dev.keyturn.cluster.RolloutPruning;
import dev.keyturn.cluster.TemplatePatcher;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.cluster.WorkloadPruning;
import dev.keyturn.restart.decide.SecretUse;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.EventSourceRetriever;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** From a Secret to the workloads whose containers read it, out of pruned informers. */
public final class ConsumerIndex {
  private static final String BY_SECRET = "secret";

  private static final String BY_TEMPLATE = "template";

  private static final String ROLLOUT = "Rollout";

  private final List<Source<?>> sources = new CopyOnWriteArrayList<>();
  private final Function<EventSourceContext<ExternalSecret>, Source<?>> rollouts;

  private ConsumerIndex(
      List<Source<?>> sources, Function<EventSourceContext<ExternalSecret>, Source<?>> rollouts) {
    this.sources.addAll(sources);
    this.rollouts = rollouts;
  }

  /** Rollouts are followed if their CRD exists when the operator starts, or once one is met. */
  public static ConsumerIndex of(
      EventSourceContext<ExternalSecret> context,
      Changes.Targets targets,
      UnreadableObjects unreadable) {
    Source<Deployment> deployments =
        Source.of(
            Deployment.class,
            from(Deployment.class),
            WorkloadPruning::prune,
            Workloads::of,
            it -> writers(Workloads.of(it).subject(), targets),
            context,
            unreadable);
    Source<StatefulSet> statefulSets =
        Source.of(
            StatefulSet.class,
            from(StatefulSet.class),
            WorkloadPruning::prune,
            Workloads::of,
            it -> writers(Workloads.of(it).subject(), targets),
            context,
            unreadable);
    Source<DaemonSet> daemonSets =
        Source.of(
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
                Source.of(
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
   * Follows Rollouts from now on. Argo may be installed later than the operator: then their pods
   * are met first.
   *
   * @return whether they were not before
   */
  public synchronized boolean followRollouts(EventSourceRetriever<ExternalSecret> running) {
    EventSourceContext<ExternalSecret> context = running.eventSourceContextForDynamicRegistration();
    if (named(ROLLOUT).findAny().isPresent()
        || !context.getClient().supports(TemplatePatcher.ROLLOUT_API, ROLLOUT)) {
      return false;
    }
    Source<?> source = rollouts.apply(context);
    var _ = running.dynamicallyRegisterEventSource(source.informer());
    sources.add(source);
    return true;
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

  private Stream<Source<?>> named(String kind) {
    return sources.stream().filter(source -> source.informer().name().equals(kind));
  }

  private static <T extends HasMetadata> InformerEventSourceConfiguration.Builder<T> from(
      Class<T> type) {
    return InformerEventSourceConfiguration.from(type, ExternalSecret.class)
        .withName(HasMetadata.getKind(type));
  }

  public List<EventSource<?, ExternalSecret>> eventSources() {
    return sources.stream().<EventSource<?, ExternalSecret>>map(Source::informer).toList();
  }

  List<Workload> consumersOf(String namespace, String secret) {
    return sources.stream()
        .flatMap(source -> source.find(BY_SECRET, key(namespace, secret)))
        .flatMap(it -> Stream.concat(Stream.of(it), rolloutsWithTemplateOf(it.subject())))
        .toList();
  }

  /** A Rollout may use the template of a Deployment, which then has no pods of its own. */
  private Stream<Workload> rolloutsWithTemplateOf(Subject deployment) {
    return sources.stream()
        .flatMap(source -> source.find(BY_TEMPLATE, key(deployment.namespace(), deployment.name())))
        .flatMap(
            it ->
                it instanceof Workload.Rollout rollout
                    ? Stream.of(rollout.withTemplateOf(deployment))
                    : Stream.empty());
  }

  private static Workload.Rollout withTemplate(
      Workload.Rollout rollout, Source<Deployment> deployments) {
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
                it instanceof Workload.Rollout rollout && rollout.template().isPresent()
                    ? rollout.withTemplateOf(known.subject())
                    : it);
  }

  /** Takes what a write of ours answered, ahead of the watch. */
  public void put(HasMetadata written) {
    sources.forEach(source -> source.put(written));
  }

  public static String key(String namespace, String secret) {
    return namespace + "/" + secret;
  }

  /** The workloads of one kind. */
  private record Source<T extends HasMetadata>(
      UnaryOperator<T> prune,
      Function<T, Workload> view,
      InformerEventSource<T, ExternalSecret> informer) {

    static <T extends HasMetadata> Source<T> of(
        Class<T> type,
        InformerEventSourceConfiguration.Builder<T> configuration,
        UnaryOperator<T> prune,
        Function<T, Workload> view,
        Function<T, Set<ResourceID>> writers,
        EventSourceContext<ExternalSecret> context,
        UnreadableObjects unreadable) {
      PackedItemStore<T> store = new PackedItemStore<>(type, prune, unreadable);
      InformerEventSource<T, ExternalSecret> informer =
          new InformerEventSource<>(
              configuration
                  .withNamespacesInheritedFromController()
                  .withItemStore(store)
                  .withInformerListLimit(BoundedItemStore.AT_A_TIME)
                  .withOnUpdateFilter((now, before) -> differs(prune.apply(now), before))
                  .withPrimaryToSecondaryMapper((ExternalSecret _) -> Set.of())
                  .withSecondaryToPrimaryMapper(writers::apply)
                  .build(),
              context);
      informer.addIndexers(
          Map.of(
              BY_SECRET, keys(it -> secrets(view.apply(it).subject()), store, unreadable),
              BY_TEMPLATE, keys(it -> template(view.apply(it)), store, unreadable)));
      return new Source<>(prune, view, informer);
    }

    /**
     * Nothing leaves an index: it would end the watch. Who has no key is found by nobody, and of
     * what is not kept no key is either.
     */
    private static <T extends HasMetadata> Function<T, List<String>> keys(
        Function<T, List<String>> keys, PackedItemStore<T> store, UnreadableObjects unreadable) {
      return it -> {
        try {
          return store.holds(it) ? keys.apply(it) : List.of();
        } catch (RuntimeException e) {
          unreadable.found(it.getKind(), Cache.metaNamespaceKeyFunc(it), e);
          return List.of();
        }
      };
    }

    Stream<Workload> find(String index, String key) {
      return informer.byIndex(index, key).stream()
          .map(it -> informer.get(ResourceID.fromResource(it)).orElse(it))
          .map(view);
    }

    Optional<Workload> live(KubernetesClient client, Subject subject) {
      return informer
          .get(new ResourceID(subject.name(), subject.namespace()))
          .flatMap(it -> Optional.ofNullable(client.resource(it).get()))
          .map(prune)
          .map(view);
    }

    @SuppressWarnings("unchecked")
    void put(HasMetadata written) {
      if (informer.name().equals(written.getKind())) {
        T now = prune.apply((T) written);
        informer.handleRecentResourceUpdate(ResourceID.fromResource(now), now, now);
      }
    }

    private static List<String> template(Workload workload) {
      return workload instanceof Workload.Rollout rollout
          ? rollout.template().stream()
              .map(name -> key(rollout.subject().namespace(), name))
              .toList()
          : List.of();
    }

    /** Whether anything that we read differs; the version always does. */
    private static <T extends HasMetadata> boolean differs(T now, T before) {
      String version = now.getMetadata().getResourceVersion();
      now.getMetadata().setResourceVersion(before.getMetadata().getResourceVersion());
      boolean differs = !now.equals(before);
      now.getMetadata().setResourceVersion(version);
      return differs;
    }

    private static List<String> secrets(Subject subject) {
      return subject.references().stream()
          .map(reference -> key(subject.namespace(), reference.secret()))
          .distinct()
          .toList();
    }
  }
}
