package dev.keyturn.ops;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Optional;

/**
 * Has the old generation collected when a good part of it must be garbage. The serial collector,
 * the smallest there is, otherwise lets it grow to its limit first and keeps what it has. With any
 * other collector this does nothing.
 */
@Singleton
final class OldGeneration {
  private static final String SERIAL = "Tenured Gen";
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final long SLACK = 8 << 20;

  private final Tasks tasks;
  private final Optional<MemoryPoolMXBean> pool =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(it -> it.getName().equals(SERIAL))
          .findFirst();

  OldGeneration(Tasks tasks) {
    this.tasks = tasks;
  }

  void start(@Observes StartupEvent event) {
    pool.ifPresent(this::watch);
  }

  private void watch(MemoryPoolMXBean old) {
    tasks.after(
        BETWEEN_LOOKS,
        () -> {
          MemoryUsage live = old.getCollectionUsage();
          if (live != null && isWorthIt(old.getUsage().getUsed(), live.getUsed())) {
            System.gc();
          }
          watch(old);
        });
  }

  /**
   * @param live what was left after the last collection
   */
  static boolean isWorthIt(long used, long live) {
    return used - live > Math.max(SLACK, live / 4);
  }
}
