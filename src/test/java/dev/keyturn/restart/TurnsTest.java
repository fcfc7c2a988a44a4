package dev.keyturn.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** All of it on one thread, which nobody keeps waiting. */
class TurnsTest {
  private final List<ResourceID> called = new CopyOnWriteArrayList<>();
  private final Turns turns = new Turns(called::add);

  private static ResourceID id(String name) {
    return new ResourceID(name, "shop");
  }

  @Test
  void who_comes_while_another_decides_leaves_and_is_called_afterwards() {
    assertThat(
            turns.in(
                id("a"),
                Set.of(id("a"), id("both")),
                () -> {
                  assertThat(turns.in(id("b"), Set.of(id("b"), id("both")), () -> "b")).isEmpty();
                  assertThat(called).isEmpty();
                  return "a";
                }))
        .contains("a");
    assertThat(called).containsExactly(id("b"));
    assertThat(turns.in(id("b"), Set.of(id("b"), id("both")), () -> "b")).contains("b");
    assertThat(called).hasSize(1);
  }

  @Test
  void who_decides_about_others_goes_on_beside_it() {
    assertThat(
            turns.in(
                id("a"),
                Set.of(id("a")),
                () -> turns.in(id("b"), Set.of(id("b")), () -> "b").orElseThrow()))
        .contains("b");
    assertThat(called).isEmpty();
  }

  @Test
  void who_waits_for_somebody_else_is_not_called() {
    turns.in(
        id("a"),
        Set.of(id("a")),
        () -> {
          turns.in(
              id("b"),
              Set.of(id("b")),
              () -> turns.in(id("c"), Set.of(id("a")), () -> "c").isEmpty());
          assertThat(called).isEmpty();
          return "a";
        });
    assertThat(called).containsExactly(id("c"));
  }

  @Test
  void a_failure_gives_the_turn_back() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  turns.in(
                      id("a"),
                      Set.of(id("a")),
                      () -> {
                        throw new IllegalStateException("broken");
                      }))
          .hasMessage("broken");
    }
  }
}
