package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.restart.gather.PrunedExternalSecrets;
import dev.keyturn.restart.gather.RelevantUpdates;
import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What the design rests on: two reconcilers of one resource in one operator hear the same. */
@RealCluster
@Alone
class TwoReconcilersIT {
  private record Heard(Queue<String> marks) {
    UpdateControl<ExternalSecret> hear(ExternalSecret resource) {
      marks.add(
          resource.getMetadata().getNamespace()
              + " "
              + resource.getMetadata().getAnnotations().get("keyturn.dev/restart-now"));
      return UpdateControl.noUpdate();
    }
  }

  @ControllerConfiguration(name = "first", generationAwareEventProcessing = false)
  private static final class First implements Reconciler<ExternalSecret> {
    private final Heard heard = new Heard(new ConcurrentLinkedQueue<>());

    @Override
    public UpdateControl<ExternalSecret> reconcile(
        ExternalSecret resource, Context<ExternalSecret> context) {
      return heard.hear(resource);
    }
  }

  @ControllerConfiguration(
      name = "second",
      generationAwareEventProcessing = false,
      informer =
          @Informer(
              itemStore = PrunedExternalSecrets.class,
              onUpdateFilter = RelevantUpdates.class))
  private static final class Second implements Reconciler<ExternalSecret> {
    private final Heard heard = new Heard(new ConcurrentLinkedQueue<>());

    @Override
    public UpdateControl<ExternalSecret> reconcile(
        ExternalSecret resource, Context<ExternalSecret> context) {
      return heard.hear(resource);
    }
  }

  @Test
  void an_annotation_alone_reaches_both(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    String name = namespace.getMetadata().getName();
    First first = new First();
    Second second = new Second();
    RunningOperator.none();
    try (RestartBed _ = RestartBed.start(client, List.of(first, second))) {
      cluster.kubectlWithInput(
          Manifests.externalSecret("db", "db", ""), "apply", "-n", name, "-f", "-");
      Eventually.holds(
          () -> {
            assertThat(first.heard.marks()).isNotEmpty();
            assertThat(second.heard.marks()).isNotEmpty();
          });
      cluster.kubectl("annotate", "-n", name, "kes/db", "keyturn.dev/restart-now=now");
      Eventually.holds(
          () -> {
            assertThat(first.heard.marks()).contains(name + " now");
            assertThat(second.heard.marks()).contains(name + " now");
          });
    }
  }
}
