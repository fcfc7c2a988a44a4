package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The newest change of a Secret that containers of a workload read, or that it came to be: who can
 * do without it may run without it.
 *
 * @param at by the API server's clock
 * @param keys that changed then, as far as they are known
 * @param readers how the workload reads them
 * @param stood when the Secret held before what it holds again since
 * @param policy what the ExternalSecret asks for
 */
public record Change(
    String secret,
    Instant at,
    SortedSet<String> keys,
    List<SecretUse> readers,
    Optional<Span> stood,
    RestartPolicy policy) {

  public Change {
    readers = List.copyOf(readers);
  }

  /**
   * A time in which the Secret held a content.
   *
   * @param since empty: from the beginning
   */
  public record Span(Optional<Instant> since, Instant until) {}

  /** A kubelet that starts a pod from now on reads the new content. */
  public Instant sureAt() {
    return at.plus(Staleness.SURE);
  }

  /** A container that started at this time or later has read the new content. */
  Instant readBy(SecretUse reader) {
    return at.plus(reader.via().margin());
  }

  /**
   * A container that starts from now on has read the new content, whatever its node's clock says.
   */
  Instant readByAll() {
    return readers.stream()
        .map(this::readBy)
        .max(Instant::compareTo)
        .orElse(at)
        .plus(Staleness.SKEW);
  }
}
