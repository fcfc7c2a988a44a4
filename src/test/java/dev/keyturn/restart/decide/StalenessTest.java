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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StalenessTest {
  private static final Instant BEFORE = CHANGED.minus(Duration.ofDays(1));

  /** When the content first came, and when it went for a while. */
  private static final Instant CAME = CHANGED.minusSeconds(3_600);

  private static final Instant AWAY = CHANGED.minusSeconds(120);

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
            change(Via.VOLUME),
            true),
        arguments(
            "a container restarted in place 180 s after the change, that reads files",
            pod("p", BEFORE, running(CHANGED.plusSeconds(180))),
            change(Via.VOLUME),
            false),
        arguments(
            "a container restarted in place 179 s after the change, that mounts one file",
            pod("p", BEFORE, running(CHANGED.plusSeconds(179))),
            change(Via.SUB_PATH),
            true),
        arguments(
            "a container restarted in place 180 s after the change, that mounts one file",
            pod("p", BEFORE, running(CHANGED.plusSeconds(180))),
            change(Via.SUB_PATH),
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
                Optional.empty(),
                Scene.policy()),
            true),
        arguments(
            "a pod of an older template, where the reader was called otherwise",
            pod("p", BEFORE, called("web", Set.of("db"))),
            environment(),
            true),
        arguments(
            "and has read the change",
            pod("p", CHANGED.plusSeconds(5), called("web", Set.of("db"))),
            environment(),
            false),
        arguments(
            "a pod of an older template that did not read it",
            pod("p", BEFORE, called("web", Set.of("mail"))),
            environment(),
            false),
        arguments(
            "a pod whose other container reads it, and is not meant",
            pod("p", BEFORE, running(CHANGED.plusSeconds(60)), called("web", Set.of("db"))),
            environment(),
            false),
        arguments("a pod from before, which says that it reads it", pod("p", BEFORE), said(), true),
        arguments(
            "such a pod of which one container restarted in place",
            pod(
                "p",
                BEFORE,
                running(CHANGED.plusSeconds(60)),
                new ContainerView("side", Optional.of(BEFORE), Optional.empty())),
            said(),
            true),
        arguments(
            "such a pod of which all did",
            pod(
                "p",
                BEFORE,
                running(CHANGED.plusSeconds(60)),
                new ContainerView("side", Optional.of(CHANGED.plusSeconds(60)), Optional.empty())),
            said(),
            false),
        arguments(
            "such a pod that was created late enough",
            pod("p", CHANGED.plusSeconds(5)),
            said(),
            false),
        arguments(
            "a container from before, where the content is back",
            pod("p", BEFORE, running(AWAY.minusSeconds(31))),
            back(Via.ENVIRONMENT, Optional.empty()),
            false),
        arguments(
            "a container whose node's clock may be behind, where the content is back",
            pod("p", BEFORE, running(AWAY.minusSeconds(30))),
            back(Via.ENVIRONMENT, Optional.empty()),
            true),
        arguments(
            "a container of a restart for what stood in between",
            marked(pod("p", AWAY.plusSeconds(3)), AWAY),
            back(Via.ENVIRONMENT, Optional.empty()),
            true),
        arguments(
            "a container that mounts one file, where the content is back",
            pod("p", BEFORE, running(AWAY.minusSeconds(31))),
            back(Via.SUB_PATH, Optional.empty()),
            false),
        arguments(
            "a process that follows files may have read what stood in between",
            pod("p", BEFORE, running(AWAY.minusSeconds(31))),
            back(Via.VOLUME, Optional.empty()),
            true),
        arguments(
            "a container that has not read what is back: it started too soon after it first came",
            pod("p", BEFORE, running(CAME.plusSeconds(59))),
            back(Via.ENVIRONMENT, Optional.of(CAME)),
            true),
        arguments(
            "a container that started late enough after it first came",
            pod("p", BEFORE, running(CAME.plusSeconds(60))),
            back(Via.ENVIRONMENT, Optional.of(CAME)),
            false),
        arguments(
            "a pod of a restart for it",
            marked(pod("p", BEFORE, running(CAME.plusSeconds(3))), CAME),
            back(Via.ENVIRONMENT, Optional.of(CAME)),
            false),
        arguments(
            "a pod that was created late enough after it first came",
            pod("p", CAME.plusSeconds(5), running(CAME.plusSeconds(6))),
            back(Via.ENVIRONMENT, Optional.of(CAME)),
            false),
        arguments(
            "a container that started long after the change with files from before it",
            pod("p", BEFORE, late(CHANGED.plusSeconds(600), CHANGED.plusSeconds(179))),
            change(Via.SUB_PATH),
            true),
        arguments(
            "one whose files are from long after it, too",
            pod("p", BEFORE, late(CHANGED.plusSeconds(600), CHANGED.plusSeconds(180))),
            change(Via.SUB_PATH),
            false),
        arguments(
            "one that reads its environment, whatever its files",
            pod("p", BEFORE, late(CHANGED.plusSeconds(60), BEFORE)),
            environment(),
            false),
        arguments(
            "one that waits with files from before it",
            pod("p", BEFORE, waiting(Optional.of(BEFORE))),
            change(Via.SUB_PATH),
            false),
        arguments(
            "a container that found old files and started while another content stood",
            pod("p", BEFORE, late(AWAY.plusSeconds(9), AWAY.minusSeconds(60))),
            back(Via.SUB_PATH, Optional.empty()),
            true),
        arguments(
            "a terminating, succeeded or failed pod",
            new PodView(
                "p",
                BEFORE,
                Marks.NONE,
                false,
                "1",
                Optional.of(BEFORE),
                true,
                List.of(running(BEFORE))),
            environment(),
            false));
  }

  @ParameterizedTest(name = "{0}: stale {3}")
  @MethodSource("pods")
  void tells(String sentence, PodView pod, Change change, boolean stale) {
    assertThat(!Staleness.of(List.of(pod), List.of(change)).isEmpty())
        .as(sentence)
        .isEqualTo(stale);
  }

  private static ContainerView late(Instant started, Instant files) {
    return new ContainerView("app", Optional.of(started), Optional.of(files), Optional.empty());
  }

  private static ContainerView waiting(Optional<Instant> files) {
    return new ContainerView("app", Optional.empty(), files, Optional.empty());
  }

  private static Change back(Via via, Optional<Instant> since) {
    Change change = change(via);
    return new Change(
        change.secret(),
        change.at(),
        change.keys(),
        change.readers(),
        Optional.of(new Change.Span(since, AWAY)),
        change.policy());
  }

  private static ContainerView called(String name, Set<String> reads) {
    return new ContainerView(name, Optional.of(BEFORE), Optional.empty()).reading(reads);
  }

  private static Change said() {
    return new Change(
        "db",
        CHANGED,
        new TreeSet<>(),
        List.of(SecretUse.named("db")),
        Optional.empty(),
        Scene.policy());
  }

  private static Change environment() {
    return change(Via.ENVIRONMENT);
  }

  private static Change change(Via via) {
    return new Change(
        "db",
        CHANGED,
        new TreeSet<>(),
        List.of(new SecretUse("db", Optional.of("password"), "app", via, true)),
        Optional.empty(),
        Scene.policy());
  }

  private static ContainerView running(Instant since) {
    return new ContainerView("app", Optional.of(since), Optional.empty());
  }
}
