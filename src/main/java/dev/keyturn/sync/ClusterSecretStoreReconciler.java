package dev.keyturn.sync;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.cluster.StatusApplier;
import dev.keyturn.ops.EventPublisher;
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
  private final StoreCheck check;
  private final StatusApplier statuses;
  private final EventPublisher events;
  private final Wakeups wakeups;

  ClusterSecretStoreReconciler(
      StoreCheck check, StatusApplier statuses, EventPublisher events, Wakeups wakeups) {
    this.check = check;
    this.statuses = statuses;
    this.events = events;
    this.wakeups = wakeups;
  }

  @Override
  public UpdateControl<ClusterSecretStore> reconcile(
      ClusterSecretStore store, Context<ClusterSecretStore> context) {
    ObjectUser user =
        new ObjectUser(ObjectUser.Kind.CLUSTER_SECRET_STORE, "", store.getMetadata().getName());
    if (context.isPrimaryResourceDeleted() || store.isMarkedForDeletion()) {
      check.forget(user);
      return UpdateControl.noUpdate();
    }
    StoreCheck.Result result =
        check.check(
            store,
            new StoreKey(StoreKind.CLUSTER_SECRET_STORE, "", store.getMetadata().getName()),
            user);
    result
        .status()
        .ifPresent(
            status -> {
              ClusterSecretStore fresh = new ClusterSecretStore();
              fresh.getMetadata().setNamespace(store.getMetadata().getNamespace());
              fresh.getMetadata().setName(store.getMetadata().getName());
              fresh.getMetadata().setUid(store.getMetadata().getUid());
              fresh.setStatus(status);
              statuses.apply(fresh, StoreCheck.MANAGER);
            });
    result
        .warning()
        .ifPresent(
            condition ->
                events.warning(
                    store,
                    String.valueOf(condition.reason()),
                    String.valueOf(condition.message())));
    UpdateControl<ClusterSecretStore> control = UpdateControl.noUpdate();
    result.again().ifPresent(control::rescheduleAfter);
    return control;
  }

  @Override
  public List<EventSource<?, ClusterSecretStore>> prepareEventSources(
      EventSourceContext<ClusterSecretStore> context) {
    return List.of(wakeups.clusterSecretStores());
  }
}
