package dev.keyturn.restart.act;

import static dev.keyturn.restart.decide.Scene.CHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.api.RestartStatus;
import dev.keyturn.api.RestartStatus.AskedStatus;
import dev.keyturn.api.RestartStatus.WorkloadStatus;
import dev.keyturn.restart.decide.Decision;
import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.Marks;
import dev.keyturn.restart.decide.Reason;
import dev.keyturn.restart.decide.Scene;
import dev.keyturn.restart.decide.Snapshot.AskedRestart;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the engine remembers of restarts that are not over. */
class OutcomeTest {
  private static final Decision WAITS =
      new Decision.Wait(Reason.TOO_SOON, Optional.empty(), "a short time ago");

  private static List<AskedStatus> remembered(Decision decision, Consumer<Scene> scene) {
    return Outcome.of(
            "db",
            List.of(new Judged(new Scene().with(scene).snapshot(), decision)),
            CHANGED,
            Optional.empty(),
            Optional.empty())
        .status()
        .orElseThrow()
        .asked();
  }

  @Test
  void stale_containers_are_counted_by_who_wrote_what_they_have_not_read() {
    Scene scene = new Scene();
    scene.changes =
        List.of(
            Scene.change("db", CHANGED.minusSeconds(172_800), Scene.policy()),
            Scene.change(
                "mail",
                CHANGED,
                new Scene.Policy().with(it -> it.externalSecret = "mail").build()));
    for (String externalSecret : List.of("db", "mail")) {
      assertThat(
              Outcome.of(
                      externalSecret,
                      List.of(new Judged(scene.snapshot(), WAITS)),
                      CHANGED,
                      Optional.empty(),
                      Optional.empty())
                  .status()
                  .orElseThrow()
                  .workloads())
          .extracting(WorkloadStatus::staleContainers)
          .containsExactly(externalSecret.equals("mail") ? 1 : 0);
    }
  }

  @Test
  void what_a_person_has_to_do_is_told_before_what_passes() {
    Decision wouldNotStart = new Decision.Report(Reason.WOULD_NOT_START, "it would not start");
    assertThat(
            Outcome.of(
                    "db",
                    List.of(
                        new Judged(new Scene().snapshot(), WAITS),
                        new Judged(new Scene().named("strict").snapshot(), wouldNotStart)),
                    CHANGED,
                    Optional.empty(),
                    Optional.empty())
                .condition(CHANGED, 1, Optional.empty())
                .orElseThrow()
                .reason())
        .isEqualTo("WouldNotStart");
  }

  /** Who mends a failure by not reading the Secret any more is no event. */
  @Test
  void who_is_halted_is_looked_at_again() {
    Decision failed = new Decision.Failed("it fails");
    for (Decision decision : List.of(failed, new Decision.HeldBack("held back: it fails"))) {
      assertThat(
              new Acting.Round(List.of(new Judged(new Scene().snapshot(), decision)), false)
                  .wakeAt(CHANGED))
          .contains(CHANGED.plusSeconds(300));
    }
  }

  private static AskedStatus web(boolean passedOver, boolean resumed) {
    return new AskedStatus(
        "Deployment", "web", CHANGED, passedOver ? true : null, resumed ? true : null);
  }

  @Test
  void what_rolls_out_was_asked_for() {
    assertThat(remembered(new Decision.RollingOut(CHANGED), _ -> {}))
        .containsExactly(web(false, false));
    assertThat(
            remembered(
                new Decision.Report(Reason.PASSED_OVER, ""),
                it ->
                    it.marks =
                        new Marks(Map.of("db", CHANGED), Optional.empty(), Optional.empty())))
        .containsExactly(web(true, false));
  }

  /** Else each event of a rollout would be a write. */
  @Test
  void what_was_written_is_what_is_read() {
    RestartStatus written =
        Outcome.of(
                "db",
                List.of(new Judged(new Scene().snapshot(), new Decision.RollingOut(CHANGED))),
                CHANGED,
                Optional.empty(),
                Optional.empty())
            .status()
            .orElseThrow();
    String json = Serialization.asJson(written);
    assertThat(Serialization.unmarshal(json, RestartStatus.class)).isEqualTo(written);
  }

  @Test
  void what_was_not_asked_for_is_not_remembered() {
    assertThat(remembered(WAITS, _ -> {})).isEmpty();
  }

  /** Fifty are told of; who forgets one does not notice that it fails. */
  @Test
  void what_was_asked_for_is_remembered_though_it_is_not_listed() {
    List<Judged> judged = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String name = "a%02d".formatted(i);
      judged.add(
          new Judged(
              new Scene().named(name).snapshot(),
              new Decision.Report(Reason.NEEDS_CONSENT, "it waits for consent")));
    }
    judged.add(new Judged(new Scene().snapshot(), new Decision.RollingOut(CHANGED)));
    RestartStatus status =
        Outcome.of("db", judged, CHANGED, Optional.empty(), Optional.empty())
            .status()
            .orElseThrow();
    assertThat(status.workloads()).hasSize(50);
    assertThat(status.asked()).containsExactly(web(false, false));
  }

  @Test
  void an_undo_is_remembered_whatever_the_workload_waits_for() {
    Consumer<Scene> undone =
        it -> it.remembered = Optional.of(new AskedRestart(CHANGED, false, false));
    assertThat(remembered(WAITS, undone)).containsExactly(web(false, false));
    assertThat(remembered(new Decision.Undone("undone"), undone))
        .containsExactly(web(false, false));
  }

  @Test
  void a_newer_change_makes_an_undo_forgotten() {
    assertThat(
            remembered(
                WAITS,
                it ->
                    it.remembered =
                        Optional.of(new AskedRestart(CHANGED.minusSeconds(1), false, false))))
        .isEmpty();
  }

  @Test
  void what_a_person_resumed_on_one_of_its_external_secrets_the_others_read_there() {
    assertThat(
            remembered(
                WAITS,
                it -> {
                  it.remembered = Optional.of(new AskedRestart(CHANGED, false, false));
                  it.changes =
                      List.of(
                          Scene.change(
                              "db",
                              CHANGED,
                              new Scene.Policy().with(p -> p.resume = true).build()));
                }))
        .containsExactly(web(false, true));
    AskedRestart here = new AskedRestart(CHANGED, true, false);
    AskedRestart there = new AskedRestart(CHANGED, false, true);
    assertThat(here.and(there)).isEqualTo(new AskedRestart(CHANGED, true, true));
    assertThat(there.and(here)).isEqualTo(new AskedRestart(CHANGED, true, true));
  }

  @Test
  void of_two_memories_the_newest_counts() {
    AskedRestart older = new AskedRestart(CHANGED.minusSeconds(1), true, true);
    AskedRestart newer = new AskedRestart(CHANGED, false, false);
    assertThat(older.and(newer)).isEqualTo(newer);
    assertThat(newer.and(older)).isEqualTo(newer);
  }
}
