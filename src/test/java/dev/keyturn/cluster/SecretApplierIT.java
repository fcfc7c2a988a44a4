package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.cluster.SecretApplier.Applied;
import dev.keyturn.testbed.RealCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the real API server makes of our applies. */
@RealCluster
@Execution(ExecutionMode.CONCURRENT)
class SecretApplierIT {
  private static final Map<String, String> OURS = Map.of("a", "YQ==", "b", "Yg==");

  @Test
  void one_that_somebody_made_meanwhile_is_left_alone(
      KubernetesClient client, Namespace namespace) {
    Secret theirs = client.resource(secret(namespace, Map.of("theirs", "eA=="))).create();
    assertThat(new SecretApplier(client).apply(secret(namespace, OURS), "u"))
        .isEqualTo(new Applied.Overtaken());
    assertThat(client.resource(theirs).get()).isEqualTo(theirs);
  }

  @Test
  void of_one_that_is_made_the_next_apply_takes_away_what_is_no_longer_in_it(
      KubernetesClient client, Namespace namespace) {
    SecretApplier applier = new SecretApplier(client);
    Secret made = done(applier.apply(secret(namespace, OURS), "u"));
    assertThat(made.getMetadata().getManagedFields())
        .singleElement()
        .satisfies(it -> assertThat(it.getOperation()).isEqualTo("Apply"));
    Secret fewer = secret(namespace, Map.of("a", "YQ=="));
    fewer.getMetadata().setUid(made.getMetadata().getUid());
    fewer.getMetadata().setResourceVersion(made.getMetadata().getResourceVersion());
    assertThat(done(applier.apply(fewer, "u")).getData()).containsOnlyKeys("a");
  }

  private static Secret done(Applied applied) {
    assertThat(applied).isInstanceOf(Applied.Done.class);
    return ((Applied.Done) applied).secret();
  }

  private static Secret secret(Namespace namespace, Map<String, String> data) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace.getMetadata().getName())
        .withName("db")
        .endMetadata()
        .withData(data)
        .build();
  }
}
