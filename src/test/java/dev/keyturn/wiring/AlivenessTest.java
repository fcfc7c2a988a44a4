package dev.keyturn.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.cluster.Namespaces;
import dev.keyturn.cluster.ReferencedObjects;
import dev.keyturn.cluster.SecretViews;
import dev.keyturn.cluster.UnreadableObjects;
import dev.keyturn.ops.Room;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.rotation.ChangeListener;
import dev.keyturn.rotation.EventMeters;
import dev.keyturn.rotation.RotationHealth;
import dev.keyturn.rotation.StageWatch;
import dev.keyturn.rotation.WatchMeters;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.SecretCache;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.javaoperatorsdk.operator.health.EventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ends the container, and what does not. */
class AlivenessTest {
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private final VirtualTime time = new VirtualTime();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<String, Map<String, EventSourceHealthIndicator>> unhealthy = new HashMap<>();
  private KubernetesClient client;
  private Namespaces namespaces;
  private SecretViews secrets;
  private ChangeListener events;
  private Watches watches;

  @BeforeEach
  void start() throws Exception {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    UnreadableObjects unreadable = new UnreadableObjects(meters);
    namespaces = new Namespaces(client);
    namespaces.start();
    secrets = new SecretViews(client, FakeSource.hash(), unreadable);
    secrets.start();
    ReferencedObjects objects =
        new ReferencedObjects(
            client, FakeSource.hash(), 0, new Room(1L << 20, 0), time, time, _ -> {}, unreadable);
    watches = new Watches(() -> unhealthy, namespaces, secrets, objects);
    SecretCache cache =
        new SecretCache(
            new FakeSource(),
            FakeSource::hash,
            time,
            time,
            SecretCache.Bounds.DEFAULT,
            new CacheMeters(meters));
    Watchlist watchlist = new Watchlist(cache, _ -> {});
    events =
        new ChangeListener(
            List.of(List::of),
            cache,
            watchlist,
            new StageWatch(cache, watchlist, time, time, new Random(1), new WatchMeters(meters)),
            time,
            time,
            new RotationHealth(),
            new EventMeters(meters));
  }

  @AfterEach
  void stop() {
    namespaces.stop();
    secrets.stop();
    client.close();
    server.destroy();
  }

  /** {@code UP}, or what has ended. */
  private String health(Duration later) {
    Clock clock = Clock.fixed(time.instant().plus(later), ZoneOffset.UTC);
    HealthCheckResponse response = new Aliveness(watches, events, clock).call();
    return response.getStatus() == HealthCheckResponse.Status.UP
        ? "UP"
        : String.valueOf(response.getData().orElseThrow().get("ended"));
  }

  private String health() {
    return health(Duration.ZERO);
  }

  @Test
  void a_watch_of_ours_that_ended_is_told() {
    assertThat(health()).isEqualTo("UP");
    secrets.stop();
    assertThat(health()).isEqualTo("watch of managed Secrets");
    namespaces.stop();
    assertThat(health()).isEqualTo("watch of managed Secrets, watch of namespaces");
  }

  @ParameterizedTest(name = "running {0}, watching {1}")
  @CsvSource({
    "false, false, watch of stores of reconciler sync",
    "true, false, UP",
    "true, true, UP",
  })
  void a_watch_of_the_framework_that_ended_is_told_and_one_that_tries_again_is_alive(
      boolean running, boolean watching, String told) {
    unhealthy.put("sync", Map.of("stores", informer(running, watching)));
    assertThat(health()).isEqualTo(told);
    assertThat(watches.unheard().contains("stores of reconciler sync")).isEqualTo(!watching);
  }

  @Test
  void a_queue_that_nobody_asks_any_more_is_told_by_the_leader() {
    assertThat(health(Duration.ofHours(2))).isEqualTo("UP");
    events.start();
    time.advance(Duration.ofSeconds(1));
    assertThat(health()).isEqualTo("UP");
    assertThat(health(Duration.ofHours(2))).isEqualTo("queue of change events");
    events.stop();
    assertThat(health(Duration.ofHours(2))).isEqualTo("UP");
  }

  private static InformerWrappingEventSourceHealthIndicator<ConfigMap> informer(
      boolean running, boolean watching) {
    InformerHealthIndicator informer =
        new InformerHealthIndicator() {
          @Override
          public Status getStatus() {
            return Status.UNHEALTHY;
          }

          @Override
          public boolean hasSynced() {
            return false;
          }

          @Override
          public boolean isWatching() {
            return watching;
          }

          @Override
          public boolean isRunning() {
            return running;
          }

          @Override
          public String getTargetNamespace() {
            return "";
          }
        };
    return () -> Map.of("all", informer);
  }
}
