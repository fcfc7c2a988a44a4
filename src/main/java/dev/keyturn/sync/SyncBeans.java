package dev.keyturn.sync;

import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretApplier;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.StatusApplier;
import dev.keyturn.ops.EventPublisher;
import dev.keyturn.ops.Settings;
import dev.keyturn.render.Renderer;
import dev.keyturn.rotation.RotationHealth;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretSource;
import dev.keyturn.sync.store.StoreCheck;
import dev.keyturn.sync.store.StoreReconciliation;
import dev.keyturn.sync.store.StoreResolver;
import dev.keyturn.sync.target.ContentRecorder;
import dev.keyturn.sync.target.Contention;
import dev.keyturn.sync.target.SecretWriter;
import dev.keyturn.sync.target.TargetRules;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;

/** The parts of a sync. */
@ApplicationScoped
class SyncBeans {
  @Produces
  @Singleton
  StoreResolver storeResolver(
      Settings settings, Namespaces namespaces, ReferencedObjects objects, KeyedHash hash) {
    return new StoreResolver(settings, namespaces, objects, hash);
  }

  @Produces
  @Singleton
  StoreReconciliation storeReconciliation(
      StoreResolver resolver,
      ReferencedObjects objects,
      SecretSource source,
      StatusApplier statuses,
      EventPublisher events,
      Clock clock) {
    return new StoreReconciliation(
        new StoreCheck(resolver, objects, source, clock), statuses, events);
  }

  @Produces
  @Singleton
  Remembered remembered() {
    return new Remembered();
  }

  @Produces
  @Singleton
  Claimants claimants(EventPublisher events) {
    return new Claimants(events);
  }

  @Produces
  @Singleton
  StatusPublisher statusPublisher(
      StatusApplier statuses,
      EventPublisher events,
      Remembered remembered,
      Watchlist watchlist,
      RotationHealth health,
      Clock clock) {
    return new StatusPublisher(
        statuses, events, remembered, new RotationReport(watchlist, health), clock);
  }

  @Produces
  @Singleton
  Sync sync(
      StoreResolver resolver,
      ReferencedObjects objects,
      SecretViews views,
      SecretApplier applier,
      SecretSource source,
      SecretCache cache,
      Watchlist watchlist,
      Remembered remembered,
      KeyedHash hash,
      Settings settings,
      Clock clock) {
    Contention contention = new Contention();
    SecretWriter writer =
        new SecretWriter(
            applier,
            views,
            new TargetRules(settings.namespace(), settings.allowOwnNamespace()),
            new ContentRecorder(hash),
            contention,
            hash,
            clock);
    return new Sync(
        new SourceResolver(resolver),
        objects,
        new TemplateReader(objects, views),
        new Reader(source, cache, watchlist, hash),
        new Renderer(clock, System::nanoTime, new SecureRandom()),
        writer,
        remembered,
        contention,
        hash,
        new Refresh(settings, clock),
        clock);
  }
}
