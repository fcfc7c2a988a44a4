package dev.keyturn.sync.store;

import dev.keyturn.api.SecretStore;
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

/** Keeps the Ready condition of a SecretStore. */
@ApplicationScoped
@ControllerConfiguration(
    name = "secret-store",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true,
    maxReconciliationInterval = @MaxReconciliationInterval(interval = 0),
    informer = @Informer(onUpdateFilter = SpecOrMarksChanged.class))
@GradualRetry(
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000,
    maxAttempts = 1 << 30)
public class SecretStoreReconciler implements Reconciler<SecretStore> {
  private final StoreReconciliation reconciliation;
  private final StoreWakeups wakeups;

  SecretStoreReconciler(StoreReconciliation reconciliation, StoreWakeups wakeups) {
    this.reconciliation = reconciliation;
    this.wakeups = wakeups;
  }

  @Override
  public UpdateControl<SecretStore> reconcile(SecretStore store, Context<SecretStore> context) {
    return reconciliation.run(store, new SecretStore(), StoreKind.SECRET_STORE, context);
  }

  @Override
  public List<EventSource<?, SecretStore>> prepareEventSources(
      EventSourceContext<SecretStore> context) {
    return List.of(wakeups.secretStores());
  }
}
