package dev.keyturn.restart.act;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.RestartStatus;
import dev.keyturn.api.RestartStatus.State;
import dev.keyturn.api.RestartStatus.WorkloadStatus;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Subject;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** What the restart engine counts. */
public final class Metrics {
  private final MeterRegistry registry;
  private final Cache<String, String> counted =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();

  public Metrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** What is told by the status of all ExternalSecrets is read there. */
  public void watch(IndexerResourceCache<ExternalSecret> resources) {
    Gauge.builder("keyturn.stale.containers", resources, it -> staleContainers(it, false))
        .description("Containers that still use an older content of a Secret")
        .register(registry);
    Gauge.builder("keyturn.stale.foreign.containers", resources, it -> staleContainers(it, true))
        .description("The same of pods that are not ours to restart")
        .register(registry);
    Gauge.builder("keyturn.restarts.halted", resources, Metrics::halted)
        .description("ExternalSecrets whose restarts are halted")
        .register(registry);
  }

  void began(Snapshot snapshot, Instant now) {
    count(snapshot, "started");
    Timer.builder("keyturn.restart.wait")
        .description("From the change of a Secret until the restart for it began")
        .register(registry)
        .record(notNegative(Duration.between(snapshot.newestChange(), now)));
  }

  /** Once for a restart, however often it is judged and by how many ExternalSecrets. */
  void count(Snapshot snapshot, String outcome) {
    Subject subject = snapshot.subject();
    String restart = subject.uid() + "/" + snapshot.newestChange() + "/" + outcome;
    if (counted.asMap().putIfAbsent(restart, outcome) == null) {
      Counter.builder("keyturn.restarts")
          .description("Restarts of workloads")
          .tag("kind", subject.kind())
          .tag("outcome", outcome)
          .register(registry)
          .increment();
    }
  }

  private static Duration notNegative(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }

  private static double staleContainers(
      IndexerResourceCache<ExternalSecret> resources, boolean foreign) {
    return statuses(resources)
        .flatMap(status -> status.workloads().stream())
        .filter(it -> Reason.NOT_OURS.text().equals(it.reason()) == foreign)
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
