package dev.keyturn.testbed;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Adds a label to every Deployment of a namespace that is updated, whoever updates it. */
public final class MutatingWebhook implements AutoCloseable {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final TestCluster cluster;
  private final String namespace;
  private final HttpsServer server;

  private MutatingWebhook(TestCluster cluster, String namespace, HttpsServer server) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.server = server;
  }

  public static MutatingWebhook start(TestCluster cluster, String namespace, String label) {
    try {
      KeyStore keys = keys();
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
      server.createContext(
          "/",
          exchange -> {
            byte[] answer = answer(exchange.getRequestBody(), label);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
          });
      server.start();
      var _ =
          cluster.kubectlWithInput(
              """
              apiVersion: admissionregistration.k8s.io/v1
              kind: MutatingWebhookConfiguration
              metadata: {name: label-%1$s}
              webhooks:
                - name: label.example.dev
                  clientConfig: {url: "https://127.0.0.1:%2$d/", caBundle: %3$s}
                  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                  rules: [{apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments]}]
                  sideEffects: None
                  admissionReviewVersions: [v1]
              """
                  .formatted(namespace, server.getAddress().getPort(), pem(keys)),
              "apply",
              "-f",
              "-");
      return new MutatingWebhook(cluster, namespace, server);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static byte[] answer(InputStream review, String label) {
    Map<String, Object> request =
        (Map<String, Object>) Serialization.unmarshal(review, Map.class).get("request");
    String patch =
        """
        [{"op": "add", "path": "/metadata/labels/%s", "value": "added"}]
        """
            .formatted(label);
    return Serialization.asJson(
            Map.of(
                "apiVersion",
                "admission.k8s.io/v1",
                "kind",
                "AdmissionReview",
                "response",
                Map.of(
                    "uid",
                    request.get("uid"),
                    "allowed",
                    true,
                    "patchType",
                    "JSONPatch",
                    "patch",
                    Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)))))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static KeyStore keys() throws IOException, GeneralSecurityException {
    Path folder = Files.createTempDirectory("webhook");
    Path file = folder.resolve("keys.p12");
    var _ =
        Command.run(
            "",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "webhook",
                "-keyalg",
                "EC",
                "-dname",
                "CN=webhook",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD)));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    Files.delete(file);
    Files.delete(folder);
    return keys;
  }

  private static SSLContext context(KeyStore keys) throws GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** In base64 once more, as the API server takes it. */
  private static String pem(KeyStore keys) throws GeneralSecurityException {
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getCertificate("webhook").getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    var _ = cluster.kubectl("delete", "mutatingwebhookconfiguration/label-" + namespace);
    server.stop(0);
  }
}
