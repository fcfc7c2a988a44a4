package dev.keyturn.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a kubelet does with a Secret that changes: the facts on which Keyturn's restarts rest. */
@Execution(ExecutionMode.CONCURRENT)
@RealNode
class RealNodeIT {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: reader}
      spec:
        terminationGracePeriodSeconds: 1
        containers:
        - name: reader
          image: %s
          args: [-c, "trap 'exit 1' TERM; echo environment $PASSWORD; while busybox sleep 0.2; do :; done"]
          env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: database, key: password}}}]
          volumeMounts: [{name: database, mountPath: /database}, {name: aws, mountPath: /aws}]
        volumes:
        - {name: database, secret: {secretName: database}}
        - name: aws
          projected: {sources: [{serviceAccountToken: {audience: sts.amazonaws.com, path: token}}]}
      """
          .formatted(RealNode.BUSYBOX);

  @Test
  void filesFollowASecretAndTheEnvironmentDoesAfterARestartInPlace(
      TestCluster cluster, KubernetesClient client, Namespace namespace) {
    var name = namespace.getMetadata().getName();
    startPod(cluster, name, "one");
    assertThat(cluster.kubectl("logs", "reader", "-n", name)).isEqualTo("environment one\n");
    assertThat(inPod(cluster, name, "busybox cat /database/password")).isEqualTo("one");

    client
        .secrets()
        .inNamespace(name)
        .withName("database")
        .edit(
            secret -> {
              secret.setStringData(Map.of("password", "two"));
              return secret;
            });
    Eventually.holds(
        () -> assertThat(inPod(cluster, name, "busybox cat /database/password")).isEqualTo("two"));
    assertThat(inPod(cluster, name, "busybox tr '\\0' '\\n' < /proc/1/environ"))
        .contains("PASSWORD=one\n");

    var before = pod(client, name);
    inPod(cluster, name, "kill 1");
    Eventually.holds(
        () ->
            assertThat(cluster.kubectl("logs", "reader", "-n", name))
                .isEqualTo("environment two\n"));
    Eventually.holds(
        () ->
            assertThat(
                    pod(client, name)
                        .getStatus()
                        .getContainerStatuses()
                        .getFirst()
                        .getRestartCount())
                .isEqualTo(1));
    assertThat(pod(client, name).getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
  }

  @Test
  void podsReachServersOnThisMachineAndTheApiServer(TestCluster cluster, Namespace namespace)
      throws IOException {
    var name = namespace.getMetadata().getName();
    startPod(cluster, name, "one");
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var answer = "a fake of AWS".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      var url =
          cluster.fromPods(
              URI.create("http://127.0.0.1:%d/".formatted(server.getAddress().getPort())));
      assertThat(inPod(cluster, name, "busybox wget -q -O - " + url)).isEqualTo("a fake of AWS");
    } finally {
      server.stop(0);
    }
    assertThat(
            inPod(
                cluster,
                name,
                "busybox wget -q -O - --no-check-certificate https://$KUBERNETES_SERVICE_HOST/version"))
        .contains("v1.34.4");
  }

  @Test
  void podsHaveRealTokensForAws(TestCluster cluster, Namespace namespace) throws IOException {
    var name = namespace.getMetadata().getName();
    startPod(cluster, name, "one");
    var token = inPod(cluster, name, "busybox cat /aws/token").split("\\.", -1);
    var claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token[1]));
    assertThat(claims.path("aud").path(0).asText()).isEqualTo("sts.amazonaws.com");
    assertThat(claims.path("sub").asText())
        .isEqualTo("system:serviceaccount:%s:default".formatted(name));
  }

  @Test
  void anImageCanBeLoadedFromAnArchive(TestCluster cluster, KubernetesClient client) {
    cluster.loadImage(cluster.kubeconfig().resolveSibling("node/busybox.tar"));
    var node = client.nodes().list().getItems().getFirst();
    Eventually.holds(
        () ->
            assertThat(
                    client
                        .nodes()
                        .withName(node.getMetadata().getName())
                        .get()
                        .getStatus()
                        .getImages())
                .anySatisfy(image -> assertThat(image.getNames()).contains(RealNode.BUSYBOX)));
  }

  private static void startPod(TestCluster cluster, String namespace, String password) {
    cluster.kubectl(
        "create",
        "secret",
        "generic",
        "database",
        "-n",
        namespace,
        "--from-literal=password=" + password);
    Eventually.holds(() -> cluster.kubectl("get", "serviceaccount", "default", "-n", namespace));
    cluster.kubectlWithInput(POD, "apply", "-n", namespace, "-f", "-");
    cluster.kubectl(
        "wait", "--for=condition=Ready", "pod/reader", "-n", namespace, "--timeout=180s");
  }

  private static String inPod(TestCluster cluster, String namespace, String command) {
    return cluster.kubectl("exec", "reader", "-n", namespace, "--", "sh", "-c", command);
  }

  private static Pod pod(KubernetesClient client, String namespace) {
    return client.pods().inNamespace(namespace).withName("reader").get();
  }
}
