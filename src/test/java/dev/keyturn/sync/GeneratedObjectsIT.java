package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.hostile.HostileNamespace;
import dev.keyturn.testbed.Alone;
import dev.keyturn.testbed.Eventually;
import dev.keyturn.testbed.RealCluster;
import dev.keyturn.testbed.RunningOperator;
import dev.keyturn.testbed.TestCluster;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * One namespace writes whatever the CRDs' schemas admit. After each hundred objects all others are
 * as they were before.
 *
 * <p>{@code -Dgenerated.minutes} and {@code -Dgenerated.seed} make another run of it, which leaves
 * its report in {@code target/generated.md}.
 */
@RealCluster
@Alone
class GeneratedObjectsIT {
  private static final int BETWEEN_LOOKS = 100;
  private static final int STANDING = 300;
  private static final Map<String, String> SETTINGS =
      Map.of("KEYTURN_LEADER_ELECTION", "true", "KEYTURN_LEADER_IDENTITY", "first");

  private final Duration duration =
      Duration.ofSeconds(
          (long) (60 * Double.parseDouble(System.getProperty("generated.minutes", "1"))));
  private final long seed = Long.getLong("generated.seed", 20_261_129);

  private final List<Duration> followed = new ArrayList<>();
  private final List<Duration> newcomers = new ArrayList<>();
  private SyncBed hostile;
  private Witness witness;

  @Test
  void nothing_that_the_API_server_admits_stops_anybody_else(
      TestCluster cluster, Namespace namespace) throws IOException {
    witness = Witness.of(cluster);
    hostile = SyncBed.on(cluster, namespace, SETTINGS);
    hostile.secret("db", "{\"password\":\"p\",\"user\":\"u\",\"nested\":{\"a\":[1]}}");
    hostile.secret("plain", "just text");
    hostile.secret("/a/path", "{\"k\":\"v\"}");
    HostileNamespace objects =
        new HostileNamespace(cluster.client(), hostile.namespace, seed, STANDING);
    Instant end = Instant.now().plus(duration);
    int hundreds = 0;
    try {
      do {
        for (int i = 0; i < BETWEEN_LOOKS; i++) {
          objects.write();
        }
        hundreds++;
        assertThat(objects.admitted()).as("of %d00", hundreds).isGreaterThan(hundreds * 20);
        othersAreServed(cluster);
        Eventually.holds(() -> assertThat(objects.unanswered()).isEmpty());
        if (hundreds % 10 == 0) {
          aRestartedOneComesUp();
        }
      } while (Instant.now().isBefore(end));
      aRestartedOneComesUp();
      othersAreServed(cluster);
      report(objects, hundreds);
    } finally {
      objects.deleteAll();
    }
  }

  private void othersAreServed(TestCluster cluster) {
    followed.add(timed(() -> witness.servedTwice()).dividedBy(2));
    newcomers.add(timed(() -> aNewOneIsServed(cluster)));
    assertThat(answer("/q/health/live")).as("live").isEqualTo(200);
    assertThat(answer("/q/health/ready")).as("ready").isEqualTo(200);
    assertThat(hostile.operator.log()).doesNotContain("Lost the lease");
  }

  private void aNewOneIsServed(TestCluster cluster) {
    String name = "newcomer-" + newcomers.size();
    Namespace its = new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
    var _ = cluster.client().resource(its).create();
    try {
      SyncBed bed = hostile.in(name);
      bed.store();
      bed.extract("db", "db", "");
      var _ = bed.awaitReady("db");
    } finally {
      var _ = cluster.client().resource(its).delete();
      Eventually.holds(
          () -> assertThat(cluster.client().namespaces().withName(name).get()).isNull());
    }
  }

  private void aRestartedOneComesUp() {
    hostile.operator.kill();
    hostile.operator = RunningOperator.with(SETTINGS);
    witness.servedTwice();
  }

  private int answer(String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(hostile.operator.http().resolve(path)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Duration timed(Runnable task) {
    long start = System.nanoTime();
    task.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void report(HostileNamespace objects, int hundreds) throws IOException {
    StringBuilder report =
        new StringBuilder("seed %d, %d × 100 objects\n\n".formatted(seed, hundreds));
    objects
        .answers()
        .forEach((answer, times) -> report.append("| %s | %d |\n".formatted(answer, times)));
    report.append("\nof the last that stood:\n\n");
    objects
        .reasons()
        .forEach((reason, times) -> report.append("| %s | %d |\n".formatted(reason, times)));
    report.append(
        "\nrotation to Secret of a witness: %s; of a new namespace with a new store: %s\n"
            .formatted(spread(followed), spread(newcomers)));
    Files.writeString(Path.of("target/generated.md"), report);
  }

  private static String spread(List<Duration> durations) {
    List<Duration> sorted = new ArrayList<>(durations);
    Collections.sort(sorted);
    return "median %d ms, longest %d ms"
        .formatted(sorted.get(sorted.size() / 2).toMillis(), sorted.getLast().toMillis());
  }
}
