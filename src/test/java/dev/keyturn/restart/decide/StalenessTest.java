package dev.keyturn.restart.decide;

import static dev.keyturn.restart.decide.Scene.CHANGED;
import static dev.keyturn.restart.decide.Scene.marked;
import static dev.keyturn.restart.decide.Scene.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keyturn.restart.decide.PodView.ContainerView;
import dev.keyturn.restart.decide.SecretUse.Via;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StalenessTest {
  private static final Instant BEFORE = CHANGED.minus(Duration.ofDays(1));

  static Stream<Arguments> pods() {
    return Stream.of(
        arguments("a pod from before the change", pod("p", BEFORE), environment(), true),
        arguments(
            "a pod created 4 s after the change, by somebody else",
            pod("p", CHANGED.plusSeconds(4)),
            environment(),
            true),
        arguments(
            "a pod created 5 s after the change, by somebody else",
            pod("p", CHANGED.plusSeconds(5)),
            environment(),
            false),
        arguments(
            "a pod of a template that was restarted for the change",
            marked(pod("p", CHANGED.plusSeconds(1)), CHANGED),
            environment(),
            false),
        arguments(
            "a pod of a template that was restarted for an earlier change",
            marked(pod("p", CHANGED.plusSeconds(1)), CHANGED.minusSeconds(1)),
            environment(),
            true),
        arguments(
            "a container restarted in place 59 s after the change",
            pod("p", BEFORE, running(CHANGED.plusSeconds(59))),
            environment(),
            true),
        arguments(
            "a container restarted in place 60 s after the change",
            pod("p", BEFORE, running(CHANGED.plusSeconds(60))),
            environment(),
            false),
        arguments(
            "a container restarted in place 179 s after the change, that reads files",
            pod("p", BEFORE, running(CHANGED.plusSeconds(179))),
            change(Change.Kind.CHANGED, Via.VOLUME),
            true),
        arguments(
            "a container restarted in place 180 s after the change, that reads files",
            pod("p", BEFORE, running(CHANGED.plusSeconds(180))),
            change(Change.Kind.CHANGED, Via.VOLUME),
            false),
        arguments(
            "a container restarted in place 179 s after the change, that mounts one file",
            pod("p", BEFORE, running(CHANGED.plusSeconds(179))),
            change(Change.Kind.CHANGED, Via.SUB_PATH),
            true),
        arguments(
            "a container restarted in place 180 s after the change, that mounts one file",
            pod("p", BEFORE, running(CHANGED.plusSeconds(180))),
            change(Change.Kind.CHANGED, Via.SUB_PATH),
            false),
        arguments(
            "a container that waits to start",
            pod("p", BEFORE, new ContainerView("app", Optional.empty(), Optional.empty())),
            environment(),
            false),
        arguments(
            "another container that reads nothing",
            pod("p", BEFORE, new ContainerView("other", Optional.of(BEFORE), Optional.empty())),
            environment(),
            false),
        arguments(
            "one of two readers restarted in place",
            pod(
                "p",
                BEFORE,
                running(CHANGED.plusSeconds(60)),
                new ContainerView("side", Optional.of(BEFORE), Optional.empty())),
            new Change(
                "db",
                CHANGED,
                new TreeSet<>(),
                List.of(
                    Scene.READER,
                    new SecretUse("db", Optional.empty(), "side", Via.ENVIRONMENT, false)),
                Change.Kind.CHANGED,
                Scene.policy()),
            true),
        arguments(
            "a terminating, succeeded or failed pod",
            new PodView("p", BEFORE, Marks.NONE, false, true, true, List.of(running(BEFORE))),
            environment(),
            false),
        arguments(
            "a container that started a second before the Secret came to be",
            pod("p", BEFORE, running(CHANGED.minusSeconds(1))),
            change(Change.Kind.CREATED, Via.ENVIRONMENT),
            true),
        arguments(
            "a container that started when the Secret came to be",
            pod("p", BEFORE, running(CHANGED)),
            change(Change.Kind.CREATED, Via.ENVIRONMENT),
            false));
  }

  @ParameterizedTest(name = "{0}: stale {3}")
  @MethodSource("pods")
  void tells(String sentence, PodView pod, Change change, boolean stale) {
    assertThat(!Staleness.of(List.of(pod), List.of(change)).isEmpty())
        .as(sentence)
        .isEqualTo(stale);
  }

  private static Change environment() {
    return change(Change.Kind.CHANGED, Via.ENVIRONMENT);
  }

  private static Change change(Change.Kind kind, Via via) {
    return new Change(
        "db",
        CHANGED,
        new TreeSet<>(),
        List.of(new SecretUse("db", Optional.of("password"), "app", via, true)),
        kind,
        Scene.policy());
  }

  private static ContainerView running(Instant since) {
    return new ContainerView("app", Optional.of(since), Optional.empty());
  }
}
