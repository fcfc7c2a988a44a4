package dev.keyturn.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

class EventuallyTest {
  private static final Duration SHORT = Duration.ofMillis(30);
  private static final Duration PAUSE = Duration.ofMillis(1);

  /** What reading a Secret, its list, or its YAML meets in the gap before it is there. */
  static List<Eventually.Look> absences() {
    return List.of(
        () -> assertThat("old").isEqualTo("new"),
        () -> assertThat(absent().strip()).isEmpty(),
        () -> List.of().getFirst(),
        () -> {
          throw new KubernetesClientException("not found", 404, null);
        },
        () -> Command.run("", List.of("sh", "-c", "echo NotFound >&2; exit 1")));
  }

  private static String absent() {
    return null;
  }

  @ParameterizedTest
  @MethodSource("absences")
  void whatIsNotThereYetIsLookedForAgain(Eventually.Look absence) {
    Iterator<Eventually.Look> looks =
        List.<Eventually.Look>of(absence, absence, () -> {}).iterator();
    Eventually.holds(() -> looks.next().look());
    assertThat(looks).isExhausted();
  }

  @Test
  void whatNeverComesFailsWithWhatTheLastLookMet() {
    assertThatThrownBy(
            () -> Eventually.holds(SHORT, PAUSE, () -> assertThat("old").isEqualTo("new")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("looks, of which the last met")
        .hasMessageContaining("old")
        .hasCauseInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () -> Eventually.holds(SHORT, PAUSE, () -> assertThat(absent().strip()).isEmpty()))
        .isInstanceOf(AssertionError.class)
        .hasCauseInstanceOf(NullPointerException.class);
  }

  @Test
  void whatCannotMendEndsItAtOnce() {
    AtomicInteger looks = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Eventually.holds(
                    () -> {
                      looks.incrementAndGet();
                      throw new TestAbortedException("not on this machine");
                    }))
        .isInstanceOf(TestAbortedException.class);
    assertThatThrownBy(
            () ->
                Eventually.holds(
                    () -> {
                      looks.incrementAndGet();
                      throw new OutOfMemoryError();
                    }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(looks).hasValue(2);
  }
}
