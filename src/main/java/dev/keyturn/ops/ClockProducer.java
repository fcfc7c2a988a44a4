package dev.keyturn.ops;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The one place where the wall clock comes from. */
@ApplicationScoped
final class ClockProducer {
  @Produces
  @ApplicationScoped
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  SteadyTime steadyTime(Clock clock) {
    return new SteadyTime(clock, System::nanoTime);
  }
}
