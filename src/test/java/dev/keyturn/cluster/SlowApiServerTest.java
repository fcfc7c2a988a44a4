package dev.keyturn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.keyturn.ops.Room;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An API server that does not answer holds up only those who ask it. */
class SlowApiServerTest {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch enough = new CountDownLatch(1);
  private final VirtualTime time = new VirtualTime();
  private HttpServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          asked.countDown();
          try {
            enough.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .withRequestTimeout(600_000)
                    .build())
            .withHttpClientFactory(new OkHttpClientFactory())
            .build();
  }

  @AfterEach
  void stop() {
    enough.countDown();
    client.close();
    server.stop(0);
  }

  private ReferencedObjects objects(int watches) {
    return new ReferencedObjects(
        client,
        new KeyedHash("k1", new byte[32]),
        watches,
        new Room(1L << 20, 0),
        time,
        time,
        _ -> {},
        new UnreadableObjects(new SimpleMeterRegistry()));
  }

  private CompletableFuture<Void> lookUp(ReferencedObjects objects) throws InterruptedException {
    CompletableFuture<Void> over =
        CompletableFuture.runAsync(
            () -> {
              var _ = objects.configMap("shop", "slow");
            },
            Thread::startVirtualThread);
    asked.await();
    return over;
  }

  @Test
  void a_watch_that_starts_holds_up_no_look_for_those_that_hear_nothing() throws Exception {
    ReferencedObjects objects = objects(10);
    CompletableFuture<Void> over = lookUp(objects);
    assertThat(objects.unheard()).isEmpty();
    assertThat(over).isNotDone();
  }

  @Test
  void a_read_holds_up_nobody_who_uses_something_else() throws Exception {
    ReferencedObjects objects = objects(0);
    CompletableFuture<Void> over = lookUp(objects);
    ObjectUser user = new ObjectUser(ObjectUser.Kind.EXTERNAL_SECRET, "shop", "one");
    ObjectRef other = new ObjectRef(ObjectRef.Kind.CONFIG_MAP, "shop", "other");
    CompletableFuture<Void> used =
        CompletableFuture.runAsync(
            () -> objects.use(user, Set.of(other), 0), Thread::startVirtualThread);
    Eventually.holds(() -> assertThat(used).isDone());
    assertThat(over).isNotDone();
  }
}
