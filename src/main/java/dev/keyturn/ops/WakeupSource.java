package dev.keyturn.ops;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/** Queues resources of one kind for a look, for a cause that no informer tells. */
public final class WakeupSource<R extends HasMetadata> extends SimpleInboundEventSource<R> {
  public WakeupSource() {
    super("wakeups");
  }

  /**
   * Nothing is lost before the start: then everything is reconciled anyway.
   *
   * @param namespace empty for a resource of the cluster
   */
  public void wake(String namespace, String name) {
    if (isRunning()) {
      propagateEvent(namespace.isEmpty() ? new ResourceID(name) : new ResourceID(name, namespace));
    }
  }
}
