package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A look at the pods of a workload.
 *
 * @param at when they were listed; empty: they were not, since nothing depends on them
 */
public record Look(Optional<Instant> at, List<PodView> pods) {
  public static final Look NONE = new Look(Optional.empty(), List.of());

  public Look {
    pods = List.copyOf(pods);
  }

  /** What a list of the pods said. */
  public static Look of(Instant at, List<PodView> pods) {
    return new Look(Optional.of(at), pods.stream().map(pod -> pod.asOf(at)).toList());
  }
}
