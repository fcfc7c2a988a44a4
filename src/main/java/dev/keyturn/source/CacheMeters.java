package dev.keyturn.source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

/** How well the cache shares. */
public final class CacheMeters {
  private final Counter held;
  private final Counter shared;
  private final Counter asked;
  private final MeterRegistry registry;

  public CacheMeters(MeterRegistry registry) {
    this.registry = registry;
    this.held = requests("held");
    this.shared = requests("shared");
    this.asked = requests("asked");
  }

  private Counter requests(String outcome) {
    return Counter.builder("keyturn.cache.requests")
        .description(
            "Requests to the cache: served from what is held, sharing a call, or asked of AWS")
        .tag("outcome", outcome)
        .register(registry);
  }

  void served() {
    held.increment();
  }

  void shared() {
    shared.increment();
  }

  void asked() {
    asked.increment();
  }

  void batch(Lane lane, int size) {
    DistributionSummary.builder("keyturn.cache.batch.size")
        .description("Secrets in one request to the source")
        .tag("service", lane.identity().service().name())
        .tag("kind", lane.kind().name())
        .register(registry)
        .record(size);
  }
}
