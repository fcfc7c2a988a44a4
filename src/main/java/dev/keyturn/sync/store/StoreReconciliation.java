package dev.keyturn.sync.store;

import dev.keyturn.api.Condition;
import dev.keyturn.api.SecretStoreSpec;
import dev.keyturn.api.SecretStoreStatus;
import dev.keyturn.api.Store;
import dev.keyturn.api.StoreKind;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.cluster.StatusApplier;
import dev.keyturn.ops.EventPublisher;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.util.Optional;

/** What the reconcilers of both kinds of store do. */
final class StoreReconciliation {
  private static final String MANAGER = "keyturn-store";

  private final StoreCheck check;
  private final StatusApplier statuses;
  private final EventPublisher events;

  StoreReconciliation(StoreCheck check, StatusApplier statuses, EventPublisher events) {
    this.check = check;
    this.statuses = statuses;
    this.events = events;
  }

  /**
   * @param fresh an empty resource of the kind, to carry the status
   */
  <S extends CustomResource<SecretStoreSpec, SecretStoreStatus> & Store> UpdateControl<S> run(
      S store, S fresh, StoreKind kind, Context<S> context) {
    StoreKey key = key(kind, store);
    ObjectUser user = user(key);
    UpdateControl<S> control = UpdateControl.noUpdate();
    if (context.isPrimaryResourceDeleted() || store.isMarkedForDeletion()) {
      check.forget(user);
      return control;
    }
    StoreCheck.Result result = check.check(store, key, user);
    result.status().ifPresent(status -> write(store, fresh, status));
    result.warning().ifPresent(condition -> warn(store, condition));
    result.again().ifPresent(control::rescheduleAfter);
    return control;
  }

  private <S extends CustomResource<SecretStoreSpec, SecretStoreStatus>> void write(
      S store, S fresh, SecretStoreStatus status) {
    fresh.getMetadata().setNamespace(store.getMetadata().getNamespace());
    fresh.getMetadata().setName(store.getMetadata().getName());
    fresh.getMetadata().setUid(store.getMetadata().getUid());
    fresh.setStatus(status);
    var _ = statuses.apply(fresh, MANAGER);
  }

  private void warn(CustomResource<?, ?> store, Condition condition) {
    events.warning(store, String.valueOf(condition.reason()), String.valueOf(condition.message()));
  }

  private static StoreKey key(StoreKind kind, Store store) {
    String namespace = Optional.ofNullable(store.getMetadata().getNamespace()).orElse("");
    return new StoreKey(kind, namespace, store.getMetadata().getName());
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
