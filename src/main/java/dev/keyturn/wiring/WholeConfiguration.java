package dev.keyturn.wiring;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.quarkiverse.operatorsdk.runtime.QuarkusControllerConfiguration;

/**
 * What a reconciler's annotation says, with what the extension leaves out: whether it is to be
 * called when a resource is deleted, without which nobody would forget one.
 */
final class WholeConfiguration<P extends HasMetadata> extends QuarkusControllerConfiguration<P> {
  private final boolean onAllEvents;

  WholeConfiguration(QuarkusControllerConfiguration<P> known, ControllerConfiguration annotation) {
    super(
        known.getInformerConfig(),
        known.getName(),
        known.isGenerationAware(),
        known.getAssociatedReconcilerClassName(),
        known.getRetry(),
        known.getRateLimiter(),
        known.maxReconciliationInterval().orElse(null),
        known.getFinalizerName(),
        known.fieldManager(),
        known.getWorkflow(),
        known.getResourceTypeName(),
        known.getResourceClass());
    this.onAllEvents = annotation.triggerReconcilerOnAllEvents();
  }

  @Override
  public boolean triggerReconcilerOnAllEvents() {
    return onAllEvents;
  }
}
