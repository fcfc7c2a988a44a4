package dev.keyturn.restart;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.api.RestartStatus.State;
import dev.keyturn.api.RestartStatus.WorkloadStatus;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** What the restart engine counts. */
final class Metrics {
  private final MeterRegistry registry;

  Metrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** What is told by the status of all ExternalSecrets is read there. */
  void watch(IndexerResourceCache<ExternalSecret> resources) {
    Gauge.builder("keyturn.stale.containers", resources, Metrics::staleContainers)
        .description("Containers that still use an older content of a Secret")
        .register(registry);
    Gauge.builder("keyturn.restarts.halted", resources, Metrics::halted)
        .description("ExternalSecrets whose restarts are halted")
        .register(registry);
  }

  void began(Snapshot snapshot, Instant now) {
    count(snapshot.subject().kind(), "started");
    registry
        .timer("keyturn.restart.wait")
        .record(notNegative(Duration.between(snapshot.newestChange(), now)));
  }

  void count(String kind, String outcome) {
    registry.counter("keyturn.restarts", "kind", kind, "outcome", outcome).increment();
  }

  private static Duration notNegative(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }

  private static double staleContainers(IndexerResourceCache<ExternalSecret> resources) {
    return statuses(resources)
        .flatMap(status -> status.workloads().stream())
        .map(WorkloadStatus::staleContainers)
        .flatMap(stale -> Optional.ofNullable(stale).stream())
        .mapToInt(Integer::intValue)
        .sum();
  }

  private static double halted(IndexerResourceCache<ExternalSecret> resources) {
    return statuses(resources).filter(status -> status.state() == State.HALTED).count();
  }

  private static Stream<RestartStatus> statuses(IndexerResourceCache<ExternalSecret> resources) {
    return resources
        .list()
        .flatMap(it -> Optional.ofNullable(it.statusOrEmpty().restart()).stream());
  }
}
