package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.ops.Patience;
import dev.keyturn.ops.Room;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.render.Checked;
import dev.keyturn.render.Plan;
import dev.keyturn.render.RenderFailure;
import dev.keyturn.render.SpecReader;
import dev.keyturn.render.TemplateSources;
import dev.keyturn.rotation.Dependant;
import dev.keyturn.source.KeyedHash;
import dev.keyturn.testbed.Eventually;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Templates in Secrets and ConfigMaps of any size: key {@code t}, and as much beside it. */
class TemplateReaderTest {
  private static final int MIB = 1 << 20;

  private final AtomicInteger size = new AtomicInteger(10);
  private final AtomicInteger reading = new AtomicInteger();
  private final AtomicInteger mostReading = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch answer = new CountDownLatch(0);
  private final List<Dependant> woken = new ArrayList<>();
  private final VirtualTime time = new VirtualTime();
  private final Patience large = new Patience(TemplateReader.LARGE_AT_A_TIME, time, time);
  private HttpServer server;
  private KubernetesClient client;
  private TemplateReader reader;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .build())
            .withHttpClientFactory(new OkHttpClientFactory())
            .build();
    KeyedHash hash = new KeyedHash("k", new byte[32]);
    UnreadableObjects unreadable = new UnreadableObjects(new SimpleMeterRegistry());
    reader =
        new TemplateReader(
            new ReferencedObjects(
                client, hash, 0, new Room(1 << 20, 1 << 20), time, time, _ -> {}, unreadable),
            new SecretViews(client, hash, unreadable),
            large,
            woken::add);
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    mostReading.accumulateAndGet(reading.incrementAndGet(), Math::max);
    String path = exchange.getRequestURI().getPath();
    asked.add(path);
    try {
      answer.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    byte[] body = object(path).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    reading.decrementAndGet();
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String object(String path) {
    String text = "x".repeat(size.get());
    String base64 = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    return Serialization.asJson(
        path.contains("/secrets/")
            ? new SecretBuilder()
                .withNewMetadata()
                .withName("s")
                .withNamespace("shop")
                .endMetadata()
                .addToData("t", base64)
                .addToData("rest", base64)
                .build()
            : new ConfigMapBuilder()
                .withNewMetadata()
                .withName("s")
                .withNamespace("shop")
                .endMetadata()
                .addToData("t", text)
                .addToData("rest", text)
                .addToBinaryData("b", base64)
                .build());
  }

  private static Plan plan(int sources, String source) {
    String from =
        IntStream.range(0, sources).mapToObj(source::formatted).collect(Collectors.joining(","));
    ExternalSecret resource =
        Secrets.externalSecret("target: {template: {templateFrom: [" + from + "]}}", Map.of());
    return switch (SpecReader.read(resource)) {
      case Checked.Good<Plan>(Plan plan) -> plan;
      case Checked.Refused<Plan>(RenderFailure failure) ->
          throw new AssertionError(failure.message());
    };
  }

  private static Plan secrets(int sources) {
    return plan(sources, "{secret: {name: s%d, items: [{key: t}]}}");
  }

  private String read(String namespace, Plan plan) {
    return read(namespace, plan, () -> {});
  }

  /** Gives how many bytes there were, or why there are none. */
  private String read(String namespace, Plan plan, Runnable meanwhile) {
    return reader.with(
        plan,
        new Dependant(namespace, "all"),
        found -> {
          meanwhile.run();
          return bytes(found) + " bytes";
        },
        RenderFailure::message);
  }

  private static long bytes(TemplateSources found) {
    return found.contents().values().stream()
        .flatMap(content -> content.values().stream())
        .mapToLong(bytes -> bytes.length)
        .sum();
  }

  @Test
  void only_the_keys_that_are_named_are_kept() {
    assertThat(read("shop", secrets(3))).isEqualTo("30 bytes");
    assertThat(read("shop", plan(2, "{configMap: {name: c%d, items: [{key: t}, {key: b}]}}")))
        .isEqualTo("40 bytes");
  }

  @Test
  void fifty_of_the_largest_end_in_a_sentence_and_are_not_read_to_their_end() {
    size.set(MIB);
    assertThat(read("shop", secrets(50)))
        .isEqualTo(
            "spec.target.template.templateFrom: too much to do: the first 3 of the 50 ConfigMaps"
                + " and Secrets have templates of 3145728 bytes, more than the 2097152 that one"
                + " ExternalSecret may read; make it simpler, or read fewer keys");
    assertThat(asked.stream().distinct()).hasSize(3);
    assertThat(read("shop", secrets(2))).isEqualTo("2097152 bytes");
  }

  @Test
  void one_namespace_has_large_templates_of_two_syncs_in_memory_and_leaves_room_for_others() {
    size.set(MIB);
    assertThat(
            read(
                "shop",
                secrets(1),
                () ->
                    read(
                        "shop",
                        secrets(2),
                        () -> {
                          assertThatThrownBy(() -> read("shop", secrets(1)))
                              .isInstanceOf(OutOfPatience.class)
                              .hasMessage("2 others of this namespace wait already");
                          assertThat(read("other", secrets(1))).isEqualTo("1048576 bytes");
                          assertThat(woken).isEmpty();
                          size.set(TemplateReader.FEW_BYTES);
                          assertThat(read("shop", secrets(1))).isEqualTo("262144 bytes");
                        })))
        .isEqualTo("1048576 bytes");
    assertThat(woken).containsExactly(new Dependant("shop", "all"));
    size.set(MIB);
    assertThat(read("shop", secrets(1))).isEqualTo("1048576 bytes");
  }

  @Test
  void who_fails_gives_his_turn_back() {
    size.set(MIB);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  read(
                      "shop",
                      secrets(1),
                      () -> {
                        throw new IllegalStateException("broke down");
                      }))
          .isInstanceOf(IllegalStateException.class);
      read("shop", secrets(50));
    }
  }

  @Test
  void few_are_read_at_a_time() {
    answer = new CountDownLatch(1);
    ConcurrentLinkedQueue<String> results = new ConcurrentLinkedQueue<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        String namespace = "n" + i;
        threads.execute(() -> results.add(read(namespace, secrets(2))));
      }
      Eventually.holds(
          () -> assertThat(reading.get()).isGreaterThanOrEqualTo(TemplateReader.READ_AT_A_TIME));
      answer.countDown();
    }
    assertThat(results).hasSize(50).containsOnly("20 bytes");
    assertThat(mostReading).hasValue(TemplateReader.READ_AT_A_TIME);
  }
}
