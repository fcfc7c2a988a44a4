package dev.keyturn.sync.store;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.BoundedItemStore;
import dev.keyturn.cluster.Lists;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.WholeObjects;
import dev.keyturn.ops.EventPublisher;
import dev.keyturn.ops.NotReady;
import dev.keyturn.ops.SpecOrMarksChanged;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Singleton;

/**
 * Keeps the Ready condition of a ClusterSecretStore; here is what the framework wants said for each
 * kind.
 */
@Singleton
@ControllerConfiguration(
    name = "cluster-secret-store",
    generationAwareEventProcessing = false,
    maxReconciliationInterval = @MaxReconciliationInterval(interval = 0),
    informer =
        @Informer(
            itemStore = BoundedItemStore.class,
            informerListLimit = Lists.PAGE,
            onUpdateFilter = SpecOrMarksChanged.class))
@GradualRetry(
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000,
    maxAttempts = 1 << 30)
public class ClusterSecretStoreReconciler extends StoreReconciler<ClusterSecretStore> {
  ClusterSecretStoreReconciler(
      StoreCheck check,
      KubernetesClient client,
      WholeObjects whole,
      EventPublisher events,
      StoreWakeups wakeups,
      NotReady notReady) {
    super(
        StoreKind.CLUSTER_SECRET_STORE,
        check,
        new OwnStatus<>(client, MANAGER, ClusterSecretStore::new, StoreReconciler::status),
        whole,
        events,
        wakeups.clusterSecretStores(),
        notReady);
  }
}
