package dev.keyturn.rotation;

import dev.keyturn.source.Identity;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** How the stage watch keeps up. */
public final class WatchMeters {
  private record Place(String service, String region) {}

  /** Two services in more regions than AWS has. */
  private static final int MOST_PLACES = 100;

  private final MeterRegistry registry;
  private final Counter looks;
  private final Map<Place, AtomicLong> checked = new ConcurrentHashMap<>();

  public WatchMeters(MeterRegistry registry) {
    this.registry = registry;
    this.looks =
        Counter.builder("keyturn.watch.looks")
            .description("References that were looked at")
            .register(registry);
  }

  void backlog(Supplier<Number> due) {
    Gauge.builder("keyturn.watch.backlog", due)
        .description("References that are due and not looked at")
        .register(registry);
  }

  void followed(Supplier<Number> references) {
    Gauge.builder("keyturn.watch.references", references)
        .description("References that are followed")
        .register(registry);
  }

  /**
   * @param answered whether AWS had something there: tenants spell regions, and one that nobody has
   *     answered from gets no gauge, since those are never removed
   */
  void looked(Identity identity, int references, boolean answered, Instant now) {
    looks.increment(references);
    Place place = new Place(identity.service().name(), identity.region());
    if (answered && checked.size() < MOST_PLACES) {
      checked.computeIfAbsent(place, this::register);
    }
    Optional.ofNullable(checked.get(place)).ifPresent(last -> last.set(now.toEpochMilli()));
  }

  private AtomicLong register(Place place) {
    AtomicLong last = new AtomicLong();
    TimeGauge.builder("keyturn.watch.last.check", last, TimeUnit.MILLISECONDS, AtomicLong::get)
        .description("When AWS was last asked, in seconds since 1970")
        .tag("service", place.service())
        .tag("region", place.region())
        .register(registry);
    return last;
  }
}
