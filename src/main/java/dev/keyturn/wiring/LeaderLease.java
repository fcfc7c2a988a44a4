package dev.keyturn.wiring;

import dev.keyturn.ops.Settings;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose turn it is to write ("Leases", Kubernetes documentation). */
@ApplicationScoped
class LeaderLease {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLease.class);
  static final String NAME = "keyturn-leader";
  private static final Duration DURATION = Duration.ofSeconds(15);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final Settings settings;
  private final RenewDeadline deadline;
  private final String identity;

  LeaderLease(KubernetesClient client, Settings settings, RenewDeadline deadline) {
    this.client = client;
    this.settings = settings;
    this.deadline = deadline;
    this.identity = settings.leader().identity().orElseGet(() -> UUID.randomUUID().toString());
  }

  LeaderElectionConfiguration election(Leadership leadership) {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(NAME)
        .withLeaseNamespace(settings.namespace())
        .withIdentity(identity)
        .withLeaseDuration(DURATION)
        .withRenewDeadline(RenewDeadline.DEADLINE)
        .withRetryPeriod(RETRY_PERIOD)
        .withLeaderCallbacks(new LeaderCallbacks(leadership::start, leadership::lost, leader -> {}))
        .build();
  }

  /**
   * Gives up what we hold, once nothing of ours writes any more: the next leader need not wait for
   * its end then. The framework keeps it, since it does not know when that is.
   */
  void release() {
    deadline.givenUp();
    Resource<Lease> lease = client.leases().inNamespace(settings.namespace()).withName(NAME);
    try {
      Lease held = lease.get();
      if (held != null && identity.equals(held.getSpec().getHolderIdentity())) {
        lease.patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"resourceVersion\":\"%s\"},\"spec\":{\"holderIdentity\":null}}"
                .formatted(held.getMetadata().getResourceVersion()));
        deadline.givenUp();
      }
    } catch (KubernetesClientException e) {
      LOG.warn("The lease was not given up: HTTP {}; it ends by itself", e.getCode());
    }
  }
}
