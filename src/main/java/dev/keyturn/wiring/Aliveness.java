package dev.keyturn.wiring;

import dev.keyturn.rotation.ChangeListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * Whether everything that has to go on for ever goes on: each informer, and each queue of change
 * events on the leader. What only fails and tries again is alive, and {@link BlindWatches} tell of
 * it; what has ended comes back by a restart of the container alone.
 */
@Liveness
@Readiness
@ApplicationScoped
class Aliveness implements HealthCheck {
  private final Watches watches;
  private final ChangeListener events;
  private final Clock clock;

  Aliveness(Watches watches, ChangeListener events, Clock clock) {
    this.watches = watches;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> ended =
        new ArrayList<>(watches.ended().stream().map("watch of "::concat).toList());
    if (events.silent(clock.instant())) {
      ended.add("queue of change events");
    }
    return HealthCheckResponse.named("informers and queues")
        .status(ended.isEmpty())
        .withData("ended", String.join(", ", ended))
        .build();
  }
}
