package dev.keyturn.wiring;

import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.rotation.ChangeListener;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.health.EventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
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
 * events on the leader. What only fails and tries again is alive; what has ended comes back by a
 * restart of the container alone.
 */
@Liveness
@Readiness
@ApplicationScoped
class Aliveness implements HealthCheck {
  private final Operator operator;
  private final Namespaces namespaces;
  private final SecretViews secrets;
  private final ChangeListener events;
  private final Clock clock;

  Aliveness(
      Operator operator,
      Namespaces namespaces,
      SecretViews secrets,
      ChangeListener events,
      Clock clock) {
    this.operator = operator;
    this.namespaces = namespaces;
    this.secrets = secrets;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> ended = new ArrayList<>();
    if (!namespaces.running()) {
      ended.add("watch of namespaces");
    }
    if (!secrets.running()) {
      ended.add("watch of managed Secrets");
    }
    if (operator.getRuntimeInfo().isStarted()) {
      operator
          .getRuntimeInfo()
          .unhealthyEventSources()
          .forEach(
              (reconciler, sources) -> {
                if (sources.values().stream().anyMatch(Aliveness::hasEnded)) {
                  ended.add("watch of reconciler " + reconciler);
                }
              });
    }
    if (events.silent(clock.instant())) {
      ended.add("queue of change events");
    }
    return HealthCheckResponse.named("informers and queues")
        .status(ended.isEmpty())
        .withData("ended", String.join(", ", ended))
        .build();
  }

  /** One that runs and does not watch is on its way back to the API server. */
  private static boolean hasEnded(EventSourceHealthIndicator source) {
    return source instanceof InformerWrappingEventSourceHealthIndicator<?> informers
        && informers.informerHealthIndicators().values().stream().anyMatch(it -> !it.isRunning());
  }
}
