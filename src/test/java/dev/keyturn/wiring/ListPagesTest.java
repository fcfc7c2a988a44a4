package dev.keyturn.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keyturn.testbed.Eventually;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListPagesTest {
  private static final String SECRETS = "/api/v1/secrets?limit=100";
  private static final String PODS = "/api/v1/namespaces/shop/pods?limit=100";
  private static final String HANGS = "/api/v1/nodes?limit=100";
  private static final int MANY = 20;
  private static final int MIB = 1 << 20;

  private final OkHttpClient client =
      new OkHttpClient.Builder().addInterceptor(new ListPages()).build();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private volatile int sizeOfAnObject = 10;
  private volatile int code = 200;
  private CountDownLatch hung = new CountDownLatch(0);
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
                () -> CompletableFuture.runAsync(() -> read(SECRETS), Thread::startVirtualThread))
            .limit(MANY)
            .toArray(CompletableFuture[]::new);
    Arrays.stream(calls).forEach(CompletableFuture::join);
    assertThat(asked).hasSize(MANY);
    assertThat(most).hasValue(1);
  }

  @Test
  void a_page_of_large_objects_has_fewer() {
    sizeOfAnObject = MIB;
    assertThat(read(PODS)).isEqualTo(6 * MIB);
    assertThat(asked).containsExactly("100", "25", "6");
    asked.clear();
    assertThat(read(PODS)).isEqualTo(6 * MIB);
    assertThat(asked).as("it is known by now").containsExactly("6");
  }

  @Test
  void a_single_object_is_read_however_large() {
    sizeOfAnObject = 20 * MIB;
    assertThat(read(SECRETS)).isEqualTo(20 * MIB);
    assertThat(asked).containsExactly("100", "25", "6", "1");
  }

  @Test
  void pages_grow_again() {
    sizeOfAnObject = MIB;
    read(PODS);
    sizeOfAnObject = 10;
    read(PODS);
    asked.clear();
    assertThat(read(PODS)).isEqualTo(240);
    assertThat(read(PODS)).isEqualTo(960);
    assertThat(read(PODS)).isEqualTo(1_000);
    assertThat(asked).containsExactly("24", "96", "100");
  }

  @Test
  void a_list_that_hangs_holds_up_no_other() {
    hung = new CountDownLatch(1);
    try {
      CompletableFuture<Void> hangs =
          CompletableFuture.runAsync(() -> read(HANGS), Thread::startVirtualThread);
      Eventually.holds(() -> assertThat(asked).hasSize(1));
      assertThat(read(SECRETS)).isEqualTo(1_000);
      assertThat(read(SECRETS)).isEqualTo(1_000);
      assertThat(hangs).isNotDone();
    } finally {
      hung.countDown();
    }
  }

  @Test
  void a_page_that_took_too_long_has_fewer_the_next_time() {
    hung = new CountDownLatch(1);
    OkHttpClient hasty = client.newBuilder().callTimeout(Duration.ofMillis(200)).build();
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> read(hasty, HANGS)).isInstanceOf(InterruptedIOException.class);
    }
    hung.countDown();
    assertThat(read(HANGS)).isEqualTo(10);
    assertThat(asked).containsExactly("100", "25", "6", "1", "1");
  }

  @Test
  void a_page_that_the_api_server_could_not_make_has_fewer_the_next_time() {
    code = 504;
    read(PODS);
    read(PODS);
    code = 200;
    read(PODS);
    code = 403;
    read(PODS);
    read(PODS);
    assertThat(asked).containsExactly("100", "25", "6", "24", "24");
  }

  @Test
  void nothing_else_is_touched() {
    sizeOfAnObject = MIB;
    assertThat(read("/api/v1/secrets?watch=true")).isEqualTo(MIB);
    assertThat(asked).containsExactly("");
  }

  /** Counts who is being answered; the client has not read the end yet when it is counted off. */
  private void answer(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    String query = exchange.getRequestURI().getQuery();
    String limit = query.startsWith("limit=") ? query.substring("limit=".length()) : "";
    asked.add(limit);
    int objects = limit.isEmpty() ? 1 : Integer.parseInt(limit);
    byte[] object = "x".repeat(sizeOfAnObject).getBytes(StandardCharsets.UTF_8);
    await(exchange.getRequestURI().getPath());
    exchange.sendResponseHeaders(code, (long) objects * sizeOfAnObject);
    try (exchange) {
      for (int i = 1; i < objects; i++) {
        exchange.getResponseBody().write(object);
      }
      underWay.decrementAndGet();
      exchange.getResponseBody().write(object);
    } catch (IOException e) {
      // It was too large, and hung up on.
    }
  }

  private void await(String path) {
    if (HANGS.startsWith(path)) {
      try {
        hung.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private int read(String path) {
    try {
      return read(client, path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int read(OkHttpClient client, String path) throws IOException {
    Request request =
        new Request.Builder()
            .url("http://127.0.0.1:" + server.getAddress().getPort() + path)
            .build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string().length();
    }
  }
}
