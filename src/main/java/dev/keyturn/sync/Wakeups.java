package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.ObjectUser;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.rotation.Wakeup;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import jakarta.enterprise.context.ApplicationScoped;

/** Queues ExternalSecrets for a sync, whatever the cause. */
@ApplicationScoped
public class Wakeups implements Wakeup {
  static final String EXTERNAL_SECRET = "ExternalSecret";

  private final SimpleInboundEventSource<ExternalSecret> source =
      new SimpleInboundEventSource<>("wakeups");

  SimpleInboundEventSource<ExternalSecret> source() {
    return source;
  }

  @Override
  public void wake(Dependant dependant) {
    wake(dependant.namespace(), dependant.name());
  }

  /** Has whoever names a changed object look at it. */
  public void wake(ObjectUser user) {
    if (user.kind().equals(EXTERNAL_SECRET)) {
      wake(user.namespace(), user.name());
    }
  }

  /** Nothing is lost before the start: then everything is reconciled anyway. */
  public void wake(String namespace, String name) {
    if (source.isRunning()) {
      source.propagateEvent(new ResourceID(name, namespace));
    }
  }
}
