package dev.keyturn.aws.call;

import static dev.keyturn.aws.FakeAws.entry;
import static dev.keyturn.aws.SecretsManagerContract.found;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keyturn.aws.FixedKeys;
import dev.keyturn.aws.Identities;
import dev.keyturn.aws.SecretsManagerContract;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** Connections are kept between calls; measured against a server with 20 ms of latency. */
class ConnectionReuseTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Set<Integer> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger calls = new AtomicInteger();
  private final SecretSource source =
      SecretsManagerContract.source(new FixedKeys(AwsBasicCredentials.create("AKIA", "s")));
  private HttpServer server;
  private Identity identity;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    identity =
        Identities.of(
            Service.SECRETS_MANAGER,
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
            Identities.KEYS);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void oneCallAfterAnotherUsesOneConnection() {
    for (int i = 0; i < 50; i++) {
      found(source.read(identity, Set.of(SecretRef.current("a"))).values().iterator().next());
    }
    assertThat(calls).hasValue(50);
    assertThat(connections).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aThousandSecretsTakeFiftyCallsAndTheNextFiftyReuseTheirConnections() {
    Set<SecretRef> refs =
        IntStream.range(0, 1000)
            .mapToObj(i -> SecretRef.current("s" + i))
            .collect(Collectors.toSet());
    source.read(identity, refs);
    assertThat(calls).hasValue(50);
    LockSupport.parkNanos(Duration.ofMillis(700).toNanos());
    assertThat(source.look(identity, refs)).hasSize(1000);
    assertThat(calls).hasValue(100);
    assertThat(connections).hasSizeLessThanOrEqualTo(20);
  }

  private void answer(HttpExchange exchange) throws IOException {
    calls.incrementAndGet();
    connections.add(exchange.getRemoteAddress().getPort());
    JsonNode asked = JSON.readTree(exchange.getRequestBody());
    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    List<String> entries = new ArrayList<>();
    asked.path("SecretIdList").forEach(id -> entries.add(entry(id.asText(), "v")));
    String body =
        entries.isEmpty()
            ? entry(asked.path("SecretId").asText(), "v")
            : "{\"SecretValues\":[" + String.join(",", entries) + "]}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
