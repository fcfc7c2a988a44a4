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
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
    keepTimerThread();
    blind.watch();
    if (!settings.leader().election()) {
      leadership.start();
    }
  }

  /**
   * The framework's timer has no thread of its own, so that the JDK lets one wake up every ten
   * milliseconds as long as anything waits: more than a quarter of the CPU at rest.
   */
  private void keepTimerThread() {
    if (operator.getConfigurationService().getExecutorServiceManager().scheduledExecutorService()
        instanceof ScheduledThreadPoolExecutor timer) {
      timer.setCorePoolSize(1);
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
