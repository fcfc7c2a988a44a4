package dev.keyturn.restart.gather;

import static java.util.stream.Collectors.toSet;

import dev.keyturn.api.ExternalSecret;
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
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** From a Secret to the workloads whose containers read it, out of pruned informers. */
public final class ConsumerIndex {
  private static final String BY_SECRET = "secret";

  private static final String BY_TEMPLATE = "template";

  private final List<Source<?>> sources;

  private ConsumerIndex(List<Source<?>> sources) {
    this.sources = List.copyOf(sources);
  }

  /** Rollouts are followed if their CRD exists when the operator starts. */
  public static ConsumerIndex of(
      EventSourceContext<ExternalSecret> context,
      Changes.Targets targets,
      UnreadableObjects unreadable) {
    List<Source<?>> sources = new ArrayList<>();
    Source<Deployment> deployments =
        Source.of(
            Deployment.class,
            from(Deployment.class),
            WorkloadPruning::prune,
            Workloads::of,
            it -> writers(Workloads.of(it).subject(), targets),
            context,
            unreadable);
    sources.add(deployments);
    sources.add(
        Source.of(
            StatefulSet.class,
            from(StatefulSet.class),
            WorkloadPruning::prune,
            Workloads::of,
            it -> writers(Workloads.of(it).subject(), targets),
            context,
            unreadable));
    sources.add(
        Source.of(
            DaemonSet.class,
            from(DaemonSet.class),
            WorkloadPruning::prune,
            Workloads::of,
            it -> writers(Workloads.of(it).subject(), targets),
            context,
            unreadable));
    if (context.getClient().supports(TemplatePatcher.ROLLOUT_API, "Rollout")) {
      GroupVersionKind rollout = new GroupVersionKind("argoproj.io", "v1alpha1", "Rollout");
      sources.add(
          Source.of(
              GenericKubernetesResource.class,
              InformerEventSourceConfiguration.from(rollout, ExternalSecret.class)
                  .withName("Rollout"),
              RolloutPruning::prune,
              Workloads::of,
              it -> writers(withTemplate(Workloads.of(it), deployments).subject(), targets),
              context,
              unreadable));
    }
    return new ConsumerIndex(sources);
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
        .flatMap(
            it ->
                it instanceof Workload.Deployment deployment
                    ? Stream.concat(
                        Stream.of(withRollout(deployment)),
                        rolloutsWithTemplateOf(deployment.subject()))
                    : Stream.of(it))
        .toList();
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
    return sources.stream()
        .filter(source -> source.informer().name().equals(known.subject().kind()))
        .findFirst()
        .flatMap(source -> source.live(client, known.subject()))
        .map(
            it ->
                switch (it) {
                  case Workload.Rollout rollout when rollout.template().isPresent() ->
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
      InformerEventSource<T, ExternalSecret> informer =
          new InformerEventSource<>(
              configuration
                  .withNamespacesInheritedFromController()
                  .withItemStore(new PackedItemStore<>(type, prune, unreadable))
                  .withOnUpdateFilter((now, before) -> differs(prune.apply(now), before))
                  .withPrimaryToSecondaryMapper((ExternalSecret _) -> Set.of())
                  .withSecondaryToPrimaryMapper(writers::apply)
                  .build(),
              context);
      informer.addIndexers(
          Map.of(
              BY_SECRET, keys(it -> secrets(view.apply(it).subject()), unreadable),
              BY_TEMPLATE, keys(it -> template(view.apply(it)), unreadable)));
      return new Source<>(prune, view, informer);
    }

    /** Nothing leaves an index: it would end the watch. Who has no key is found by nobody. */
    private static <T extends HasMetadata> Function<T, List<String>> keys(
        Function<T, List<String>> keys, UnreadableObjects unreadable) {
      return it -> {
        try {
          return keys.apply(it);
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
