package dev.keyturn.restart;

import static java.util.stream.Collectors.toSet;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.WorkloadPruning;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** From a Secret to the workloads whose containers read it, out of pruned informers. */
final class ConsumerIndex {
  private static final String BY_SECRET = "secret";

  private final List<Source<?>> sources;

  private ConsumerIndex(List<Source<?>> sources) {
    this.sources = List.copyOf(sources);
  }

  static ConsumerIndex of(EventSourceContext<ExternalSecret> context, Changes.Targets targets) {
    return new ConsumerIndex(
        List.of(
            Source.of(Deployment.class, WorkloadPruning::prune, Workloads::of, context, targets),
            Source.of(StatefulSet.class, WorkloadPruning::prune, Workloads::of, context, targets),
            Source.of(DaemonSet.class, WorkloadPruning::prune, Workloads::of, context, targets)));
  }

  List<EventSource<?, ExternalSecret>> eventSources() {
    return sources.stream().<EventSource<?, ExternalSecret>>map(Source::informer).toList();
  }

  List<Workload> consumersOf(String namespace, String secret) {
    return sources.stream().flatMap(source -> source.consumersOf(key(namespace, secret))).toList();
  }

  /** Takes what a write of ours answered, ahead of the watch. */
  void put(HasMetadata written) {
    sources.forEach(source -> source.put(written));
  }

  static String key(String namespace, String secret) {
    return namespace + "/" + secret;
  }

  /** The workloads of one kind. */
  private record Source<T extends HasMetadata>(
      Class<T> type,
      UnaryOperator<T> prune,
      Function<T, Workload> view,
      InformerEventSource<T, ExternalSecret> informer) {

    static <T extends HasMetadata> Source<T> of(
        Class<T> type,
        UnaryOperator<T> prune,
        Function<T, Workload> view,
        EventSourceContext<ExternalSecret> context,
        Changes.Targets targets) {
      InformerEventSource<T, ExternalSecret> informer =
          new InformerEventSource<>(
              InformerEventSourceConfiguration.from(type, ExternalSecret.class)
                  .withName(HasMetadata.getKind(type))
                  .withNamespacesInheritedFromController()
                  .withItemStore(new TransformingItemStore<>(prune))
                  .withOnUpdateFilter((now, before) -> differs(prune.apply(now), before))
                  .withPrimaryToSecondaryMapper((ExternalSecret _) -> Set.of())
                  .withSecondaryToPrimaryMapper(it -> writers(view.apply(it).subject(), targets))
                  .build(),
              context);
      informer.addIndexers(Map.of(BY_SECRET, it -> secrets(view.apply(it).subject())));
      return new Source<>(type, prune, view, informer);
    }

    Stream<Workload> consumersOf(String key) {
      return informer.byIndex(BY_SECRET, key).stream()
          .map(it -> informer.get(ResourceID.fromResource(it)).orElse(it))
          .map(view);
    }

    void put(HasMetadata written) {
      if (type.isInstance(written)) {
        T now = prune.apply(type.cast(written));
        informer.handleRecentResourceUpdate(ResourceID.fromResource(now), now, now);
      }
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

    private static Set<ResourceID> writers(Subject subject, Changes.Targets targets) {
      return subject.references().stream()
          .map(Reference::secret)
          .distinct()
          .flatMap(secret -> targets.writersOf(subject.namespace(), secret).stream())
          .map(ResourceID::fromResource)
          .collect(toSet());
    }
  }
}
