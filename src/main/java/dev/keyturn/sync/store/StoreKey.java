package dev.keyturn.sync.store;

import dev.keyturn.api.Store;
import dev.keyturn.api.StoreKind;
import dev.keyturn.render.StoreName;
import java.util.Optional;

/** Names one store as an ExternalSecret sees it. */
public record StoreKey(StoreKind kind, String namespace, String name) {

  /** The store that {@code name} means in {@code namespace}; a cluster store has none. */
  public static StoreKey of(StoreName name, String namespace) {
    return switch (name.kind()) {
      case SECRET_STORE -> new StoreKey(name.kind(), namespace, name.name());
      case CLUSTER_SECRET_STORE -> new StoreKey(name.kind(), "", name.name());
    };
  }

  static StoreKey of(StoreKind kind, Store store) {
    return new StoreKey(
        kind,
        Optional.ofNullable(store.getMetadata().getNamespace()).orElse(""),
        store.getMetadata().getName());
  }

  /** {@code SecretStore shop/aws} or {@code ClusterSecretStore aws}, for messages. */
  @Override
  public String toString() {
    return switch (kind) {
      case SECRET_STORE -> "SecretStore " + namespace + "/" + name;
      case CLUSTER_SECRET_STORE -> "ClusterSecretStore " + name;
    };
  }
}
