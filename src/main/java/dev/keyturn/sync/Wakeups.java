package dev.keyturn.sync;

import dev.keyturn.api.ClusterSecretStore;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.SecretStore;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.rotation.Wakeup;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import jakarta.enterprise.context.ApplicationScoped;

/** Queues ExternalSecrets and stores for a look, whatever the cause. */
@ApplicationScoped
public class Wakeups implements Wakeup {
  private final SimpleInboundEventSource<ExternalSecret> externalSecrets =
      new SimpleInboundEventSource<>("wakeups");
  private final SimpleInboundEventSource<SecretStore> secretStores =
      new SimpleInboundEventSource<>("wakeups");
  private final SimpleInboundEventSource<ClusterSecretStore> clusterSecretStores =
      new SimpleInboundEventSource<>("wakeups");

  SimpleInboundEventSource<ExternalSecret> externalSecrets() {
    return externalSecrets;
  }

  public SimpleInboundEventSource<SecretStore> secretStores() {
    return secretStores;
  }

  public SimpleInboundEventSource<ClusterSecretStore> clusterSecretStores() {
    return clusterSecretStores;
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
      case EXTERNAL_SECRET -> queue(externalSecrets, user);
      case SECRET_STORE -> queue(secretStores, user);
      case CLUSTER_SECRET_STORE -> queue(clusterSecretStores, user);
    }
  }

  public void wake(String namespace, String name) {
    wake(new ObjectUser(ObjectUser.Kind.EXTERNAL_SECRET, namespace, name));
  }

  /** Nothing is lost before the start: then everything is reconciled anyway. */
  private static void queue(SimpleInboundEventSource<?> source, ObjectUser user) {
    if (source.isRunning()) {
      source.propagateEvent(
          user.namespace().isEmpty()
              ? new ResourceID(user.name())
              : new ResourceID(user.name(), user.namespace()));
    }
  }
}
