package dev.keyturn.api;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/** What both kinds of store have in common. */
public sealed interface Store extends MaybeUnreadable permits SecretStore, ClusterSecretStore {

  ObjectMeta getMetadata();

  SecretStoreSpec getSpec();

  @Nullable SecretStoreStatus getStatus();
}
