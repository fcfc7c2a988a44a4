package dev.keyturn.restart.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.restart.decide.Workload.Counts;
import dev.keyturn.restart.decide.Workload.Limit;
import dev.keyturn.restart.decide.Workload.Progress.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How far a rollout is, and whether there is anything to roll out, as each kind tells it. */
class WorkloadTest {
  private static final Subject SUBJECT = new Scene().subject();

  /** Wanted, all, updated, available. */
  private static Counts counts(int wanted, int all, int updated, int available) {
    return new Counts(true, wanted, all, updated, available);
  }

  private static Workload deployment(Counts counts) {
    return Scene.deployment(SUBJECT, counts, false, false, new Limit(25, true), Optional.empty());
  }

  private static Workload statefulSet(Counts counts, boolean revisionsEqual) {
    return Scene.statefulSet(SUBJECT, counts, false, 0, revisionsEqual);
  }

  private static Workload daemonSet(Counts counts) {
    return new Workload.DaemonSet(SUBJECT, counts, false, new Limit(1, false));
  }

  private static Workload rollout(Counts counts, boolean progressing, boolean restarted) {
    return new Rollout(
        SUBJECT,
        Optional.empty(),
        counts,
        false,
        new Limit(25, true),
        progressing,
        restarted,
        Optional.empty(),
        Optional.empty());
  }

  static Stream<Workload> kinds() {
    return Stream.of(
        deployment(counts(2, 2, 2, 2)),
        statefulSet(counts(2, 2, 2, 2), true),
        daemonSet(counts(2, 2, 2, 2)),
        rollout(counts(2, 2, 2, 2), false, true),
        new Workload.Foreign(SUBJECT));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void other_marks_change_nothing_else(Workload workload) {
    Marks marks = new Marks(Map.of(), Optional.of(Instant.EPOCH), Optional.empty());
    Workload marked = workload.marked(marks);
    assertThat(marked.subject().marks()).isEqualTo(marks);
    assertThat(marked.marked(workload.subject().marks())).isEqualTo(workload);
  }

  @Test
  void whoever_rolls_out_what_is_not_ours_we_do_not_wait_for() {
    Workload foreign = new Workload.Foreign(SUBJECT);
    assertThat(foreign.progress().stage()).isEqualTo(Stage.COMPLETE);
    assertThat(foreign.obstacle()).hasValueSatisfying(it -> assertThat(it).contains("restart a"));
  }

  static Stream<Arguments> stages() {
    return Stream.of(
        says("a Deployment of new pods alone", deployment(counts(2, 2, 2, 2)), Stage.COMPLETE),
        says("with an old pod", deployment(counts(2, 3, 2, 2)), Stage.ROLLING),
        says("with a pod that is not updated", deployment(counts(2, 2, 1, 2)), Stage.ROLLING),
        says("with a pod that is not available", deployment(counts(2, 2, 2, 1)), Stage.ROLLING),
        says(
            "that its controller has not seen",
            deployment(new Counts(false, 2, 2, 2, 2)),
            Stage.UNOBSERVED),
        says("a StatefulSet", statefulSet(counts(2, 2, 2, 2), true), Stage.COMPLETE),
        says("whose revisions differ", statefulSet(counts(2, 2, 2, 2), false), Stage.ROLLING),
        says("with a pod away", statefulSet(counts(2, 2, 2, 1), true), Stage.ROLLING),
        says("a DaemonSet", daemonSet(counts(3, 3, 3, 3)), Stage.COMPLETE),
        says("that counts a node more", daemonSet(counts(3, 3, 4, 3)), Stage.COMPLETE),
        says("with a node to go", daemonSet(counts(3, 3, 2, 3)), Stage.ROLLING),
        says("with a node away", daemonSet(counts(3, 3, 3, 2)), Stage.ROLLING),
        says("a Rollout", rollout(counts(2, 2, 2, 2), false, true), Stage.COMPLETE),
        says("that gets on", rollout(counts(2, 2, 2, 2), true, true), Stage.ROLLING),
        says("that has not restarted", rollout(counts(2, 2, 2, 2), false, false), Stage.ROLLING),
        says(
            "that is paused with pods of two templates",
            rollout(counts(2, 3, 1, 2), false, true),
            Stage.COMPLETE));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("stages")
  void tells_how_far_it_is(String sentence, Workload workload, Stage expected) {
    assertThat(workload.progress().stage()).as(sentence).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("empty")
  void has_no_pods_only_if_it_wants_none(Workload none, Workload stillOne) {
    assertThat(none.isEmpty()).isTrue();
    assertThat(stillOne.isEmpty()).isFalse();
  }

  static Stream<Arguments> empty() {
    Counts none = counts(0, 0, 0, 0);
    Counts one = counts(0, 1, 0, 0);
    return Stream.of(
        Arguments.of(deployment(none), deployment(one)),
        Arguments.of(statefulSet(none, true), statefulSet(one, true)),
        Arguments.of(daemonSet(none), daemonSet(one)),
        Arguments.of(rollout(none, true, true), rollout(one, true, true)));
  }

  @Test
  void a_percentage_of_very_many_pods_is_a_number() {
    Workload.Limit twice = new Workload.Limit(200, true);
    assertThat(twice.roundedUp(2_000_000_000)).isEqualTo(Integer.MAX_VALUE);
    assertThat(twice.roundedDown(2_000_000_000)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void a_pod_of_nobody_loses_service_and_is_never_empty() {
    Workload.Foreign pod = new Workload.Foreign(SUBJECT);
    assertThat(pod.losesService()).isTrue();
    assertThat(pod.isEmpty()).isFalse();
  }

  @Test
  void a_rollout_with_the_template_of_a_deployment_reads_what_that_reads() {
    Scene other = new Scene();
    other.name = "template";
    Rollout rollout =
        new Rollout(
            new Subject(
                "Rollout",
                "shop",
                "web",
                "uid-rollout",
                "7",
                Scene.CHANGED,
                Subject.Consent.GIVEN,
                3,
                Marks.NONE,
                List.of(SecretUse.named("mail")),
                Optional.empty()),
            Optional.of("template"),
            counts(2, 2, 2, 2),
            true,
            new Limit(25, true),
            true,
            false,
            Optional.empty(),
            Optional.empty());
    Rollout with = rollout.withTemplateOf(other.subject());
    assertThat(with.subject().references()).containsExactly(Scene.READER, SecretUse.named("mail"));
    assertThat(with.subject().uid()).isEqualTo("uid-rollout");
    assertThat(with.subject().consent()).isEqualTo(Subject.Consent.GIVEN);
    assertThat(with.paused()).isTrue();
    assertThat(with.restarted()).isFalse();
  }

  private static Arguments says(String sentence, Workload workload, Stage stage) {
    return Arguments.of(sentence, workload, stage);
  }
}
