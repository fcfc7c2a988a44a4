package dev.keyturn.sync.store;

import dev.keyturn.api.Abridgeable;
import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.SecretStore;
import dev.keyturn.api.Store;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.BoundedItemStore;
import dev.keyturn.cluster.Lists;
import dev.keyturn.cluster.WholeObjects;
import dev.keyturn.ops.SpecOrMarksChanged;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The stores of both kinds that ExternalSecrets may name. */
public final class StoreInformers implements StoreLookup {
  private final WholeObjects whole;
  private final InformerEventSource<SecretStore, ExternalSecret> stores;
  private final InformerEventSource<ClusterSecretStore, ExternalSecret> clusterStores;

  /**
   * @param users the ExternalSecrets that name a store, which are woken when it changes
   */
  public StoreInformers(
      EventSourceContext<ExternalSecret> context,
      WholeObjects whole,
      Function<StoreKey, Set<ResourceID>> users) {
    this.whole = whole;
    this.stores = informer(SecretStore.class, StoreKind.SECRET_STORE, users, context);
    this.clusterStores =
        informer(ClusterSecretStore.class, StoreKind.CLUSTER_SECRET_STORE, users, context);
  }

  private static <S extends HasMetadata & Store & Abridgeable<S>>
      InformerEventSource<S, ExternalSecret> informer(
          Class<S> type,
          StoreKind kind,
          Function<StoreKey, Set<ResourceID>> users,
          EventSourceContext<ExternalSecret> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, ExternalSecret.class)
            .withItemStore(new BoundedItemStore<>())
            .withInformerListLimit(Lists.PAGE)
            .withSecondaryToPrimaryMapper(store -> users.apply(StoreKey.of(kind, store)))
            .withOnUpdateFilter(new SpecOrMarksChanged<>())
            .build(),
        context);
  }

  public List<EventSource<?, ExternalSecret>> eventSources() {
    return List.of(stores, clusterStores);
  }

  @Override
  public Optional<? extends Store> find(StoreKey key) {
    return switch (key.kind()) {
      case SECRET_STORE -> secretStore(key).flatMap(whole::of);
      case CLUSTER_SECRET_STORE -> clusterSecretStore(key).flatMap(whole::of);
    };
  }

  /** The same, but none that the API server would have to be asked for. */
  public Optional<? extends Store> findHeld(StoreKey key) {
    return switch (key.kind()) {
      case SECRET_STORE -> secretStore(key).filter(store -> !store.isAbridged());
      case CLUSTER_SECRET_STORE -> clusterSecretStore(key).filter(store -> !store.isAbridged());
    };
  }

  private Optional<SecretStore> secretStore(StoreKey key) {
    return stores.get(new ResourceID(key.name(), key.namespace()));
  }

  private Optional<ClusterSecretStore> clusterSecretStore(StoreKey key) {
    return clusterStores.get(new ResourceID(key.name()));
  }
}
