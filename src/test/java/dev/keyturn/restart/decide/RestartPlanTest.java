package dev.keyturn.restart.decide;

import static dev.keyturn.restart.decide.Scene.CHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.restart.decide.Snapshot.AskedRestart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RestartPlanTest {
  private static final Instant NOW = CHANGED.plusSeconds(10);

  private static Snapshot workload(String name, Consumer<Scene> change) {
    Scene scene = new Scene();
    scene.name = name;
    change.accept(scene);
    return scene.snapshot();
  }

  private static Snapshot stale(String name) {
    return workload(name, _ -> {});
  }

  private static Snapshot rollingOut(String name) {
    return workload(
        name,
        it -> {
          it.marks = new Marks(Map.of("db", CHANGED), Optional.of(CHANGED), Optional.empty());
          it.counts = new Workload.Counts(true, 2, 3, 1, 2);
        });
  }

  /** It was restarted for the change before, and its pods are being replaced still. */
  private static Snapshot superseded(String name, Instant restartedAt) {
    return workload(
        name,
        it -> {
          it.marks =
              new Marks(
                  Map.of("db", CHANGED.minusSeconds(20)),
                  Optional.of(restartedAt),
                  Optional.empty());
          it.counts = new Workload.Counts(true, 2, 3, 1, 2);
        });
  }

  private static Snapshot undone(String name) {
    return workload(
        name, it -> it.remembered = Optional.of(new AskedRestart(CHANGED, false, false)));
  }

  private static List<String> names(List<Decision.Judged> judged) {
    return judged.stream().map(it -> it.subject().name()).toList();
  }

  @Test
  void who_has_its_turn_restarts_and_is_looked_at_once_more_before() {
    RestartPlan plan = RestartPlan.of(List.of(stale("b"), stale("a")), List.of(), NOW);
    assertThat(names(plan.restarts())).containsExactly("a");
    assertThat(plan.toLookAtAgain()).containsExactly("uid-a");
    assertThat(names(plan.outcome())).containsExactly("a", "b");
  }

  @Test
  void who_seems_undone_is_looked_at_once_more() {
    RestartPlan plan = RestartPlan.of(List.of(undone("a"), rollingOut("b")), List.of(), NOW);
    assertThat(plan.restarts()).isEmpty();
    assertThat(plan.toLookAtAgain()).containsExactly("uid-a");
  }

  @Test
  void nobody_is_looked_at_again_while_nothing_is_to_be_done() {
    assertThat(RestartPlan.of(List.of(rollingOut("a"), stale("b")), List.of(), NOW).toLookAtAgain())
        .isEmpty();
  }

  @Test
  void a_neighbour_takes_a_place_and_is_not_restarted_for_us() {
    assertThat(RestartPlan.of(List.of(stale("b")), List.of(rollingOut("a")), NOW).restarts())
        .isEmpty();
    RestartPlan plan = RestartPlan.of(List.of(stale("b")), List.of(stale("a")), NOW);
    assertThat(plan.restarts()).isEmpty();
    assertThat(names(plan.outcome())).containsExactly("b");
  }

  @Test
  void a_newer_change_takes_no_place_away_from_who_still_rolls_out_the_one_before() {
    RestartPlan plan =
        RestartPlan.of(
            List.of(superseded("a", CHANGED.minusSeconds(18)), stale("b")), List.of(), NOW);
    assertThat(plan.restarts()).isEmpty();
    assertThat(plan.outcome().stream().map(it -> reason(it.decision())))
        .containsExactly(Reason.ROLLING_OUT, Reason.WAITS_FOR_TURN);
  }

  @Test
  void past_its_deadline_its_place_goes_to_the_next_whatever_it_waits_for() {
    Snapshot broken =
        workload(
            "a",
            it -> {
              it.marks =
                  new Marks(
                      Map.of("db", CHANGED.minusSeconds(20)),
                      Optional.of(NOW.minus(Duration.ofMinutes(10))),
                      Optional.of(Duration.ofHours(1)));
              it.counts = new Workload.Counts(true, 2, 3, 1, 2);
            });
    RestartPlan plan = RestartPlan.of(List.of(broken, stale("b")), List.of(), NOW);
    assertThat(reason(plan.outcome().getFirst().decision())).isEqualTo(Reason.TOO_SOON);
    assertThat(names(plan.restarts())).containsExactly("b");
  }

  @Test
  void who_gets_its_turn_because_a_neighbour_holds_another_back_is_to_be_looked_at() {
    Snapshot both =
        workload(
            "a",
            it ->
                it.changes =
                    List.of(
                        Scene.change("db", CHANGED, Scene.policy()),
                        Scene.change("mail", CHANGED, mail())));
    Snapshot failed =
        workload(
            "c",
            it -> {
              it.changes = List.of(Scene.change("mail", CHANGED, mail()));
              it.marks = new Marks(Map.of("mail", CHANGED), Optional.empty(), Optional.empty());
              it.counts = new Workload.Counts(true, 2, 3, 1, 2);
            });
    assertThat(RestartPlan.of(List.of(both, stale("b")), List.of(), NOW).toLookAtAgain())
        .containsExactly("uid-a");
    assertThat(RestartPlan.of(List.of(both, stale("b")), List.of(failed), NOW).toLookAtAgain())
        .containsExactly("uid-b");
  }

  private static RestartPolicy mail() {
    return new Scene.Policy().with(it -> it.externalSecret = "mail").build();
  }

  @Test
  void at_its_deadline_it_restarts_for_the_newer_one_and_the_place_stays_taken() {
    Instant longAgo = NOW.minus(Duration.ofMinutes(10));
    assertThat(
            names(
                RestartPlan.of(List.of(superseded("a", longAgo), stale("b")), List.of(), NOW)
                    .restarts()))
        .containsExactly("a");
  }

  @Test
  void who_rolls_out_for_another_secret_of_ours_takes_a_place_as_well() {
    Snapshot other =
        workload(
            "a",
            it -> {
              it.marks =
                  new Marks(
                      Map.of("mail", CHANGED),
                      Optional.of(CHANGED.minusSeconds(18)),
                      Optional.empty());
              it.counts = new Workload.Counts(true, 2, 3, 1, 2);
            });
    assertThat(RestartPlan.of(List.of(other, stale("b")), List.of(), NOW).restarts()).isEmpty();
  }

  private static Reason reason(Decision decision) {
    return decision instanceof Decision.Wait(Reason reason, Optional<Instant> _, String _)
        ? reason
        : Reason.REFUSED;
  }

  @Test
  void what_came_of_one_gives_the_next_its_turn_or_takes_it() {
    RestartPlan plan = RestartPlan.of(List.of(stale("a"), stale("b")), List.of(), NOW);
    Decision.Judged first = plan.restarts().getFirst();
    assertThat(names(plan.with(List.of(first.with(new Decision.Fresh()))).restarts()))
        .containsExactly("b");
    assertThat(
            plan.with(List.of(first.with(new Decision.RollingOut(NOW.plus(Duration.ofMinutes(9))))))
                .restarts())
        .isEmpty();
    assertThat(
            plan.with(List.of(first.with(new Decision.Failed("it failed"))))
                .outcome()
                .getLast()
                .decision())
        .isEqualTo(new Decision.HeldBack("held back: it failed"));
  }
}
