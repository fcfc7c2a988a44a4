package dev.keyturn.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A real API server with its controllers and scheduler, and nodes that kwok pretends: pods become
 * Ready, nothing runs. One per JVM, started when first asked for.
 */
public final class TestCluster {
  private final Path kubeconfig;
  private final Path kubectl;
  private final Path auditLog;
  private final String hostFromPods;
  private final String containerd;
  private final KubernetesClient client;

  private TestCluster(JsonNode ready) {
    kubeconfig = Path.of(ready.path("kubeconfig").asText());
    kubectl = Path.of(ready.path("kubectl").asText());
    auditLog = Path.of(ready.path("audit").asText());
    hostFromPods = ready.path("hostFromPods").asText();
    containerd = ready.path("containerd").asText();
    client = newClient(Config.fromKubeconfig(read(kubeconfig)));
  }

  private static final class Shared {
    static final TestCluster CLUSTER =
        new TestCluster(
            Launcher.once("cluster", List.of("up", "--kwok", "2", "--audit", "default")));
  }

  private static final class WithNode {
    static final TestCluster CLUSTER =
        new TestCluster(
            Launcher.once(
                "node", List.of("up", "--node", "--kubelet-sync", "5s", "--audit", "default")));
  }

  private static final class Bare {
    static final TestCluster CLUSTER =
        new TestCluster(Launcher.once("bare", List.of("up", "--audit", "default")));
  }

  public static TestCluster shared() {
    return Shared.CLUSTER;
  }

  public static TestCluster withNode() {
    return WithNode.CLUSTER;
  }

  /** A control plane without nodes, of which pods stay Pending: for measurements. */
  public static TestCluster withoutNodes() {
    return Bare.CLUSTER;
  }

  /** A client with all rights, shared: do not close it. */
  public KubernetesClient client() {
    return client;
  }

  /** A client that acts as a ServiceAccount, with its rights only; the caller closes it. */
  public KubernetesClient clientOf(String namespace, String serviceAccount) {
    var config = Config.fromKubeconfig(read(kubeconfig));
    config.setImpersonateUsername("system:serviceaccount:" + namespace + ":" + serviceAccount);
    config.setImpersonateGroups(
        "system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
    return newClient(config);
  }

  public Path kubeconfig() {
    return kubeconfig;
  }

  /** One JSON line per request that the API server answered; bodies only of writes to workloads. */
  public Path auditLog() {
    return auditLog;
  }

  /** A namespace nobody else has, whose name begins with the prefix. */
  public Namespace newNamespace(String prefix) {
    var name =
        prefix
            + "-"
            + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36 * 36), 36);
    return client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  /** Where pods of the real node find a server that listens on this machine's loopback address. */
  public URI fromPods(URI server) {
    return URI.create(
        "%s://%s:%d%s"
            .formatted(server.getScheme(), hostFromPods, server.getPort(), server.getRawPath()));
  }

  /** Gives the real node the image in an archive, such as jib writes. */
  public void loadImage(Path archive) {
    var _ =
        Command.run(
            "",
            List.of(
                "ctr",
                "--address",
                containerd,
                "--namespace",
                "k8s.io",
                "images",
                "import",
                archive.toString()));
  }

  /** What kubectl prints; it fails if kubectl does. */
  public String kubectl(String... arguments) {
    return kubectlWithInput("", arguments);
  }

  /** The same with standard input, as for {@code apply -f -}. */
  public String kubectlWithInput(String input, String... arguments) {
    var command =
        new ArrayList<>(List.of(kubectl.toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    return Command.run(input, command);
  }

  private static KubernetesClient newClient(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new OkHttpClientFactory())
        .build();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
