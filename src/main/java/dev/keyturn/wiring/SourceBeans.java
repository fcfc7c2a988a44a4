package dev.keyturn.wiring;

import dev.keyturn.ops.SteadyTime;
import dev.keyturn.ops.Tasks;
import dev.keyturn.rotation.ChangeFeeds;
import dev.keyturn.rotation.ChangeListener;
import dev.keyturn.rotation.EventMeters;
import dev.keyturn.rotation.RotationHealth;
import dev.keyturn.rotation.StageWatch;
import dev.keyturn.rotation.WatchBudget;
import dev.keyturn.rotation.WatchMeters;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretSource;
import dev.keyturn.sync.Wakeups;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.random.RandomGenerator;

/** Reading and following. */
@ApplicationScoped
class SourceBeans {
  @Produces
  @Singleton
  SecretCache secretCache(
      SecretSource source, KeyedHash hash, Tasks tasks, SteadyTime time, MeterRegistry registry) {
    return new SecretCache(
        source, () -> hash, tasks, time, SecretCache.Bounds.DEFAULT, new CacheMeters(registry));
  }

  @Produces
  @Singleton
  Watchlist watchlist(SecretCache cache, Wakeups wakeups) {
    return new Watchlist(cache, wakeups);
  }

  @Produces
  @Singleton
  WatchBudget watchBudget(Tasks tasks, Wakeups wakeups) {
    return new WatchBudget(WatchBudget.mostOf(Runtime.getRuntime().maxMemory()), tasks, wakeups);
  }

  @Produces
  @Singleton
  StageWatch stageWatch(
      SecretCache cache,
      Watchlist watchlist,
      Tasks tasks,
      SteadyTime time,
      MeterRegistry registry) {
    return new StageWatch(
        cache, watchlist, tasks, time, RandomGenerator.getDefault(), new WatchMeters(registry));
  }

  @Produces
  @Singleton
  EventMeters eventMeters(MeterRegistry registry) {
    return new EventMeters(registry);
  }

  @Produces
  @Singleton
  RotationHealth rotationHealth() {
    return new RotationHealth();
  }

  @Produces
  @Singleton
  ChangeListener changeListener(
      ChangeFeeds feeds,
      SecretCache cache,
      Watchlist watchlist,
      StageWatch watch,
      Tasks tasks,
      SteadyTime time,
      RotationHealth health,
      EventMeters meters) {
    return new ChangeListener(feeds.all(), cache, watchlist, watch, tasks, time, health, meters);
  }
}
