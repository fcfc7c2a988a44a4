package dev.keyturn.sync.store;

import dev.keyturn.api.Abridgeable;
import dev.keyturn.api.Condition;
import dev.keyturn.api.SecretStoreSpec;
import dev.keyturn.api.SecretStoreStatus;
import dev.keyturn.api.Store;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.BrokenOff;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.WholeObjects;
import dev.keyturn.ops.EventPublisher;
import dev.keyturn.ops.NotReady;
import dev.keyturn.ops.ToldReconciler;
import dev.keyturn.ops.WakeupSource;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.Optional;

/** Keeps the Ready condition of the stores of one kind. */
abstract class StoreReconciler<
        S extends CustomResource<SecretStoreSpec, SecretStoreStatus> & Abridgeable<S> & Store>
    implements ToldReconciler<S> {
  static final String MANAGER = "keyturn-store";

  private final StoreKind kind;
  private final StoreCheck check;
  private final OwnStatus<S, SecretStoreStatus> statuses;
  private final WholeObjects whole;
  private final EventPublisher events;
  private final WakeupSource<S> wakeups;
  private final NotReady notReady;

  StoreReconciler(
      StoreKind kind,
      StoreCheck check,
      OwnStatus<S, SecretStoreStatus> statuses,
      WholeObjects whole,
      EventPublisher events,
      WakeupSource<S> wakeups,
      NotReady notReady) {
    this.kind = kind;
    this.check = check;
    this.statuses = statuses;
    this.whole = whole;
    this.events = events;
    this.wakeups = wakeups;
    this.notReady = notReady;
  }

  static SecretStoreStatus status(Store store) {
    return Optional.ofNullable(store.getStatus()).orElse(SecretStoreStatus.EMPTY);
  }

  @Override
  public UpdateControl<S> reconcile(S store, Context<S> context) {
    if (store.isMarkedForDeletion()) {
      forget(store);
      return UpdateControl.noUpdate();
    }
    return wakeups.whileThere(
        store, () -> whole.of(store).map(this::checked).orElseGet(UpdateControl::noUpdate));
  }

  @Override
  public void brokeOff(S store, int tries, Exception why) {
    BrokenOff.tell(store, "its check", tries, why);
  }

  private void forget(S store) {
    StoreKey key = StoreKey.of(kind, store);
    check.forget(key, user(key));
    statuses.forget(store);
    notReady.found(store, Optional.empty());
  }

  private UpdateControl<S> checked(S store) {
    StoreKey key = StoreKey.of(kind, store);
    StoreCheck.Result result =
        check.check(
            store,
            statuses.known(store),
            key,
            user(key),
            () -> wakeups.wake(key.namespace(), key.name()));
    notReady.found(
        store,
        result.ready().filter(ready -> !ready.isTrue()).map(it -> String.valueOf(it.reason())));
    result.status().ifPresent(status -> statuses.write(store, status));
    result.warning().ifPresent(condition -> warn(store, condition));
    UpdateControl<S> control = UpdateControl.noUpdate();
    result.again().ifPresent(control::rescheduleAfter);
    return control;
  }

  @Override
  public List<EventSource<?, S>> prepareEventSources(EventSourceContext<S> context) {
    wakeups.whenGone(context.getPrimaryCache(), this::forget);
    return List.of(wakeups);
  }

  private void warn(S store, Condition condition) {
    events.warning(store, String.valueOf(condition.reason()), String.valueOf(condition.message()));
  }

  private static ObjectUser user(StoreKey key) {
    ObjectUser.Kind kind =
        switch (key.kind()) {
          case SECRET_STORE -> ObjectUser.Kind.SECRET_STORE;
          case CLUSTER_SECRET_STORE -> ObjectUser.Kind.CLUSTER_SECRET_STORE;
        };
    return new ObjectUser(kind, key.namespace(), key.name());
  }
}
