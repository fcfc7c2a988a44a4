package dev.keyturn.wiring;

import dev.keyturn.ops.Settings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkiverse.operatorsdk.runtime.QuarkusControllerConfiguration;
import io.quarkiverse.operatorsdk.runtime.config.OverriddenConfigurationService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;

/** The Java Operator SDK side. */
@ApplicationScoped
class OperatorBeans {
  private static final String LEASE = "keyturn-leader";
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

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
                  .withCloseClientOnStop(false)
                  .withResourceCloner(uncopied())
                  .withKubernetesClient(client);
              if (settings.leader().election()) {
                overrider.withLeaderElectionConfiguration(election(settings, leadership));
              }
            });
    Operator operator =
        new Operator(
            new OverriddenConfigurationService(quarkus, overridden) {
              @Override
              public KubernetesClient getKubernetesClient() {
                return client;
              }
            });
    reconcilers.forEach(reconciler -> register(operator, quarkus, reconciler));
    return operator;
  }

  private static Cloner uncopied() {
    return new Cloner() {
      @Override
      public <R extends HasMetadata> R clone(R resource) {
        return resource;
      }
    };
  }

  private static LeaderElectionConfiguration election(Settings settings, Leadership leadership) {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
        .withLeaseNamespace(settings.namespace())
        .withIdentity(
            settings.leader().identity().orElseGet(() -> java.util.UUID.randomUUID().toString()))
        .withLeaseDuration(LEASE_DURATION)
        .withRenewDeadline(RENEW_DEADLINE)
        .withRetryPeriod(RETRY_PERIOD)
        .withLeaderCallbacks(new LeaderCallbacks(leadership::start, leadership::lost, leader -> {}))
        .build();
  }

  private static <P extends HasMetadata> void register(
      Operator operator, QuarkusConfigurationService quarkus, Reconciler<P> reconciler) {
    QuarkusControllerConfiguration<P> configuration = quarkus.getConfigurationFor(reconciler);
    operator.register(reconciler, configuration);
  }
}
