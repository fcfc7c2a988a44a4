package dev.keyturn.wiring;

import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.ops.Settings;
import dev.keyturn.ops.SteadyTime;
import dev.keyturn.ops.Tasks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkiverse.operatorsdk.runtime.QuarkusControllerConfiguration;
import io.quarkiverse.operatorsdk.runtime.config.OverriddenConfigurationService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Java Operator SDK side. */
@ApplicationScoped
class OperatorBeans {
  /** How long a stop waits for what is being written; a pod is given 30 s in all. */
  private static final Duration WORK_UNDER_WAY = Duration.ofSeconds(10);

  /**
   * The framework's informers try again for ever only if a failure at the start is no end either;
   * then nothing may be reconciled before all of them have synced, however long that takes. The
   * startup probe ends what takes too long.
   */
  private static final Duration UNTIL_SYNCED = Duration.ofDays(365);

  private static final Logger LOG = LoggerFactory.getLogger(OperatorBeans.class);

  /**
   * A ConfigurationServiceCustomizer would make the extension build a second, Vert.x, client beside
   * ours, so the operator is produced here over the one that is injected. Resources are handed to
   * reconcilers uncopied: none of ours changes what it is given, and a copy is a trip through JSON.
   */
  @Produces
  @Singleton
  Operator operator(
      QuarkusConfigurationService quarkus,
      KubernetesClient client,
      Settings settings,
      Leadership leadership,
      LeaderLease lease,
      Instance<Reconciler<? extends HasMetadata>> reconcilers) {
    ConfigurationService overridden =
        ConfigurationService.newOverriddenConfigurationService(
            quarkus,
            overrider -> {
              overrider
                  .withConcurrentReconciliationThreads(settings.reconcilers())
                  .withExecutorService(
                      Executors.newFixedThreadPool(
                          settings.reconcilers(),
                          Thread.ofVirtual().name("keyturn-reconcile-", 0).factory()))
                  .withReconciliationTerminationTimeout(WORK_UNDER_WAY)
                  .withCloseClientOnStop(false)
                  .withStopOnInformerErrorDuringStartup(false)
                  .withCacheSyncTimeout(UNTIL_SYNCED)
                  .withInformerStoppedHandler(OperatorBeans::tell)
                  .withResourceCloner(uncopied())
                  .withKubernetesClient(client);
              if (settings.leader().election()) {
                overrider.withLeaderElectionConfiguration(lease.election(leadership));
              }
            });
    // Of what is overridden, the extension's class passes on all but these two.
    QuarkusConfigurationService ours =
        new OverriddenConfigurationService(quarkus, overridden) {
          @Override
          public KubernetesClient getKubernetesClient() {
            return client;
          }

          @Override
          public Cloner getResourceCloner() {
            return overridden.getResourceCloner();
          }
        };
    Operator operator = new Operator(ours);
    reconcilers.forEach(reconciler -> register(operator, ours, reconciler));
    return operator;
  }

  @Produces
  @Singleton
  Watches watches(
      Operator operator, Namespaces namespaces, SecretViews secrets, ReferencedObjects objects) {
    RuntimeInfo info = operator.getRuntimeInfo();
    return new Watches(
        () -> info.isStarted() ? info.unhealthyEventSources() : Map.of(),
        namespaces,
        secrets,
        objects);
  }

  @Produces
  @Singleton
  BlindWatches blindWatches(Watches watches, SteadyTime time, Tasks tasks, MeterRegistry registry) {
    return new BlindWatches(watches::unheard, time, tasks, registry);
  }

  /** The framework would end the process at once; {@link Aliveness} has the kubelet do it. */
  private static void tell(SharedIndexInformer<?> informer, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.error(
          "The watch of {} ended: {}",
          informer.getApiTypeClass().getSimpleName(),
          failure.getClass().getName());
    }
  }

  private static Cloner uncopied() {
    return new Cloner() {
      @Override
      public <R extends HasMetadata> R clone(R resource) {
        return resource;
      }
    };
  }

  /** A controller asks its configuration's parent, not the operator, for threads and cloner. */
  private static <P extends HasMetadata> void register(
      Operator operator, QuarkusConfigurationService ours, Reconciler<P> reconciler) {
    QuarkusControllerConfiguration<P> configuration = ours.getConfigurationFor(reconciler);
    configuration.setParent(ours);
    operator.register(reconciler, configuration);
  }
}
