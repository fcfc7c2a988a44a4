package dev.keyturn.restart.decide;

import static dev.keyturn.restart.decide.Scene.CHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.Scene.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WavesTest {
  private static final Decision RESTART = new Decision.Restart();
  private static final Decision ROLLING = new Decision.RollingOut(CHANGED);
  private static final Decision FRESH = new Decision.Fresh();
  private static final Decision FAILED = new Decision.Failed("it failed");

  static Stream<Arguments> rounds() {
    return Stream.of(
        says(
            "one at a time, in order of name",
            _ -> {},
            List.of(of("b", RESTART), of("a", RESTART)),
            "a restarts, b WaitsForTurn"),
        says(
            "none while one restarts",
            _ -> {},
            List.of(of("a", RESTART), of("b", ROLLING)),
            "a WaitsForTurn, b rolls"),
        says(
            "the first of a wave goes alone, however many may",
            it -> it.maxConcurrent = 3,
            List.of(of("a", RESTART), of("b", RESTART), of("c", RESTART)),
            "a restarts, b WaitsForTurn, c WaitsForTurn"),
        says(
            "the rest follow when it is healthy, as many as may",
            it -> it.maxConcurrent = 2,
            List.of(
                of("a", restarted(FRESH)), of("b", RESTART), of("c", RESTART), of("d", RESTART)),
            "a fresh, b restarts, c restarts, d WaitsForTurn"),
        says(
            "what somebody else rolled out is no first",
            it -> it.maxConcurrent = 2,
            List.of(of("a", FRESH), of("b", RESTART), of("c", RESTART)),
            "a fresh, b restarts, c WaitsForTurn"),
        says(
            "the first of another wave is no first of this one",
            it -> it.maxConcurrent = 2,
            List.of(
                of("a", restarted(FRESH)),
                of("b", RESTART).with(wave(1)),
                of("c", RESTART).with(wave(1))),
            "a fresh, b restarts, c WaitsForTurn"),
        says(
            "zero means all at once",
            it -> it.maxConcurrent = 0,
            List.of(of("a", RESTART), of("b", RESTART), of("c", ROLLING)),
            "a restarts, b restarts, c rolls"),
        says(
            "lower waves go first",
            it -> it.maxConcurrent = 0,
            List.of(
                of("a", RESTART).with(wave(2)), of("b", RESTART), of("c", RESTART).with(wave(-1))),
            "c restarts, b WaitsForWave, a WaitsForWave"),
        says(
            "a lower wave is complete when none of it rolls",
            it -> it.maxConcurrent = 0,
            List.of(of("a", RESTART).with(wave(1)), of("b", ROLLING)),
            "b rolls, a WaitsForWave"),
        says(
            "a lower wave that waits holds the next",
            it -> it.maxConcurrent = 0,
            List.of(
                of("a", RESTART).with(wave(1)),
                of("b", new Decision.Wait(Reason.TOO_SOON, Optional.empty(), ""))),
            "b TooSoon, a WaitsForWave"),
        says(
            "a lower wave that was seen fresh holds nobody",
            it -> it.maxConcurrent = 0,
            List.of(of("a", RESTART).with(wave(1)), of("b", FRESH)),
            "b fresh, a restarts"),
        says(
            "what is only reported holds nobody",
            _ -> {},
            List.of(
                of("a", RESTART).with(wave(1)),
                of("b", new Decision.Report(Reason.DOES_NOT_ROLL, "")),
                of("c", new Decision.OptedOut())),
            "b DoesNotRoll, c opted out, a restarts"),
        says(
            "a failure holds the others",
            _ -> {},
            List.of(of("a", RESTART), of("b", FAILED)),
            "a HeldBack, b Failed"),
        says(
            "an undo holds the others",
            _ -> {},
            List.of(of("a", RESTART), of("b", new Decision.Undone(""))),
            "a HeldBack, b Undone"),
        says(
            "what is held by a failure does not hold others by itself",
            _ -> {},
            List.of(of("a", RESTART), of("b", new Decision.HeldBack(""))),
            "a restarts, b HeldBack"),
        says(
            "a failure holds nobody where the spec says to continue",
            it -> it.halts = false,
            List.of(of("a", RESTART), of("b", FAILED)),
            "a restarts, b Failed"),
        says(
            "a failure holds nobody once a person says to resume",
            it -> it.resume = true,
            List.of(of("a", RESTART), of("b", FAILED)),
            "a restarts, b Failed"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rounds")
  void admits(String sentence, Consumer<Policy> policy, List<Part> parts, String expected) {
    List<Judged> judged =
        parts.stream().map(part -> part.judged(new Policy().with(policy).build())).toList();
    assertThat(inWords(Waves.admit(judged))).as(sentence).isEqualTo(expected);
  }

  @org.junit.jupiter.api.Test
  void of_two_that_have_one_name_the_kind_decides() {
    Part stateful = of("a", RESTART).with(it -> it.kind = "StatefulSet");
    Part daemon = of("a", RESTART).with(it -> it.kind = "DaemonSet");
    List<Judged> round =
        Waves.admit(List.of(stateful.judged(Scene.policy()), daemon.judged(Scene.policy())));
    assertThat(round.getFirst().subject().kind()).isEqualTo("DaemonSet");
    assertThat(round.getFirst().decision()).isEqualTo(RESTART);
  }

  @org.junit.jupiter.api.Test
  void two_external_secrets_each_have_their_say() {
    RestartPolicy db = Scene.policy();
    RestartPolicy mail = new Policy().with(it -> it.externalSecret = "mail").build();
    Judged both = of("a", RESTART).judged(db, mail);
    Judged ofMail = of("b", ROLLING).judged(mail);
    Judged ofDb = of("c", RESTART).judged(db);
    assertThat(inWords(Waves.admit(List.of(both, ofMail, ofDb))))
        .isEqualTo("a WaitsForTurn, b rolls, c restarts");
  }

  @org.junit.jupiter.api.Test
  void what_restarts_for_one_external_secret_takes_no_place_of_another() {
    RestartPolicy db = Scene.policy();
    RestartPolicy mail = new Policy().with(it -> it.externalSecret = "mail").build();
    Judged ofMail = of("a", RESTART).judged(mail);
    Judged ofDb = of("b", RESTART).judged(db);
    assertThat(inWords(Waves.admit(List.of(ofMail, ofDb)))).isEqualTo("a restarts, b restarts");
  }

  @org.junit.jupiter.api.Test
  void who_was_restarted_for_one_external_secret_is_no_first_of_another() {
    RestartPolicy db = new Policy().with(it -> it.maxConcurrent = 2).build();
    RestartPolicy mail = new Policy().with(it -> it.externalSecret = "mail").build();
    Part first = of("a", FRESH);
    first.scene().marks =
        new Marks(java.util.Map.of("mail", CHANGED), Optional.empty(), Optional.empty());
    assertThat(
            inWords(
                Waves.admit(
                    List.of(
                        first.judged(db, mail),
                        of("b", RESTART).judged(db),
                        of("c", RESTART).judged(db)))))
        .isEqualTo("a fresh, b restarts, c WaitsForTurn");
  }

  @org.junit.jupiter.api.Test
  void who_was_restarted_for_an_older_change_is_no_first() {
    RestartPolicy three = new Policy().with(it -> it.maxConcurrent = 3).build();
    Scene first = new Scene();
    first.name = "a";
    first.marks = Scene.marksFor(CHANGED.minusSeconds(60));
    first.changes = List.of(Scene.change("db", CHANGED.minusSeconds(60), three));
    Judged older = new Judged(first.snapshot(), FRESH);
    Judged b = of("b", RESTART).judged(three);
    Judged c = of("c", RESTART).judged(three);
    assertThat(inWords(Waves.admit(List.of(older, b, c))))
        .isEqualTo("a fresh, b restarts, c WaitsForTurn");
    Judged newest = of("a", restarted(FRESH)).judged(three);
    assertThat(inWords(Waves.admit(List.of(newest, b, c))))
        .isEqualTo("a fresh, b restarts, c restarts");
  }

  @org.junit.jupiter.api.Test
  void who_was_restarted_and_is_not_healthy_yet_is_no_first() {
    RestartPolicy db = new Policy().with(it -> it.maxConcurrent = 3).build();
    Judged first = of("a", restarted(ROLLING)).judged(db);
    assertThat(inWords(Waves.admit(List.of(first, of("b", RESTART).judged(db)))))
        .isEqualTo("a rolls, b WaitsForTurn");
  }

  @org.junit.jupiter.api.Test
  void a_failure_for_a_secret_that_it_has_read_holds_nobody() {
    RestartPolicy db = Scene.policy();
    RestartPolicy mail = new Policy().with(it -> it.externalSecret = "mail").build();
    Part reader = of("a", RESTART);
    reader.scene().marks =
        new Marks(java.util.Map.of("mail", CHANGED), Optional.empty(), Optional.empty());
    reader.scene().pods =
        List.of(
            new PodView(
                "a-1",
                CHANGED.minusSeconds(60),
                reader.scene().marks,
                true,
                "1",
                Optional.of(CHANGED),
                true,
                Scene.pod("a-1", CHANGED.minusSeconds(60)).containers()));
    assertThat(inWords(Waves.admit(List.of(reader.judged(db, mail), of("b", FAILED).judged(mail)))))
        .isEqualTo("a restarts, b Failed");
    assertThat(
            inWords(Waves.admit(List.of(reader.judged(db, mail), of("b", ROLLING).judged(mail)))))
        .isEqualTo("a restarts, b rolls");
  }

  private static String inWords(List<Judged> round) {
    return String.join(
        ", ",
        round.stream().map(it -> it.subject().name() + " " + inWords(it.decision())).toList());
  }

  private static String inWords(Decision decision) {
    return switch (decision) {
      case Decision.Fresh _ -> "fresh";
      case Decision.OptedOut _ -> "opted out";
      case Decision.Restart _ -> "restarts";
      case Decision.RollingOut _ -> "rolls";
      case Decision.Wait(Reason reason, Optional<java.time.Instant> _, String _) -> reason.text();
      case Decision.Report(Reason reason, String _) -> reason.text();
      case Decision.Failed _ -> "Failed";
      case Decision.Undone _ -> "Undone";
      case Decision.HeldBack _ -> "HeldBack";
    };
  }

  private record Restarted(Decision decision) {}

  private static Restarted restarted(Decision decision) {
    return new Restarted(decision);
  }

  private static Consumer<Scene> wave(int wave) {
    return scene -> scene.wave = wave;
  }

  private static Part of(String name, Decision decision) {
    Scene scene = new Scene();
    scene.name = name;
    return new Part(scene, decision);
  }

  private static Part of(String name, Restarted restarted) {
    Part part = of(name, restarted.decision());
    part.scene().marks = Scene.marksFor(CHANGED);
    return part;
  }

  record Part(Scene scene, Decision decision) {
    Part with(Consumer<Scene> change) {
      return new Part(scene.with(change), decision);
    }

    Judged judged(RestartPolicy... policies) {
      scene.changes =
          Arrays.stream(policies)
              .map(policy -> Scene.change(policy.externalSecret(), CHANGED, policy))
              .toList();
      return new Judged(scene.snapshot(), decision);
    }
  }

  private static Arguments says(
      String sentence, Consumer<Policy> policy, List<Part> parts, String expected) {
    return arguments(sentence, policy, parts, expected);
  }
}
