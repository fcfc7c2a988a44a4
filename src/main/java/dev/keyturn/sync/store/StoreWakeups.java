package dev.keyturn.sync.store;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.SecretStore;
import dev.keyturn.ops.WakeupSource;
import jakarta.enterprise.context.ApplicationScoped;

/** Queues stores for a look when something that they name has changed. */
@ApplicationScoped
public class StoreWakeups {
  private final WakeupSource<SecretStore> secretStores = new WakeupSource<>();
  private final WakeupSource<ClusterSecretStore> clusterSecretStores = new WakeupSource<>();

  public WakeupSource<SecretStore> secretStores() {
    return secretStores;
  }

  public WakeupSource<ClusterSecretStore> clusterSecretStores() {
    return clusterSecretStores;
  }
}
