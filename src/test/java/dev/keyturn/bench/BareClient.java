package dev.keyturn.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The floor: a program that does nothing but the writes of an initial sync, 50 at a time, with the
 * client that the operator uses. Each ExternalSecret is created, its Secret and its status applied.
 * Each line on standard input starts a round, whose milliseconds are printed.
 */
final class BareClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int THREADS = 50;

  private final KubernetesClient client;
  private final List<String> namespaces;
  private final JsonNode example;

  private BareClient(KubernetesClient client, List<String> namespaces, JsonNode example) {
    this.client = client;
    this.namespaces = namespaces;
    this.example = example;
  }

  /**
   * @param args kubeconfig, file of the example, number, namespaces
   */
  public static void main(String[] args) throws Exception {
    Config config = Config.fromKubeconfig(Files.readString(Path.of(args[0])));
    config.setMaxConcurrentRequests(4 * THREADS);
    config.setMaxConcurrentRequestsPerHost(4 * THREADS);
    int count = Integer.parseInt(args[2]);
    try (KubernetesClient client =
            new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new OkHttpClientFactory())
                .build();
        BufferedReader input =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      BareClient bare =
          new BareClient(
              client,
              List.of(args).subList(3, args.length),
              JSON.readTree(Files.readString(Path.of(args[1]))));
      // A connection, as the operator has one when it is ready.
      var _ = client.raw("/version");
      while (input.readLine() != null) {
        System.out.println(bare.round(count));
      }
    }
  }

  private long round(int count) throws InterruptedException, ExecutionException {
    long began = System.nanoTime();
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int one = i;
        all.add(
            pool.submit(
                () -> {
                  write(one);
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return (System.nanoTime() - began) / 1_000_000;
  }

  private void write(int i) throws IOException {
    String namespace = namespaces.get(i % namespaces.size());
    String name = World.name(i);
    JsonNode created =
        JSON.readTree(
            client.raw(
                World.resources(namespace),
                "POST",
                World.externalSecret(namespace, name, World.secret(i), "ClusterSecretStore")));
    String uid = created.at("/metadata/uid").asText();
    PatchContext apply =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("keyturn/" + uid)
            .withForce(true)
            .build();
    client.secrets().inNamespace(namespace).resource(secret(namespace, name, uid)).patch(apply);
    client
        .resource(status(namespace, name, uid))
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("keyturn")
                .withForce(true)
                .build());
  }

  private Secret secret(String namespace, String name, String uid) throws IOException {
    ObjectNode secret = example.path("secret").deepCopy();
    ObjectNode metadata = (ObjectNode) secret.path("metadata");
    metadata.put("namespace", namespace).put("name", name);
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "keyturn.dev/v1")
        .put("kind", "ExternalSecret")
        .put("name", name)
        .put("uid", uid)
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    return JSON.treeToValue(secret, Secret.class);
  }

  private GenericKubernetesResource status(String namespace, String name, String uid)
      throws IOException {
    ObjectNode resource = JSON.createObjectNode();
    resource.put("apiVersion", "keyturn.dev/v1").put("kind", "ExternalSecret");
    resource.putObject("metadata").put("namespace", namespace).put("name", name).put("uid", uid);
    resource.set("status", example.path("status"));
    return JSON.treeToValue(resource, GenericKubernetesResource.class);
  }
}
