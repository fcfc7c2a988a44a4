package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyturn.testbed.Eventually;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final int EACH = 4;

  private final List<ResourceID> called = new CopyOnWriteArrayList<>();
  private final Lanes lanes = new Lanes(called::add);

  @Test
  void who_finds_no_room_leaves_and_is_called_once_there_is() {
    CountDownLatch end = new CountDownLatch(1);
    List<CompletableFuture<Optional<String>>> busy = busy(end);
    assertThat(lanes.run(id("shop", "late"), () -> "done")).isEmpty();
    assertThat(lanes.run(id("shop", "later"), () -> "done")).isEmpty();
    assertThat(lanes.run(id("other", "one"), () -> "done")).contains("done");
    assertThat(called).isEmpty();
    end.countDown();
    busy.forEach(it -> assertThat(it.join()).contains("done"));
    assertThat(called).containsExactlyInAnyOrder(id("shop", "late"), id("shop", "later"));
    assertThat(lanes.run(id("shop", "late"), () -> "done")).contains("done");
  }

  @Test
  void each_end_calls_another_one() {
    CountDownLatch end = new CountDownLatch(1);
    List<CompletableFuture<Optional<String>>> busy = busy(end);
    int waiting = 3 * EACH;
    for (int i = 0; i < waiting; i++) {
      assertThat(lanes.run(id("shop", "waits-" + i), () -> "done")).isEmpty();
    }
    end.countDown();
    busy.forEach(CompletableFuture::join);
    for (int next = 0; next < called.size(); next++) {
      assertThat(lanes.run(called.get(next), () -> "done")).contains("done");
    }
    assertThat(called).hasSize(waiting).doesNotHaveDuplicates();
  }

  @Test
  void a_failure_gives_its_room_back() {
    for (int i = 0; i < 2 * EACH; i++) {
      assertThatThrownBy(
              () ->
                  lanes.run(
                      id("shop", "fails"),
                      () -> {
                        throw new IllegalStateException("broken");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("broken");
    }
    assertThat(lanes.run(id("shop", "one"), () -> "done")).contains("done");
  }

  @Test
  void all_namespaces_together_leave_reconcilers_to_others() {
    CountDownLatch end = new CountDownLatch(1);
    List<CompletableFuture<Optional<String>>> busy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      busy.addAll(busy("n" + i, end));
    }
    assertThat(lanes.run(id("late", "a"), () -> "done")).isEmpty();
    end.countDown();
    busy.forEach(CompletableFuture::join);
    assertThat(called).contains(id("late", "a"));
    assertThat(lanes.run(id("late", "a"), () -> "done")).contains("done");
  }

  /** They end one by one: who ends first need not be the first to call. */
  @Test
  void a_namespace_with_many_that_wait_is_called_no_more_often_than_one_with_few() {
    Semaphore ends = new Semaphore(0);
    for (int i = 0; i < 4; i++) {
      var _ = busy("n" + i, ends::acquire);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(lanes.run(id("many", "m" + i), () -> "done")).isEmpty();
    }
    assertThat(lanes.run(id("few", "a"), () -> "done")).isEmpty();
    ends.release();
    Eventually.holds(() -> assertThat(called).containsExactly(id("many", "m0")));
    ends.release();
    Eventually.holds(() -> assertThat(called).hasSize(3));
    assertThat(called).containsExactly(id("many", "m0"), id("few", "a"), id("many", "m1"));
    ends.release(4 * EACH);
  }

  private List<CompletableFuture<Optional<String>>> busy(CountDownLatch end) {
    return busy("shop", end);
  }

  private List<CompletableFuture<Optional<String>>> busy(String namespace, CountDownLatch end) {
    return busy(namespace, end::await);
  }

  private List<CompletableFuture<Optional<String>>> busy(String namespace, Wait end) {
    CountDownLatch begun = new CountDownLatch(EACH);
    List<CompletableFuture<Optional<String>>> busy = new ArrayList<>();
    IntStream.range(0, EACH)
        .forEach(
            i ->
                busy.add(
                    CompletableFuture.supplyAsync(
                        () ->
                            lanes.run(
                                id(namespace, "busy-" + i),
                                () -> {
                                  begun.countDown();
                                  await(end);
                                  return "done";
                                }),
                        task -> Thread.ofVirtual().start(task))));
    Eventually.holds(() -> assertThat(begun.getCount()).isZero());
    return busy;
  }

  /** Until something happens. */
  @FunctionalInterface
  private interface Wait {
    void await() throws InterruptedException;
  }

  private static void await(Wait wait) {
    try {
      wait.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ResourceID id(String namespace, String name) {
    return new ResourceID(name, namespace);
  }
}
