package dev.keyturn.restart.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/**
 * The newest change of a Secret that a workload reads.
 *
 * @param at by the API server's clock
 * @param keys that changed then, as far as they are known
 * @param readers how the workload reads them
 * @param kind what happened
 * @param policy what the ExternalSecret asks for
 */
public record Change(
    String secret,
    Instant at,
    SortedSet<String> keys,
    List<SecretUse> readers,
    Kind kind,
    RestartPolicy policy) {

  public Change {
    readers = List.copyOf(readers);
  }

  /** What happened to the Secret. */
  public enum Kind {
    /** Bytes went from one known value to another. */
    CHANGED,
    /** It came to be: who only reads it optionally may run without it. */
    CREATED
  }

  /** A kubelet that starts a pod from now on reads the new content. */
  public Instant sureAt() {
    return at.plus(Staleness.SURE);
  }

  /** A container that started at this time or later has read the new content. */
  Instant readBy(SecretUse reader) {
    Duration margin =
        switch (kind) {
          case CHANGED -> reader.via().margin();
          case CREATED -> Duration.ZERO;
        };
    return at.plus(margin);
  }
}
