package dev.keyturn.sync;

import dev.keyturn.api.SecretStore;
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
  private final StoreCheck check;
  private final StatusApplier statuses;
  private final EventPublisher events;
  private final Wakeups wakeups;

  SecretStoreReconciler(
      StoreCheck check, StatusApplier statuses, EventPublisher events, Wakeups wakeups) {
    this.check = check;
    this.statuses = statuses;
    this.events = events;
    this.wakeups = wakeups;
  }

  @Override
  public UpdateControl<SecretStore> reconcile(SecretStore store, Context<SecretStore> context) {
    ObjectUser user =
        new ObjectUser(
            ObjectUser.Kind.SECRET_STORE,
            store.getMetadata().getNamespace(),
            store.getMetadata().getName());
    if (context.isPrimaryResourceDeleted() || store.isMarkedForDeletion()) {
      check.forget(user);
      return UpdateControl.noUpdate();
    }
    StoreCheck.Result result =
        check.check(
            store,
            new StoreKey(
                StoreKind.SECRET_STORE,
                store.getMetadata().getNamespace(),
                store.getMetadata().getName()),
            user);
    result
        .status()
        .ifPresent(
            status -> {
              SecretStore fresh = new SecretStore();
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
    UpdateControl<SecretStore> control = UpdateControl.noUpdate();
    result.again().ifPresent(control::rescheduleAfter);
    return control;
  }

  @Override
  public List<EventSource<?, SecretStore>> prepareEventSources(
      EventSourceContext<SecretStore> context) {
    return List.of(wakeups.secretStores());
  }
}
