package dev.keyturn.source;

import static dev.keyturn.source.FakeSource.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.ops.Tasks;
import dev.keyturn.ops.VirtualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How well batches fill, with AWS 20 ms away and reconcilers that write between two reads. */
class BatchingTest {
  private static final Duration LATENCY = Duration.ofMillis(20);

  private final VirtualTime time = new VirtualTime();
  private final FakeSource source = new FakeSource();
  private final Random random = new Random(1);
  private final List<Duration> waits = new ArrayList<>();
  private final Tasks farAway =
      new Tasks() {
        @Override
        public void run(Runnable task) {
          time.after(LATENCY, task);
        }

        @Override
        public void after(Duration delay, Runnable task) {
          time.after(delay, task);
        }
      };
  private final SecretCache cache =
      new SecretCache(
          source,
          FakeSource::hash,
          farAway,
          time,
          SecretCache.Bounds.DEFAULT,
          new CacheMeters(new SimpleMeterRegistry()));
  private int next;

  @Test
  void fiftyCallersThatReadAgainAtOnceFillTheirBatches() {
    assertThat(averageBatch(50, Duration.ZERO)).isGreaterThan(16);
    assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofMillis(90)) < 0);
  }

  @Test
  void fiftyCallersThatWriteInBetweenStillShareCalls() {
    assertThat(averageBatch(50, Duration.ofMillis(250))).isGreaterThan(10);
    assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofMillis(225)) < 0);
  }

  @Test
  void aGroupThatFillsHalfABatchNeverWaits() {
    Set<SecretRef> first = refs(0, 10);
    Set<SecretRef> second = refs(10, 20);
    List<CompletableFuture<Answer<SecretValue>>> answers = new ArrayList<>(ask(first));
    time.advance(Duration.ofMillis(5));
    answers.addAll(ask(second));
    time.advance(LATENCY);
    assertThat(answers).allMatch(CompletableFuture::isDone);
  }

  @Test
  void aLoneRequestAfterAGroupDoesNotWaitForMore() {
    var _ = ask(refs(0, 20));
    time.advance(Duration.ofMillis(5));
    var alone = ask(refs(20, 21));
    time.advance(LATENCY);
    assertThat(alone).allMatch(CompletableFuture::isDone);
  }

  private java.util.Collection<CompletableFuture<Answer<SecretValue>>> ask(Set<SecretRef> refs) {
    return cache.ask(identity("eu-central-1"), refs, Freshness.HELD).values();
  }

  private static Set<SecretRef> refs(int from, int to) {
    return java.util.stream.IntStream.range(from, to)
        .mapToObj(i -> SecretRef.current("group" + i))
        .collect(java.util.stream.Collectors.toSet());
  }

  @Test
  void aLoneCallerNeverWaitsForOthers() {
    averageBatch(1, Duration.ofMillis(250));
    assertThat(waits).containsOnly(LATENCY);
  }

  @Test
  void aFewCallersWaitOnlyALittle() {
    averageBatch(3, Duration.ofMillis(250));
    assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofMillis(40)) < 0);
  }

  private double averageBatch(int callers, Duration work) {
    for (int caller = 0; caller < callers; caller++) {
      read(work);
    }
    time.advance(Duration.ofMinutes(10));
    double average = 1000.0 / source.requests().size();
    System.out.printf(
        "%d callers, %d ms between reads: %.1f secrets a call%n",
        callers, work.toMillis(), average);
    return average;
  }

  private void read(Duration work) {
    if (next == 1000) {
      return;
    }
    SecretRef ref = SecretRef.current("s" + next++);
    Instant asked = time.instant();
    CompletableFuture<Void> _ =
        cache
            .ask(identity("eu-central-1"), Set.of(ref), Freshness.HELD)
            .get(ref)
            .thenAccept(
                answer -> {
                  waits.add(Duration.between(asked, time.instant()));
                  long nanos = (long) (work.toNanos() * 2 * random.nextDouble());
                  time.after(Duration.ofNanos(nanos), () -> read(work));
                });
  }
}
