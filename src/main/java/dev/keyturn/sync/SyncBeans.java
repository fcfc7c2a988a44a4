package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.cluster.OwnStatus;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.WholeObjects;
import dev.keyturn.ops.EventPublisher;
import dev.keyturn.ops.FairShare;
import dev.keyturn.ops.Patience;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.SteadyTime;
import dev.keyturn.ops.Tasks;
import dev.keyturn.render.Renderer;
import dev.keyturn.rotation.FoundNames;
import dev.keyturn.rotation.RotationHealth;
import dev.keyturn.rotation.WatchBudget;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretSource;
import dev.keyturn.sync.store.StoreResolver;
import dev.keyturn.sync.store.Waiting;
import dev.keyturn.sync.target.SecondLook;
import dev.keyturn.sync.target.SecretWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** The parts of a sync. */
@ApplicationScoped
class SyncBeans {
  @Produces
  @Singleton
  OwnStatus<ExternalSecret, ExternalSecretStatus> statuses(KubernetesClient client) {
    return new OwnStatus<>(
        client, "keyturn-sync", ExternalSecret::new, ExternalSecret::statusOrEmpty);
  }

  @Produces
  @Singleton
  ForceSync forceSync(OwnStatus<ExternalSecret, ExternalSecretStatus> statuses) {
    return new ForceSync(statuses::known);
  }

  @Produces
  @Singleton
  WholeObjects wholeObjects(KubernetesClient client) {
    return new WholeObjects(client);
  }

  @Produces
  @Singleton
  Claimants claimants(EventPublisher events) {
    return new Claimants(events);
  }

  @Produces
  @Singleton
  Troubles troubles(Clock clock) {
    return new Troubles(clock, RandomGenerator.getDefault());
  }

  @Produces
  @Singleton
  StatusPublisher statusPublisher(
      OwnStatus<ExternalSecret, ExternalSecretStatus> statuses,
      EventPublisher events,
      ForceSync forceSync,
      Watchlist watchlist,
      RotationHealth health,
      Clock clock) {
    return new StatusPublisher(
        statuses, events, forceSync, new RotationReport(watchlist, health), clock);
  }

  @Produces
  @Singleton
  FairShare fairShare(Settings settings, Tasks tasks) {
    return new FairShare(
        FairShare.Limits.of(Runtime.getRuntime().availableProcessors(), settings.reconcilers()),
        tasks,
        ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
  }

  void close(@Disposes FairShare share) {
    share.close();
  }

  @Produces
  @Singleton
  Waiting waiting(
      StoreResolver resolver, Watchlist watchlist, WatchBudget budget, Troubles troubles) {
    return new Waiting(
        resolver::resolve,
        resource ->
            watchlist.followed(Dependants.of(resource)).isEmpty()
                && budget.refusal(Dependants.of(resource)).isEmpty()
                && !troubles.ended(resource));
  }

  @Produces
  @Singleton
  Patience patience(Settings settings, Tasks tasks, SteadyTime time) {
    return new Patience(Patience.Limits.of(settings.reconcilers()), tasks, time);
  }

  @Produces
  @Singleton
  Reader reader(
      SecretSource source,
      SecretCache cache,
      Watchlist watchlist,
      KeyedHash hash,
      WatchBudget budget,
      Waiting waiting,
      Patience patience,
      Wakeups wakeups,
      Tasks tasks,
      SteadyTime time) {
    FoundNames found = new FoundNames();
    return new Reader(
        source,
        cache,
        watchlist,
        hash,
        new BoundedFetch(cache, found, new Patience(BoundedFetch.LARGE_AT_A_TIME, tasks, time)),
        found,
        budget,
        waiting,
        patience,
        wakeups);
  }

  @Produces
  @Singleton
  Sync sync(
      StoreResolver resolver,
      ReferencedObjects objects,
      SecretViews views,
      SecretWriter writer,
      Reader reader,
      OwnStatus<ExternalSecret, ExternalSecretStatus> statuses,
      ForceSync forceSync,
      KeyedHash hash,
      Settings settings,
      FairShare share,
      WatchBudget budget,
      SecondLook secondLook,
      Wakeups wakeups,
      Tasks tasks,
      Clock clock,
      SteadyTime cacheTime) {
    return new Sync(
        new SourceResolver(resolver),
        objects,
        new TemplateReader(
            objects,
            views,
            new Patience(TemplateReader.LARGE_AT_A_TIME, tasks, cacheTime),
            wakeups),
        reader,
        new FairRenderer(
            new Renderer(clock, System::nanoTime, share::usedNanos, new SecureRandom()), share),
        writer,
        statuses,
        forceSync,
        hash,
        new Refresh(settings, clock, cacheTime, budget::refusal),
        secondLook,
        clock);
  }
}
