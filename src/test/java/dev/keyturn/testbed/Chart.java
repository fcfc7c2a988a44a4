package dev.keyturn.testbed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The chart in helm/keyturn, by the helm that the test bed builds. */
public final class Chart {
  /** helm by itself takes the cluster to be older than the chart allows. */
  private static final List<String> VERSION = List.of("--kube-version", "1.34.4");

  private Chart() {}

  /** What helm says to it; it fails if helm has anything to object. */
  public static String lint(String... values) {
    return helm(List.of("lint", "--strict", folder()), values);
  }

  /** All manifests, CRDs included, of a release named keyturn. */
  public static String render(String namespace, String... values) {
    return helm(
        List.of("template", "keyturn", folder(), "--include-crds", "--namespace", namespace),
        values);
  }

  /** Into a namespace that exists. */
  public static void install(TestCluster cluster, String namespace, String... values) {
    var manifests = render(namespace, values);
    var _ =
        cluster.kubectlWithInput(
            manifests, "apply", "--server-side", "--force-conflicts", "-f", "-");
    var _ =
        cluster.kubectl(
            "wait",
            "--for=condition=Established",
            "--timeout=180s",
            "crd/externalsecrets.keyturn.dev",
            "crd/secretstores.keyturn.dev",
            "crd/clustersecretstores.keyturn.dev");
  }

  private static String helm(List<String> arguments, String... values) {
    var command = new ArrayList<String>();
    command.add(Command.run("", List.of(testbed(), "path", "helm")).strip());
    command.addAll(arguments);
    command.addAll(VERSION);
    Arrays.stream(values).forEach(value -> command.addAll(List.of("--set", value)));
    return Command.run("", command);
  }

  private static String testbed() {
    return Launcher.projectRoot().resolve("src/test/testbed/testbed").toString();
  }

  private static String folder() {
    return Launcher.projectRoot().resolve("helm/keyturn").toString();
  }
}
