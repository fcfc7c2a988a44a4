package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A look at the pods of a workload.
 *
 * @param at when they were listed; empty: they were not, since nothing depends on them
 * @param obstacle why they could not be, and what a person has to do
 * @param again when to look again though nothing happens, since this is an earlier look that is
 *     told once more
 */
public record Look(
    Optional<Instant> at, List<PodView> pods, Optional<String> obstacle, Optional<Instant> again) {
  public static final Look NONE =
      new Look(Optional.empty(), List.of(), Optional.empty(), Optional.empty());

  public Look {
    pods = List.copyOf(pods);
  }

  /** What a list of the pods said. */
  public static Look of(Instant at, List<PodView> pods) {
    return new Look(
        Optional.of(at),
        pods.stream().map(pod -> pod.asOf(at)).toList(),
        Optional.empty(),
        Optional.empty());
  }

  public static Look failed(String obstacle) {
    return new Look(Optional.empty(), List.of(), Optional.of(obstacle), Optional.empty());
  }

  /** The same, told once more in the place of a new one. */
  public Look until(Instant next) {
    return new Look(at, pods, obstacle, Optional.of(next));
  }
}
