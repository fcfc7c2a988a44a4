package dev.keyturn.sync;

import dev.keyturn.api.StoreKind;
import dev.keyturn.api.StoreRef;

/** Names one store as an ExternalSecret sees it. */
record StoreKey(StoreKind kind, String namespace, String name) {

  /** The store that {@code ref} means in {@code namespace}; a cluster store has none. */
  static StoreKey of(StoreRef ref, String namespace) {
    String name = ref.name() == null ? "" : ref.name();
    return switch (ref.kind()) {
      case SECRET_STORE -> new StoreKey(StoreKind.SECRET_STORE, namespace, name);
      case CLUSTER_SECRET_STORE -> new StoreKey(StoreKind.CLUSTER_SECRET_STORE, "", name);
    };
  }

  /** {@code SecretStore shop/aws} or {@code ClusterSecretStore aws}, for messages. */
  @Override
  public String toString() {
    return switch (kind) {
      case SECRET_STORE -> "SecretStore " + namespace + "/" + name;
      case CLUSTER_SECRET_STORE -> "ClusterSecretStore " + name;
    };
  }

  /** {@code SecretStore/aws}, for {@code status.sources}. */
  String inStatus() {
    return (kind == StoreKind.SECRET_STORE ? "SecretStore/" : "ClusterSecretStore/") + name;
  }
}
