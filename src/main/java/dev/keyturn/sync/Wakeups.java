package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.ops.WakeupSource;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.rotation.Wakeup;
import dev.keyturn.sync.store.StoreWakeups;
import jakarta.enterprise.context.ApplicationScoped;

/** Queues ExternalSecrets for a look, whatever the cause. */
@ApplicationScoped
public class Wakeups implements Wakeup {
  private final WakeupSource<ExternalSecret> externalSecrets = new WakeupSource<>();
  private final StoreWakeups stores;

  Wakeups(StoreWakeups stores) {
    this.stores = stores;
  }

  WakeupSource<ExternalSecret> externalSecrets() {
    return externalSecrets;
  }

  boolean running() {
    return externalSecrets.isRunning();
  }

  @Override
  public void wake(Dependant dependant) {
    wake(dependant.namespace(), dependant.name());
  }

  /** Has whoever names a changed object look at it. */
  public void wake(ObjectUser user) {
    switch (user.kind()) {
      case EXTERNAL_SECRET -> wake(user.namespace(), user.name());
      case SECRET_STORE -> stores.secretStores().wake(user.namespace(), user.name());
      case CLUSTER_SECRET_STORE -> stores.clusterSecretStores().wake("", user.name());
    }
  }

  void wake(String namespace, String name) {
    externalSecrets.wake(namespace, name);
  }
}
