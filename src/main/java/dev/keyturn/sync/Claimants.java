package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.Reasons;
import dev.keyturn.ops.EventPublisher;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells the holder of a Secret that another ExternalSecret claims it, once. */
final class Claimants {
  private final EventPublisher events;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  Claimants(EventPublisher events) {
    this.events = events;
  }

  void tell(ExternalSecret holder, ExternalSecret claimant) {
    if (told.add(holder.getMetadata().getUid() + claimant.getMetadata().getUid())) {
      events.warning(
          holder,
          Reasons.CONFLICT,
          "ExternalSecret %s also claims Secret %s, which this one writes: give one of the two another target.name"
              .formatted(claimant.getMetadata().getName(), holder.targetName()));
    }
  }
}
