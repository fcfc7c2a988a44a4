package dev.keyturn.restart.gather;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.Lists;
import dev.keyturn.cluster.PackedItemStore;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.restart.decide.Rollout;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The workloads of one kind. */
record WorkloadSource<T extends HasMetadata>(
    UnaryOperator<T> prune,
    Function<T, Workload> view,
    Written<T> written,
    InformerEventSource<T, ExternalSecret> informer) {
  static final String BY_SECRET = "secret";
  static final String BY_TEMPLATE = "template";

  static <T extends HasMetadata> WorkloadSource<T> of(
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
                .withInformerListLimit(Lists.PAGE)
                .withOnUpdateFilter((now, before) -> differs(prune.apply(now), before))
                .withPrimaryToSecondaryMapper((ExternalSecret _) -> Set.of())
                .withSecondaryToPrimaryMapper(writers::apply)
                .build(),
            context);
    informer.addIndexers(
        Map.of(
            BY_SECRET, keys(it -> secrets(view.apply(it).subject()), store, unreadable),
            BY_TEMPLATE, keys(it -> template(view.apply(it)), store, unreadable)));
    return new WorkloadSource<>(prune, view, new Written<>(), informer);
  }

  /**
   * Nothing leaves an index: it would end the watch. Who has no key is found by nobody, and of what
   * is not kept no key is either.
   */
  private static <T extends HasMetadata> Function<T, List<String>> keys(
      Function<T, List<String>> keys, PackedItemStore<T> store, UnreadableObjects unreadable) {
    return it -> {
      try {
        return store.indexKeys(it, keys);
      } catch (RuntimeException e) {
        unreadable.found(it.getKind(), Cache.metaNamespaceKeyFunc(it), e);
        return List.of();
      }
    };
  }

  Stream<Workload> find(String index, String key) {
    return informer.byIndex(index, key).stream().map(written::orNewer).map(view);
  }

  Stream<Workload> all() {
    return informer.list().map(written::orNewer).map(view);
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
      this.written.put(now);
      informer.handleRecentResourceUpdate(ResourceID.fromResource(now), now, now);
    }
  }

  private static List<String> template(Workload workload) {
    return workload instanceof Rollout rollout
        ? rollout.template().stream()
            .map(name -> ConsumerIndex.key(rollout.subject().namespace(), name))
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
        .map(reference -> ConsumerIndex.key(subject.namespace(), reference.secret()))
        .distinct()
        .toList();
  }
}
