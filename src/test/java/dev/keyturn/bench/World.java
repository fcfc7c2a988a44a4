package dev.keyturn.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The namespaces, stores and ExternalSecrets of a scenario, and the secrets they ask for. */
final class World {
  static final int CREATORS = 20;
  static final int NAMESPACES = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final AwsFake aws;
  private final List<String> namespaces;

  World(TestCluster cluster, AwsFake aws) {
    this(cluster, aws, NAMESPACES);
  }

  World(TestCluster cluster, AwsFake aws, int namespaces) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.aws = aws;
    this.namespaces =
        IntStream.range(0, namespaces)
            .mapToObj(i -> cluster.newNamespace("bench").getMetadata().getName())
            .toList();
  }

  List<String> namespaces() {
    return namespaces;
  }

  void secrets(int count) {
    for (int i = 0; i < count; i++) {
      aws.rotate(secret(i));
    }
  }

  static String secret(int i) {
    return "bench/%05d".formatted(i);
  }

  static String name(int i) {
    return "e%05d".formatted(i);
  }

  String namespaceOf(int i) {
    return namespaces.get(i % namespaces.size());
  }

  /** As the audit log names the Secret of an ExternalSecret. */
  String object(int i) {
    return namespaceOf(i) + "/" + name(i);
  }

  void clusterStore() {
    apply(
        """
        apiVersion: keyturn.dev/v1
        kind: ClusterSecretStore
        metadata: {name: bench}
        spec: {provider: {aws: {service: SecretsManager, region: %s}}}
        """
            .formatted(FakeSecrets.REGION));
  }

  void namespacedStores() {
    StringBuilder manifests = new StringBuilder();
    for (String namespace : namespaces) {
      manifests.append(
          """
          ---
          apiVersion: v1
          kind: Secret
          metadata: {name: keys, namespace: %1$s}
          stringData: {id: "AKIA%1$s", secret: bench}
          ---
          apiVersion: keyturn.dev/v1
          kind: SecretStore
          metadata: {name: bench, namespace: %1$s}
          spec:
            provider:
              aws:
                service: SecretsManager
                region: %2$s
                auth:
                  secretRef:
                    accessKeyIDSecretRef: {name: keys, key: id}
                    secretAccessKeySecretRef: {name: keys, key: secret}
          """
              .formatted(namespace, FakeSecrets.REGION));
    }
    apply(manifests.toString());
  }

  private void apply(String manifests) {
    var _ = cluster.kubectlWithInput(manifests, "apply", "-f", "-");
  }

  /** Creates them as fast as it goes. */
  void create(int count, int secrets, String storeKind) throws InterruptedException {
    each(
        count,
        i ->
            client.raw(
                resources(namespaceOf(i)),
                "POST",
                externalSecret(namespaceOf(i), name(i), secret(i % secrets), storeKind)));
  }

  static String resources(String namespace) {
    return "/apis/keyturn.dev/v1/namespaces/" + namespace + "/externalsecrets";
  }

  static Map<String, Object> externalSecret(
      String namespace, String name, String secret, String storeKind) {
    return Map.of(
        "apiVersion",
        "keyturn.dev/v1",
        "kind",
        "ExternalSecret",
        "metadata",
        Map.of("namespace", namespace, "name", name),
        "spec",
        Map.of(
            "refreshInterval", "30s",
            "secretStoreRef", Map.of("name", "bench", "kind", storeKind),
            "data", List.of(Map.of("secretKey", "password", "remoteRef", Map.of("key", secret)))));
  }

  /** Deletes all ExternalSecrets; done when the last managed Secret is gone. */
  void deleteAll() throws InterruptedException {
    namespaces.forEach(namespace -> client.raw(resources(namespace), "DELETE", null));
    while (managed(1).path("items").size() > 0) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private JsonNode managed(int limit) {
    return read("/api/v1/secrets?labelSelector=keyturn.dev/managed%3Dtrue&limit=" + limit);
  }

  private JsonNode read(String path) {
    try {
      return JSON.readTree(client.raw(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Foreign Secrets of 10 KiB each. */
  void foreign(int count) throws InterruptedException {
    String value =
        Base64.getEncoder().encodeToString("x".repeat(10_240).getBytes(StandardCharsets.UTF_8));
    each(
        count,
        i ->
            client.raw(
                "/api/v1/namespaces/%s/secrets".formatted(namespaceOf(i)),
                "POST",
                Map.of(
                    "apiVersion",
                    "v1",
                    "kind",
                    "Secret",
                    "metadata",
                    Map.of("name", "foreign-" + i),
                    "data",
                    Map.of("value", value))));
  }

  void deleteForeign() {
    namespaces.forEach(
        namespace ->
            client.raw(
                "/api/v1/namespaces/%s/secrets?labelSelector=keyturn.dev/managed%%21%%3Dtrue"
                    .formatted(namespace),
                "DELETE",
                null));
  }

  /** Names of the Secrets that do not hold what AWS holds; empty when all is right. */
  List<String> wrong(int count, int secrets) {
    Map<String, Secret> live = new java.util.HashMap<>();
    for (String namespace : namespaces) {
      client
          .secrets()
          .inNamespace(namespace)
          .withLabel("keyturn.dev/managed", "true")
          .list()
          .getItems()
          .forEach(it -> live.put(namespace + "/" + it.getMetadata().getName(), it));
    }
    return IntStream.range(0, count)
        .filter(i -> !isRight(live.get(object(i)), aws.secrets.value(secret(i % secrets))))
        .mapToObj(this::object)
        .toList();
  }

  static boolean isRight(Secret live, String value) {
    return live != null
        && live.getData() != null
        && value.equals(
            new String(
                Base64.getDecoder().decode(live.getData().getOrDefault("password", "")),
                StandardCharsets.UTF_8));
  }

  /** What a Secret and a status look like, for the bare client to write the like. */
  String example() {
    var example = JSON.createObjectNode();
    String namespace = namespaceOf(0);
    JsonNode secret = read("/api/v1/namespaces/%s/secrets/%s".formatted(namespace, name(0)));
    var metadata = example.putObject("secret").put("apiVersion", "v1").put("kind", "Secret");
    var meta = metadata.putObject("metadata");
    meta.set("labels", secret.at("/metadata/labels"));
    meta.set("annotations", secret.at("/metadata/annotations"));
    metadata.set("data", secret.path("data"));
    metadata.set("type", secret.path("type"));
    example.set("status", read(resources(namespace) + "/" + name(0)).path("status"));
    return example.toString();
  }

  private static void each(int count, java.util.function.IntConsumer work)
      throws InterruptedException {
    try (ExecutorService pool = Executors.newFixedThreadPool(CREATORS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int one = i;
        all.add(pool.submit(() -> work.accept(one)));
      }
      for (Future<?> one : all) {
        try {
          one.get();
        } catch (java.util.concurrent.ExecutionException e) {
          throw new IllegalStateException("the API server refused", e.getCause());
        }
      }
    }
  }
}
