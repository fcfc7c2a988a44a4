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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lists and watches as an API server gives them on a bad day, twice each, before it gives what it
 * has: two objects on two pages, and a third one by the watch. Each informer of ours knows all of
 * them in the end.
 */
class BadListsTest {
  private static final String GONE =
      """
      {"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": 410,
       "reason": "Expired", "message": "too old resource version"}
      """;

  /** Nobody changes a response. */
  @SuppressWarnings("ImmutableEnumChecker")
  enum Bad {
    LIST_CUT_OFF(list(200, "{\"kind\": \"List\", \"items\": [{\"metadata\": {\"na")),
    LIST_HTML(list(200, "<html>Busy</html>")),
    LIST_TOO_MANY(list(429, "").setHeader("Retry-After", "1")),
    LIST_BROKEN(list(500, "{\"kind\": \"Status\", \"code\": 500}")),
    LIST_NOTHING(list(200, "")),
    SECOND_PAGE_GONE(list(410, GONE)),
    SECOND_PAGE_BROKEN(list(500, "oops")),
    WATCH_GONE("{\"type\": \"ERROR\", \"object\": %s}".formatted(GONE)),
    WATCH_BROKEN("{\"type\": \"ERROR\", \"object\": {\"kind\": \"Status\", \"code\": 500}}"),
    WATCH_CUT_OFF("{\"type\": \"ADDED\", \"object\": {\"kind\": \"Sec"),
    WATCH_HTML("<html>Busy</html>"),
    WATCH_OF_A_NEW_TYPE("{\"type\": \"RENAMED\", \"object\": {}}"),
    WATCH_OF_NOTHING("{\"type\": \"MODIFIED\", \"object\": null}");

    private final MockResponse page;
    private final String event;

    Bad(MockResponse page) {
      this.page = page;
      this.event = "";
    }

    Bad(String event) {
      this.page = new MockResponse();
      this.event = event;
    }

    private static MockResponse list(int code, String body) {
      return new MockResponse()
          .setResponseCode(code)
          .setHeader("Content-Type", "application/json")
          .setBody(body);
    }
  }

  /** The API server. */
  private static final class Server extends Dispatcher {
    private final AtomicInteger bad = new AtomicInteger(2);
    private final Bad how;

    Server(Bad how) {
      this.how = how;
    }

    private boolean isBad(String where) {
      return how.name().startsWith(where) && bad.getAndDecrement() > 0;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      String path = request.getPath();
      String kind =
          path.contains("/namespaces?")
              ? "Namespace"
              : path.contains("/serviceaccounts") ? "ServiceAccount" : "Secret";
      if (path.contains("watch=true")) {
        return new MockResponse().withWebSocketUpgrade(new Watch(kind, isBad("WATCH")));
      }
      boolean second = path.contains("continue=");
      if (second ? isBad("SECOND") : isBad("LIST")) {
        return how.page;
      }
      boolean single = kind.equals("ServiceAccount");
      return Bad.list(
          200,
          """
          {"apiVersion": "v1", "kind": "%1$sList",
           "metadata": {"resourceVersion": "7", "continue": "%2$s"}, "items": [%3$s]}
          """
              .formatted(
                  kind,
                  second || single ? "" : "more",
                  single ? "" : object(kind, second ? "two" : "one")));
    }

    private static String object(String kind, String name) {
      return """
      {"apiVersion": "v1", "kind": "%1$s",
       "metadata": {%3$s"name": "%2$s", "uid": "%2$s", "resourceVersion": "8",
                    "labels": {"keyturn.dev/managed": "true"},
                    "managedFields": [{"operation": "Update"}]}}
      """
          .formatted(kind, name, kind.equals("Namespace") ? "" : "\"namespace\": \"shop\", ");
    }

    private final class Watch extends WebSocketListener {
      private final String kind;
      private final boolean isBad;

      Watch(String kind, boolean isBad) {
        this.kind = kind;
        this.isBad = isBad;
      }

      @Override
      public void onOpen(WebSocket socket, Response response) {
        if (isBad) {
          var _ = socket.send(how.event);
        }
        var _ =
            socket.send("{\"type\": \"ADDED\", \"object\": %s}".formatted(object(kind, "three")));
      }
    }
  }

  private final MockWebServer server = new MockWebServer();
  private final UnreadableObjects unreadable = new UnreadableObjects(new SimpleMeterRegistry());
  private final KeyedHash hash = new KeyedHash("k1", new byte[32]);
  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.start(InetAddress.getLoopbackAddress(), 0);
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getPort())
                    .withRequestRetryBackoffLimit(1)
                    .withRequestRetryBackoffInterval(10)
                    .withWatchReconnectInterval(10)
                    .build())
            .withHttpClientFactory(new OkHttpClientFactory())
            .withKubernetesSerialization(TotalReading.serialization(unreadable))
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdown();
  }

  @ParameterizedTest
  @EnumSource
  void managed_secrets_are_known(Bad how) throws Exception {
    server.setDispatcher(new Server(how));
    SecretViews views = new SecretViews(client, hash, unreadable);
    views.start();
    Eventually.holds(
        () -> {
          for (String name : new String[] {"one", "two", "three"}) {
            assertThat(views.get("shop", name)).as(name).isPresent();
          }
        });
    assertThat(views.running()).isTrue();
    views.stop();
  }

  @ParameterizedTest
  @EnumSource
  void namespaces_are_known(Bad how) throws Exception {
    server.setDispatcher(new Server(how));
    Namespaces namespaces = new Namespaces(client);
    namespaces.start();
    Eventually.holds(
        () -> {
          for (String name : new String[] {"one", "two", "three"}) {
            assertThat(namespaces.labels(name)).as(name).isNotEmpty();
          }
        });
    assertThat(namespaces.running()).isTrue();
    namespaces.stop();
  }

  /** Whoever asks while the list fails is told so, and asks again. */
  @ParameterizedTest
  @EnumSource
  void a_referenced_object_is_known(Bad how) {
    server.setDispatcher(new Server(how));
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
    Eventually.holds(() -> assertThat(objects.serviceAccount("shop", "three")).isPresent());
    objects.close();
  }
}
