package dev.keyturn.wiring;

import dev.keyturn.ops.Tasks;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Watches that have heard nothing for minutes, since the API server refuses them. (What it cannot
 * do, as 500, the client tries again without a word.) They are alive: a restart would not help, and
 * an API server that is gone for an hour must end no operator. So no probe of the kubelet tells,
 * but a metric and the log.
 */
final class BlindWatches {
  /** Nothing that is opened anew takes as long. */
  static final Duration BOUND = Duration.ofMinutes(5);

  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final int MOST_NAMED = 5;

  private static final Logger LOG = Logger.getLogger(BlindWatches.class);

  private final Supplier<Set<String>> unheard;
  private final InstantSource time;
  private final Tasks tasks;
  private final Map<String, Instant> since = new HashMap<>();
  private volatile Set<String> blind = Set.of();

  /**
   * @param unheard the watches that hear nothing at this moment
   */
  BlindWatches(
      Supplier<Set<String>> unheard, InstantSource time, Tasks tasks, MeterRegistry registry) {
    this.unheard = unheard;
    this.time = time;
    this.tasks = tasks;
    Gauge.builder("keyturn.watches.blind", this, it -> it.blind.size())
        .description("Watches of the API server that have heard nothing for five minutes")
        .register(registry);
  }

  /** Looks now and from time to time. */
  void watch() {
    try {
      look();
    } finally {
      tasks.after(PAUSE, this::watch);
    }
  }

  private void look() {
    Set<String> now = unheard.get();
    Instant at = time.instant();
    since.keySet().retainAll(now);
    now.forEach(it -> since.putIfAbsent(it, at));
    Set<String> blindNow = new TreeSet<>(now);
    blindNow.removeIf(it -> since.getOrDefault(it, at).plus(BOUND).isAfter(at));
    tell(blindNow);
    blind = Set.copyOf(blindNow);
  }

  private void tell(Set<String> blindNow) {
    Set<String> came = new TreeSet<>(blindNow);
    came.removeAll(blind);
    if (!came.isEmpty()) {
      LOG.errorf(
          "For %d minutes these watches have heard nothing of the API server: %s. Changes are not"
              + " seen. See that the operator may list and watch them, as its chart has it, and"
              + " that the API server serves them",
          BOUND.toMinutes(), named(came));
    }
    Set<String> went = new TreeSet<>(blind);
    went.removeAll(blindNow);
    if (!went.isEmpty()) {
      LOG.infof("These watches hear again: %s", named(went));
    }
  }

  private static String named(Collection<String> watches) {
    return watches.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
        + (watches.size() > MOST_NAMED
            ? " and %d more".formatted(watches.size() - MOST_NAMED)
            : "");
  }
}
