package dev.keyturn.sync.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.SecretApplier;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.render.SecretData;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.sync.Secrets;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecretWriterTest {
  private static final KeyedHash HASH = new KeyedHash("k1", new byte[32]);
  private static final String OLD = "/api/v1/namespaces/shop/secrets/old";

  private final KubernetesMockServer server = new KubernetesMockServer(false);
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.destroy();
  }

  /** Somebody who writes it each time would keep a reconciler for ever. */
  @Test
  void a_secret_that_changes_all_the_time_is_left_to_the_next_sync() throws Exception {
    ExternalSecret resource =
        Secrets.externalSecret("target: {name: new, creationPolicy: None}", Map.of());
    Secret old = old(resource);
    server
        .expect()
        .delete()
        .withPath(OLD)
        .andReturn(409, new StatusBuilder().withCode(409).withReason("Conflict").build())
        .times(20);
    server.expect().delete().withPath(OLD).andReturn(200, old).always();
    server.expect().get().withPath(OLD).andReturn(200, old).always();
    SecretViews views =
        new SecretViews(client, HASH, new UnreadableObjects(new SimpleMeterRegistry()));
    views.put(old);
    writer(views).deleteRenamed(resource);
    int deletes = 0;
    for (int i = server.getRequestCount(); i > 0; i--) {
      deletes += "DELETE".equals(server.takeRequest().getMethod()) ? 1 : 0;
    }
    assertThat(deletes).isEqualTo(3);
  }

  /** What a real API server makes of that version: {@code SecretApplierIT}. */
  @Test
  void one_that_somebody_makes_between_the_look_and_the_write_is_left_alone() throws Exception {
    ExternalSecret resource = Secrets.externalSecret("target: {name: db}", Map.of());
    String path = "/api/v1/namespaces/shop/secrets/db";
    server.expect().get().withPath(path).andReturn(404, status(404)).always();
    server
        .expect()
        .patch()
        .withPath(path + "?fieldManager=keyturn/" + resource.getMetadata().getUid() + "&force=true")
        .andReturn(409, status(409))
        .always();
    SecretViews views =
        new SecretViews(client, HASH, new UnreadableObjects(new SimpleMeterRegistry()));
    assertThat(writer(views).write(wish(resource), Rivals.NONE))
        .isEqualTo(new SecretWriter.Written.Failed(new Unwritten.Overtaken("shop/db")));
    List<String> patches = new ArrayList<>();
    for (int i = server.getRequestCount(); i > 0; i--) {
      RecordedRequest request = server.takeRequest();
      if ("PATCH".equals(request.getMethod())) {
        patches.add(request.getBody().readUtf8());
      }
    }
    assertThat(patches).singleElement().asString().contains("\"resourceVersion\":\"1\"");
  }

  private static SecretWriter.Wish wish(ExternalSecret resource) {
    return new SecretWriter.Wish(
        resource,
        new SecretData(
            new TreeMap<>(Map.of("password", "ours".getBytes(UTF_8))),
            new TreeSet<>(),
            "Opaque",
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(),
            false),
        "inputs",
        new Recorded(Optional.empty(), Optional.empty()));
  }

  private static Status status(int code) {
    return new StatusBuilder().withCode(code).withReason("any").build();
  }

  private SecretWriter writer(SecretViews views) {
    SecretApplier applier = new SecretApplier(client);
    Clock clock = Clock.systemUTC();
    return new SecretWriter(
        applier,
        views,
        new TargetRules("keyturn", false),
        new WholeWrite(applier, views, new ContentRecorder(HASH), HASH, clock),
        new Contention(),
        HASH,
        clock);
  }

  private static Secret old(ExternalSecret owner) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("old")
        .withUid("uid-of-old")
        .withResourceVersion("5")
        .withLabels(Map.of("keyturn.dev/managed", "true"))
        .addNewOwnerReference()
        .withApiVersion("keyturn.dev/v1")
        .withKind("ExternalSecret")
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .build();
  }
}
