package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.Reasons;
import dev.keyturn.ops.EventPublisher;

/** Tells the holder of a Secret, or of keys in it, that another ExternalSecret claims it. */
final class Claimants {
  private final EventPublisher events;

  Claimants(EventPublisher events) {
    this.events = events;
  }

  /**
   * @param why what the claimant was told
   */
  void tell(ExternalSecret holder, ExternalSecret claimant, String why) {
    events.warning(
        holder,
        Reasons.CONFLICT,
        "ExternalSecret %s/%s also claims what this one writes: %s"
            .formatted(
                claimant.getMetadata().getNamespace(), claimant.getMetadata().getName(), why));
  }
}
