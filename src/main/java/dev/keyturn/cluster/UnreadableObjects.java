package dev.keyturn.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that somebody may write and that we cannot read. Each is told in the log by its name and
 * the class of the failure, never by what it holds, and counted; all others go on.
 */
public final class UnreadableObjects {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadableObjects.class);

  private final MeterRegistry registry;

  public UnreadableObjects(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * @param name with the namespace, as in {@code shop/db}
   */
  public void found(String kind, String name, Throwable failure) {
    LOG.warn("{} {} cannot be read: {}", kind, name, failure.getClass().getName());
    Counter.builder("keyturn.unreadable.objects")
        .description("Objects of the cluster that could not be read, each time that one arrives")
        .tag("kind", kind)
        .register(registry)
        .increment();
  }
}
