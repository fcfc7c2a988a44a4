package dev.keyturn.restart.decide;

import static java.util.Comparator.comparing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Until when a rollout is waited for. */
final class Deadlines {
  /** Whatever a rollout does, it is not waited for any longer. */
  private static final Duration LONGEST_ROLLOUT = Duration.ofHours(2);

  private Deadlines() {}

  /**
   * Until when our last restart may take. Each pod that came of it and is ready gives it more time;
   * but new nodes and autoscalers make pods for ever, and others wait for its place.
   */
  static Instant ofOurs(Snapshot it) {
    Marks marks = it.subject().marks();
    Instant began = marks.restartedAt().or(marks::newest).orElse(it.newestChange());
    Instant gotOn =
        it.pods().stream()
            .filter(pod -> !pod.createdAt().isBefore(began))
            .flatMap(pod -> pod.readySince().stream())
            .max(Instant::compareTo)
            .filter(began::isBefore)
            .orElse(began);
    return within(it, gotOn, began);
  }

  /** Until when a rollout of somebody else is waited for: it, too, may get on for ever. */
  static Instant ofOthers(Snapshot it) {
    Optional<PodView> newest = it.pods().stream().max(comparing(PodView::createdAt));
    Instant gotOn =
        Stream.of(it.workload().progress().lastSign(), newest.map(PodView::createdAt))
            .flatMap(Optional::stream)
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    Instant began =
        it.pods().stream()
            .filter(pod -> newest.filter(one -> one.revision().equals(pod.revision())).isPresent())
            .map(PodView::createdAt)
            .min(Instant::compareTo)
            .filter(it.newestCause()::isBefore)
            .orElse(it.newestCause());
    return within(it, gotOn, began);
  }

  /** Until when a controller that does nothing is waited for. */
  static Instant ofAnIdleController(Snapshot it) {
    return it.newestCause().plus(progressDeadline(it));
  }

  private static Instant within(Snapshot it, Instant gotOn, Instant began) {
    Duration each = progressDeadline(it);
    Instant next = gotOn.plus(each);
    Instant last = began.plus(Snapshot.longest(List.of(each, LONGEST_ROLLOUT)));
    return next.isBefore(last) ? next : last;
  }

  private static Duration progressDeadline(Snapshot it) {
    return Snapshot.longest(it.causing().stream().map(RestartPolicy::progressDeadline).toList());
  }
}
