package dev.keyturn.restart.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.Scene;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Subject;
import dev.keyturn.restart.decide.Workload;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final Instant NOW = Scene.CHANGED.plusSeconds(10);
  private static final Instant DEADLINE = NOW.plus(Duration.ofMinutes(10));

  private final List<ResourceID> called = new ArrayList<>();

  private Places places(int most) {
    return new Places(most, called::add);
  }

  private static Subject subject(String namespace, String name, Optional<Instant> restartedAt) {
    return new Subject(
        "Deployment",
        namespace,
        name,
        namespace + "-" + name,
        "7",
        Scene.CHANGED,
        Subject.Consent.UNSAID,
        0,
        new Marks(Map.of(), restartedAt, Optional.empty()),
        List.of(),
        Optional.empty());
  }

  private static Subject subject(String namespace, String name) {
    return subject(namespace, name, Optional.empty());
  }

  private static Judged judged(Subject subject, Decision decision) {
    return new Judged(
        Snapshot.of(
            new Workload.Foreign(subject),
            List.of(),
            List.of(),
            false,
            false,
            Optional.empty(),
            Optional.empty()),
        decision);
  }

  private static ResourceID id(String namespace) {
    return new ResourceID("db", namespace);
  }

  private static boolean takes(Places places, String namespace, String name) {
    return places.take(subject(namespace, name), NOW, DEADLINE).isEmpty();
  }

  private static boolean waits(Places places, String namespace, String name) {
    boolean waits = !takes(places, namespace, name);
    places.passed(id(namespace), waits, NOW);
    return waits;
  }

  @Test
  void zero_means_as_many_as_may() {
    Places places = places(0);
    for (int i = 0; i < 1_000; i++) {
      assertThat(takes(places, "shop", "w" + i)).isTrue();
    }
  }

  @Test
  void no_more_than_that_roll_out_at_a_time() {
    Places places = places(2);
    assertThat(takes(places, "a", "w")).isTrue();
    assertThat(takes(places, "b", "w")).isTrue();
    assertThat(places.take(subject("c", "w"), NOW, DEADLINE))
        .hasValueSatisfying(
            why -> assertThat(why).contains("keyturn.restart.max-rollouts allows (2)"));
    assertThat(takes(places, "b", "w")).as("it has one already").isTrue();
  }

  @Test
  void what_is_complete_gives_its_place_to_who_waits() {
    Places places = places(1);
    assertThat(takes(places, "a", "w")).isTrue();
    assertThat(waits(places, "b", "w")).isTrue();
    Subject restarted = subject("a", "w", Optional.of(NOW));
    places.note(List.of(judged(restarted, new Decision.RollingOut(DEADLINE))));
    places.passed(id("a"), false, NOW);
    assertThat(called).isEmpty();
    places.note(List.of(judged(restarted, new Decision.Fresh())));
    places.passed(id("a"), false, NOW);
    assertThat(called).containsExactly(id("b"));
    assertThat(takes(places, "b", "w")).isTrue();
  }

  @Test
  void who_has_not_seen_the_restart_yet_says_nothing_of_it() {
    Places places = places(1);
    assertThat(takes(places, "a", "w")).isTrue();
    places.note(List.of(judged(subject("a", "w"), new Decision.Fresh())));
    assertThat(takes(places, "b", "w")).isFalse();
  }

  @Test
  void a_superseded_rollout_keeps_its_place() {
    Places places = places(1);
    places.note(
        List.of(
            judged(
                subject("a", "w", Optional.of(NOW)),
                Decision.waitFor(Reason.ROLLING_OUT, DEADLINE, "it rolls out"))));
    assertThat(takes(places, "b", "w")).isFalse();
  }

  @Test
  void at_the_deadline_at_the_latest_a_place_is_given_back() {
    Places places = places(1);
    assertThat(takes(places, "a", "w")).isTrue();
    places.take(subject("b", "w"), NOW, DEADLINE);
    assertThat(places.passed(id("b"), true, NOW)).contains(DEADLINE);
    assertThat(places.take(subject("b", "w"), DEADLINE.minusSeconds(1), DEADLINE)).isPresent();
    assertThat(places.take(subject("b", "w"), DEADLINE, DEADLINE.plusSeconds(9))).isEmpty();
  }

  @Test
  void what_another_leader_began_is_counted() {
    Places places = places(1);
    places.note(
        List.of(judged(subject("a", "w", Optional.of(NOW)), new Decision.RollingOut(DEADLINE))));
    assertThat(takes(places, "b", "w")).isFalse();
  }

  @Test
  void a_refused_patch_takes_no_place() {
    Places places = places(1);
    assertThat(takes(places, "a", "w")).isTrue();
    places.give(subject("a", "w"));
    assertThat(takes(places, "b", "w")).isTrue();
  }

  @Test
  void alone_a_namespace_may_have_them_all() {
    Places places = places(20);
    for (int i = 0; i < 20; i++) {
      assertThat(waits(places, "a", "w" + i)).isFalse();
    }
    assertThat(waits(places, "a", "w20")).isTrue();
  }

  @Test
  void no_namespace_has_more_than_a_tenth_while_another_waits() {
    Places places = places(20);
    for (int i = 0; i < 19; i++) {
      assertThat(waits(places, "a", "w" + i)).isFalse();
    }
    assertThat(waits(places, "b", "w0")).isFalse();
    assertThat(waits(places, "b", "w1")).isTrue();
    assertThat(waits(places, "a", "w19")).isTrue();
    places.give(subject("a", "w0"));
    assertThat(places.take(subject("a", "w19"), NOW, DEADLINE))
        .hasValueSatisfying(why -> assertThat(why).contains("its share"));
    places.passed(id("a"), true, NOW);
    assertThat(called).containsExactly(id("b"));
    assertThat(waits(places, "b", "w1")).isFalse();
  }

  @Test
  void who_does_not_come_when_called_holds_nobody_up_for_long() {
    Places places = places(1);
    assertThat(takes(places, "a", "w")).isTrue();
    assertThat(waits(places, "gone", "w")).isTrue();
    assertThat(waits(places, "b", "w")).isTrue();
    places.give(subject("a", "w"));
    places.passed(id("a"), false, NOW);
    assertThat(called).containsExactly(id("gone"));
    places.passed(id("a"), false, NOW.plusSeconds(11));
    assertThat(called).containsExactly(id("gone"), id("b"));
  }

  @Test
  void five_hundred_namespaces_each_get_their_restart_with_no_more_than_fifty_at_a_time() {
    Places places = places(50);
    List<String> rolling = new ArrayList<>();
    List<String> done = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      if (!waits(places, "n" + i, "w")) {
        rolling.add("n" + i);
      }
    }
    while (!rolling.isEmpty()) {
      assertThat(rolling).hasSizeLessThanOrEqualTo(50);
      String first = rolling.removeFirst();
      places.note(List.of(judged(subject(first, "w", Optional.of(NOW)), new Decision.Fresh())));
      done.add(first);
      places.passed(id(first), false, NOW);
      List<ResourceID> next = List.copyOf(called);
      called.clear();
      for (ResourceID it : next) {
        String namespace = it.getNamespace().orElseThrow();
        assertThat(waits(places, namespace, "w")).isFalse();
        rolling.add(namespace);
      }
    }
    assertThat(done).hasSize(500).doesNotHaveDuplicates();
  }

  /** Nobody else may be there to pass by. */
  @Test
  void who_waits_behind_one_that_does_not_come_is_told_when_to_come() {
    Places places = places(1);
    ResourceID gone = new ResourceID("db", "gone");
    ResourceID late = new ResourceID("db", "late");
    assertThat(places.take(subject("a", "w", Optional.empty()), NOW, DEADLINE)).isEmpty();
    var _ = places.passed(gone, true, NOW);
    places.give(subject("a", "w", Optional.empty()));
    assertThat(places.passed(late, true, NOW)).contains(NOW.plusSeconds(10));
    assertThat(called).containsExactly(gone);
    assertThat(places.passed(late, true, NOW.plusSeconds(10))).isPresent();
    assertThat(called).containsExactly(gone, late);
  }

  @Test
  void of_ten_thousand_that_wait_one_of_each_namespace_is_called() {
    Places places = places(100);
    for (int i = 0; i < 100; i++) {
      assertThat(places.take(subject("one", "w" + i, Optional.empty()), NOW, DEADLINE)).isEmpty();
    }
    for (int i = 0; i < 10_000; i++) {
      var _ = places.passed(new ResourceID("e" + i, "n" + i % 500), true, NOW);
    }
    for (int i = 0; i < 90; i++) {
      places.give(subject("one", "w" + i, Optional.empty()));
    }
    for (int i = 0; i < 1_000; i++) {
      var _ = places.passed(new ResourceID("other", "quiet"), false, NOW);
    }
    assertThat(called).hasSize(90);
    assertThat(called.stream().map(it -> it.getNamespace().orElseThrow()).distinct()).hasSize(90);
  }
}
