package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.Room;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A right that is taken away while all is watched: the watches live on and hear nothing. */
class UnheardTest {
  /** Takes every list and watch until it refuses all. */
  private static final class Server extends Dispatcher {
    private final List<WebSocket> watches = new CopyOnWriteArrayList<>();
    private volatile int refusal;

    void refuse(int code) {
      refusal = code;
      watches.forEach(watch -> watch.close(1000, "time is over"));
      watches.clear();
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      if (refusal != 0) {
        return json(refusal, "{\"kind\": \"Status\", \"code\": %d}".formatted(refusal));
      }
      return request.getPath().contains("watch=true")
          ? new MockResponse().withWebSocketUpgrade(new Watch())
          : json(200, "{\"kind\": \"List\", \"metadata\": {\"resourceVersion\": \"7\"}}");
    }

    private static MockResponse json(int code, String body) {
      return new MockResponse()
          .setResponseCode(code)
          .setHeader("Content-Type", "application/json")
          .setBody(body);
    }

    private final class Watch extends WebSocketListener {
      @Override
      public void onOpen(WebSocket socket, Response response) {
        watches.add(socket);
      }
    }
  }

  private final MockWebServer http = new MockWebServer();
  private final Server server = new Server();
  private final KeyedHash hash = new KeyedHash("k1", new byte[32]);
  private final UnreadableObjects unreadable = new UnreadableObjects(new SimpleMeterRegistry());
  private KubernetesClient client;

  @BeforeEach
  void start() {
    http.start(InetAddress.getLoopbackAddress(), 0);
    http.setDispatcher(server);
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + http.getPort())
                    .withRequestRetryBackoffLimit(1)
                    .withRequestRetryBackoffInterval(10)
                    .withWatchReconnectInterval(10)
                    .build())
            .withHttpClientFactory(new OkHttpClientFactory())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    http.shutdown();
  }

  /** What the API server cannot do, as 500, the client tries again without a word. */
  @Test
  void managed_secrets_and_namespaces_are_unheard_until_they_may_be_watched_again()
      throws Exception {
    SecretViews secrets = new SecretViews(client, hash, unreadable);
    secrets.start();
    Namespaces namespaces = new Namespaces(client);
    namespaces.start();
    Eventually.holds(() -> assertThat(secrets.watching() && namespaces.watching()).isTrue());
    server.refuse(403);
    Eventually.holds(() -> assertThat(secrets.watching() || namespaces.watching()).isFalse());
    assertThat(secrets.running() && namespaces.running()).as("they try again").isTrue();
    server.refuse(0);
    Eventually.holds(() -> assertThat(secrets.watching() && namespaces.watching()).isTrue());
    secrets.stop();
    namespaces.stop();
  }

  @Test
  void a_referenced_object_is_unheard_until_it_may_be_watched_again() {
    ReferencedObjects objects =
        new ReferencedObjects(
            client,
            hash,
            10,
            new Room(1L << 20, 0),
            InstantSource.system(),
            new VirtualTime(),
            _ -> {},
            unreadable);
    assertThat(objects.serviceAccount("shop", "reader")).isEmpty();
    Eventually.holds(() -> assertThat(server.watches).isNotEmpty());
    assertThat(objects.unheard()).isEmpty();
    server.refuse(403);
    ObjectRef reader = new ObjectRef(ObjectRef.Kind.SERVICE_ACCOUNT, "shop", "reader");
    Eventually.holds(() -> assertThat(objects.unheard()).containsExactly(reader));
    server.refuse(0);
    Eventually.holds(() -> assertThat(objects.unheard()).isEmpty());
    objects.close();
  }
}
