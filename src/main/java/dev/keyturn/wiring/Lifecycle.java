package dev.keyturn.wiring;

import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.ops.Settings;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.TimeoutException;

/** Start and stop, in order: what is read before what reads it. */
@ApplicationScoped
class Lifecycle {
  private final Operator operator;
  private final Namespaces namespaces;
  private final SecretViews secrets;
  private final ReferencedObjects objects;
  private final Leadership leadership;
  private final LeaderLease lease;
  private final RenewDeadline deadline;
  private final BlindWatches blind;
  private final Settings settings;

  Lifecycle(
      Operator operator,
      Namespaces namespaces,
      SecretViews secrets,
      ReferencedObjects objects,
      Leadership leadership,
      LeaderLease lease,
      RenewDeadline deadline,
      BlindWatches blind,
      Settings settings) {
    this.operator = operator;
    this.namespaces = namespaces;
    this.secrets = secrets;
    this.objects = objects;
    this.leadership = leadership;
    this.lease = lease;
    this.deadline = deadline;
    this.blind = blind;
    this.settings = settings;
  }

  void start(@Observes StartupEvent event) throws InterruptedException, TimeoutException {
    namespaces.start();
    secrets.start();
    if (settings.leader().election()) {
      deadline.watch();
    }
    operator.start();
    blind.watch();
    if (!settings.leader().election()) {
      leadership.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    leadership.stop();
    operator.stop();
    if (settings.leader().election()) {
      lease.release();
    }
    secrets.stop();
    namespaces.stop();
    objects.close();
  }
}
