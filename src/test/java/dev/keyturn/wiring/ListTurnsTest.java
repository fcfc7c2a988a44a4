package dev.keyturn.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ListTurnsTest {
  private static final String PAGE = "/apis/keyturn.dev/v1/externalsecrets?limit=15";
  private static final int MANY = 20;
  private static final int HALF = 100_000;
  private static final long FOR_EVER = Integer.MAX_VALUE;

  private final OkHttpClient client =
      new OkHttpClient.Builder().addInterceptor(new ListTurns(FOR_EVER)).build();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void pages_of_the_cluster_come_one_after_another() {
    CompletableFuture<?>[] calls =
        Stream.generate(
                () -> CompletableFuture.runAsync(() -> read(PAGE), Thread::startVirtualThread))
            .limit(MANY)
            .toArray(CompletableFuture[]::new);
    Arrays.stream(calls).forEach(CompletableFuture::join);
    assertThat(most).hasValue(1);
  }

  @Test
  void whoever_reads_something_else_does_not_wait() throws IOException {
    try (Response open = call(PAGE)) {
      assertThat(open.code()).isEqualTo(200);
      read("/apis/keyturn.dev/v1/externalsecrets?watch=true");
      read("/api/v1/namespaces/shop/pods?limit=100");
    }
  }

  @Test
  void a_page_that_is_not_read_gives_its_turn_back_when_it_is_closed() throws IOException {
    call(PAGE).close();
    read(PAGE);
  }

  /** Counts who is being answered; the client has not read the end yet when it is counted off. */
  private void answer(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    byte[] half = "{}".repeat(HALF / 2).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, 2 * HALF);
    try (exchange) {
      exchange.getResponseBody().write(half);
      underWay.decrementAndGet();
      exchange.getResponseBody().write(half);
    }
  }

  private Response call(String path) throws IOException {
    return client
        .newCall(
            new Request.Builder()
                .url("http://127.0.0.1:" + server.getAddress().getPort() + path)
                .build())
        .execute();
  }

  private void read(String path) {
    try (Response response = call(path)) {
      assertThat(response.body().string()).hasSize(2 * HALF);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
