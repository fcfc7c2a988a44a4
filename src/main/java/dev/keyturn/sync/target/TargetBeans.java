package dev.keyturn.sync.target;

import dev.keyturn.cluster.SecretApplier;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.SteadyTime;
import dev.keyturn.source.KeyedHash;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The parts that write a Secret. */
@ApplicationScoped
class TargetBeans {
  @Produces
  @Singleton
  SecondLook secondLook(SteadyTime time) {
    return new SecondLook(time);
  }

  @Produces
  @Singleton
  SecretWriter secretWriter(
      SecretApplier applier, SecretViews views, Settings settings, KeyedHash hash, Clock clock) {
    return new SecretWriter(
        applier,
        views,
        new TargetRules(settings.namespace(), settings.allowOwnNamespace()),
        new WholeWrite(applier, views, new ContentRecorder(hash), hash, clock),
        new Contention(),
        hash,
        clock);
  }
}
