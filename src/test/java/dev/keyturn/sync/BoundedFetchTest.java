package dev.keyturn.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.api.StoreKind;
import dev.keyturn.ops.OutOfPatience;
import dev.keyturn.ops.Patience;
import dev.keyturn.ops.Tasks;
import dev.keyturn.render.StoreName;
import dev.keyturn.rotation.FoundNames;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundedFetchTest {
  private static final StoreName STORE = new StoreName(StoreKind.SECRET_STORE, "aws");
  private static final BoundedFetch.Reading READING =
      new BoundedFetch.Reading(FakeSource.identity("eu-central-1"), Optional.empty());
  private static final String LARGEST = "x".repeat(64 * 1024);

  private static final Patience.Waiter WAITER = new Patience.Waiter("shop", "all", () -> {});

  private final FakeSource source = new FakeSource();
  private final Tasks threads = new Threads();
  private final Patience patience =
      new Patience(Patience.Limits.of(50), threads, Clock.systemUTC());
  private final Patience large =
      new Patience(BoundedFetch.LARGE_AT_A_TIME, threads, Clock.systemUTC());
  private final BoundedFetch fetch =
      new BoundedFetch(
          new SecretCache(
              source,
              FakeSource::hash,
              threads,
              Clock.systemUTC(),
              SecretCache.Bounds.DEFAULT,
              new CacheMeters(new SimpleMeterRegistry())),
          new FoundNames(),
          large);

  private static final class Threads implements Tasks {
    @Override
    public void run(Runnable task) {
      Thread.startVirtualThread(task);
    }

    @Override
    public void after(Duration delay, Runnable task) {
      CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(task);
    }
  }

  private Map<SecretRef, Answer<SecretValue>> read(int secrets, String value) {
    IntStream.range(0, secrets).forEach(i -> source.put("s" + i, "v1", value));
    Set<SecretRef> refs =
        IntStream.range(0, secrets)
            .mapToObj(i -> SecretRef.current("s" + i))
            .collect(Collectors.toSet());
    try (Patience.Wait wait = patience.begin(WAITER)) {
      Map<SecretRef, Answer<SecretValue>> answers =
          fetch
              .fetch(_ -> READING, Map.of(STORE, refs), Freshness.HELD, WAITER, wait)
              .getOrDefault(STORE, Map.of());
      assertThat(answers.keySet()).isEqualTo(refs);
      return answers;
    }
  }

  private static String message(OutOfPatience met) {
    return Verdict.of(SyncOutcome.Waits.of(met, Secrets.externalSecret("", Map.of())))
        .orElseThrow()
        .message();
  }

  private int asked() {
    return source.requests().stream().mapToInt(request -> request.keys().size()).sum();
  }

  @ParameterizedTest(name = "{0} secrets of {1} bytes")
  @CsvSource({"0, 10", "1, 65536", "17, 65536", "64, 65536", "65, 1000", "500, 1000"})
  void gives_what_has_room(int secrets, int bytes) {
    assertThat(read(secrets, "x".repeat(bytes)).values())
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .isInstanceOfSatisfying(
                        Answer.Found.class,
                        found -> assertThat(((SecretValue) found.value()).bytes()).hasSize(bytes)));
    assertThat(asked()).isEqualTo(secrets);
  }

  @Test
  void two_thousand_of_the_largest_end_in_a_sentence_and_are_not_read_to_their_end() {
    Map<SecretRef, Answer<SecretValue>> answers = read(2000, LARGEST);
    assertThat(answers.values())
        .allSatisfy(
            answer -> {
              assertThat(BoundedFetch.isTooLarge(answer)).isTrue();
              SourceFailure failure = ((Answer.Failed<SecretValue>) answer).failure();
              assertThat(failure.message())
                  .isEqualTo(
                      "spec: TooLarge: the first 128 of the 2000 secrets it names have 8388608"
                          + " bytes, more than the 4194304 that one ExternalSecret may read: name"
                          + " fewer, or split it over several");
            });
    assertThat(asked()).isEqualTo(128);
  }

  @Test
  void one_namespace_has_two_large_fetches_at_a_time_and_leaves_room_for_others() {
    try (Patience.Wait _ = large.begin(new Patience.Waiter("shop", "one", () -> {}));
        Patience.Wait _ = large.begin(new Patience.Waiter("shop", "two", () -> {}))) {
      assertThatThrownBy(() -> read(17, "x"))
          .isInstanceOfSatisfying(
              OutOfPatience.class,
              met -> {
                assertThat(met.kind()).isEqualTo(OutOfPatience.Kind.TURN);
                assertThat(message(met))
                    .isEqualTo(
                        "it waits for its turn to read more than 16 values, or more than 256 KiB"
                            + " of templates, as 2 others of this namespace wait already; it is"
                            + " read as soon as there is room: name fewer in one ExternalSecret to"
                            + " need none");
              });
      assertThat(read(16, "x")).as("a small one").hasSize(16);
      large.begin(new Patience.Waiter("other", "one", () -> {})).close();
    }
    assertThat(read(17, "x")).hasSize(17);
  }
}
