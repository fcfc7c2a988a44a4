package dev.keyturn.rotation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What becomes of change events. */
public final class EventMeters {
  private final Counter matched;
  private final Counter foreign;
  private final Counter unseen;
  private final Counter unknown;
  private final Counter failed;
  private final Timer lag;

  public EventMeters(MeterRegistry registry) {
    this.matched = events(registry, "matched");
    this.foreign = events(registry, "foreign");
    this.unseen = events(registry, "unseen");
    this.unknown = events(registry, "unknown");
    this.failed =
        Counter.builder("keyturn.events.poll.failures")
            .description("Polls of an event queue that failed")
            .register(registry);
    this.lag =
        Timer.builder("keyturn.event.lag")
            .description("From the time of an event until its dependants were woken")
            .register(registry);
  }

  private static Counter events(MeterRegistry registry, String outcome) {
    return Counter.builder("keyturn.events")
        .description(
            "Events: about something followed, about something else, never shown by AWS, not"
                + " understood")
        .tag("outcome", outcome)
        .register(registry);
  }

  void matched() {
    matched.increment();
  }

  void foreign() {
    foreign.increment();
  }

  void unseen() {
    unseen.increment();
  }

  /** A message whose shape is not understood was dropped. */
  public void unknown() {
    unknown.increment();
  }

  void failed() {
    failed.increment();
  }

  void seen(Duration after) {
    lag.record(after.isNegative() ? Duration.ZERO : after);
  }
}
