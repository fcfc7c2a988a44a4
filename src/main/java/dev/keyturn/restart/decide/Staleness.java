package dev.keyturn.restart.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which running containers still use an older content. A fact about pods, told by the clock of the
 * API server; see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">Pod
 * Lifecycle</a>.
 */
public final class Staleness {
  /** A kubelet that starts a pod this long after a change reads the new content. */
  public static final Duration SURE = Duration.ofSeconds(5);

  /** So far apart may the clocks of a node and of the API server be. */
  static final Duration SKEW = Duration.ofSeconds(30);

  private Staleness() {}

  /** A running container that uses an older content than that of a change. */
  public record StaleContainer(PodView pod, String container, Change change) {}

  public static List<StaleContainer> of(List<PodView> pods, List<Change> changes) {
    return pods.stream()
        .filter(PodView::runs)
        .flatMap(pod -> changes.stream().flatMap(change -> of(pod, change)))
        .toList();
  }

  /**
   * Whether a container of it may start yet, or once more, with what was there before the change.
   */
  static boolean mayStartLate(PodView pod, Change change) {
    return pod.runs()
        && !isNewEnough(pod, change)
        && readers(change, pod)
            .anyMatch(reader -> startOf(reader, pod).isEmpty() || readBefore(reader, pod, change));
  }

  /** Whether one will, whenever it starts: the files are there, and are old. */
  static boolean willStartOld(PodView pod, Change change) {
    return waiting(pod, change).anyMatch(reader -> readBefore(reader, pod, change));
  }

  private static Stream<SecretUse> waiting(PodView pod, Change change) {
    return pod.runs() && !isNewEnough(pod, change)
        ? readers(change, pod).filter(reader -> startOf(reader, pod).isEmpty())
        : Stream.empty();
  }

  private static Stream<StaleContainer> of(PodView pod, Change change) {
    return isNewEnough(pod, change)
        ? Stream.empty()
        : readers(change, pod)
            .filter(reader -> isOld(reader, pod, change))
            .map(SecretUse::container)
            .distinct()
            .map(container -> new StaleContainer(pod, container, change));
  }

  private static Stream<SecretUse> readers(Change change, PodView pod) {
    return change.readers().stream().flatMap(reader -> reader.in(pod));
  }

  private static boolean isNewEnough(PodView pod, Change change) {
    return isNewEnough(pod, change.secret(), change.at());
  }

  private static boolean isNewEnough(PodView pod, String secret, Instant at) {
    return pod.marks().cover(secret, at) || !pod.createdAt().isBefore(at.plus(SURE));
  }

  private static boolean isOld(SecretUse reader, PodView pod, Change change) {
    return startOf(reader, pod)
        .flatMap(_ -> readAt(reader, pod))
        .filter(read -> read.isBefore(change.readBy(reader)))
        .filter(read -> !readTheSameBefore(reader, pod, read, change))
        .isPresent();
  }

  /**
   * Whether the content is back to what it was when it started. A process that follows files may
   * have read what was there in between.
   */
  private static boolean readTheSameBefore(
      SecretUse reader, PodView pod, Instant read, Change change) {
    return reader.via() != SecretUse.Via.VOLUME
        && change
            .stood()
            .filter(
                span -> startOf(reader, pod).filter(span.until().minus(SKEW)::isAfter).isPresent())
            .filter(
                span ->
                    span.since()
                        .filter(
                            since ->
                                !isNewEnough(pod, change.secret(), since)
                                    && read.isBefore(since.plus(reader.via().margin())))
                        .isEmpty())
            .isPresent();
  }

  private static boolean readBefore(SecretUse reader, PodView pod, Change change) {
    return readAt(reader, pod).filter(change.readBy(reader)::isAfter).isPresent();
  }

  private static Optional<Instant> readAt(SecretUse reader, PodView pod) {
    return pod.container(reader.container())
        .flatMap(
            container ->
                reader.via() == SecretUse.Via.ENVIRONMENT
                    ? container.startedAt()
                    : container.filesSince());
  }

  private static Optional<Instant> startOf(SecretUse reader, PodView pod) {
    return pod.container(reader.container()).flatMap(PodView.ContainerView::startedAt);
  }
}
