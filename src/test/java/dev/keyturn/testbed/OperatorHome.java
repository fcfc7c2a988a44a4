package dev.keyturn.testbed;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** The installed chart, and a kubeconfig with the rights of its ServiceAccount and no others. */
public record OperatorHome(String namespace, Path kubeconfig) {

  public static OperatorHome install(TestCluster cluster) {
    var namespace = cluster.newNamespace("operator").getMetadata().getName();
    Chart.install(cluster, namespace, "replicaCount=0");
    var token =
        cluster.kubectl("create", "token", "keyturn", "-n", namespace, "--duration", "24h").strip();
    return new OperatorHome(namespace, kubeconfig(cluster, token));
  }

  /** As the audit log names it. */
  public String user() {
    return "system:serviceaccount:" + namespace + ":keyturn";
  }

  /** Where an operator's log and kubeconfig are kept. */
  public static Path folder() {
    var folder = Launcher.projectRoot().resolve("target/operator/" + ProcessHandle.current().pid());
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path kubeconfig(TestCluster cluster, String token) {
    try {
      var admin = Config.fromKubeconfig(Files.readString(cluster.kubeconfig()));
      var authority =
          admin.getCaCertData() != null
              ? admin.getCaCertData()
              : Base64.getEncoder()
                  .encodeToString(
                      Files.readString(Path.of(admin.getCaCertFile()))
                          .getBytes(StandardCharsets.UTF_8));
      return Files.writeString(
          folder().resolve("kubeconfig"),
          """
          apiVersion: v1
          kind: Config
          current-context: operator
          clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
          users: [{name: u, user: {token: %s}}]
          contexts: [{name: operator, context: {cluster: c, user: u}}]
          """
              .formatted(admin.getMasterUrl(), authority, token));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
