package dev.keyturn.testbed;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Argo's own controller with its CRDs on a {@link TestCluster}; when it is closed, without both.
 */
public final class ArgoRollouts implements AutoCloseable {
  private static int starts;

  private final TestCluster cluster;
  private final Launcher.Bed bed;

  private ArgoRollouts(TestCluster cluster, Launcher.Bed bed) {
    this.cluster = cluster;
    this.bed = bed;
  }

  public static synchronized ArgoRollouts start(TestCluster cluster) {
    var kubeconfig = cluster.kubeconfig().resolveSibling("argo-rollouts.kubeconfig");
    return new ArgoRollouts(
        cluster,
        Launcher.start("argo-" + ++starts, List.of("argo", "--kubeconfig", kubeconfig.toString())));
  }

  @Override
  public void close() {
    bed.stop();
    var crds = cluster.client().apiextensions().v1().customResourceDefinitions();
    crds.list().getItems().stream()
        .filter(it -> it.getSpec().getGroup().equals("argoproj.io"))
        .map(CustomResourceDefinition::getMetadata)
        .forEach(it -> crds.withName(it.getName()).withTimeout(2, TimeUnit.MINUTES).delete());
  }
}
