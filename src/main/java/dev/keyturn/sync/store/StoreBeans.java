package dev.keyturn.sync.store;

import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.ops.Patience;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.Tasks;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.SecretSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The parts that look after stores. */
@ApplicationScoped
class StoreBeans {
  @Produces
  @Singleton
  StoreUsers storeUsers(StoreWakeups wakeups) {
    return new StoreUsers(store -> wakeups.clusterSecretStores().wake("", store.name()));
  }

  @Produces
  @Singleton
  StoreResolver storeResolver(
      Settings settings,
      Namespaces namespaces,
      ReferencedObjects objects,
      KeyedHash hash,
      StoreUsers users) {
    return new StoreResolver(settings, namespaces, objects, hash, users);
  }

  @Produces
  @Singleton
  StoreCheck storeCheck(
      StoreResolver resolver,
      StoreUsers users,
      ReferencedObjects objects,
      SecretSource source,
      Patience patience,
      Tasks tasks,
      Clock clock) {
    return new StoreCheck(resolver, users, objects, source, patience, tasks, clock);
  }
}
