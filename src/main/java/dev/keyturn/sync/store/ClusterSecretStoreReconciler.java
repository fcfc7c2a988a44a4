package dev.keyturn.sync.store;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.StoreKind;
import dev.keyturn.ops.SpecOrMarksChanged;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Keeps the Ready condition of a ClusterSecretStore. */
@ApplicationScoped
@ControllerConfiguration(
    name = "cluster-secret-store",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true,
    maxReconciliationInterval = @MaxReconciliationInterval(interval = 0),
    informer = @Informer(onUpdateFilter = SpecOrMarksChanged.class))
@GradualRetry(
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000,
    maxAttempts = 1 << 30)
public class ClusterSecretStoreReconciler implements Reconciler<ClusterSecretStore> {
  private final StoreReconciliation reconciliation;
  private final StoreWakeups wakeups;

  ClusterSecretStoreReconciler(StoreReconciliation reconciliation, StoreWakeups wakeups) {
    this.reconciliation = reconciliation;
    this.wakeups = wakeups;
  }

  @Override
  public UpdateControl<ClusterSecretStore> reconcile(
      ClusterSecretStore store, Context<ClusterSecretStore> context) {
    return reconciliation.run(
        store, new ClusterSecretStore(), StoreKind.CLUSTER_SECRET_STORE, context);
  }

  @Override
  public List<EventSource<?, ClusterSecretStore>> prepareEventSources(
      EventSourceContext<ClusterSecretStore> context) {
    return List.of(wakeups.clusterSecretStores());
  }
}
