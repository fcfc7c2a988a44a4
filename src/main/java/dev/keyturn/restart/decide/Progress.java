package dev.keyturn.restart.decide;

import java.time.Instant;
import java.util.Optional;

/**
 * How far the newest template of a workload has been rolled out.
 *
 * @param lastSign when it last got further, as far as the workload tells
 */
public record Progress(Stage stage, Optional<Instant> lastSign) {

  /** How far. */
  public enum Stage {
    /** Its controller has not seen the newest template. */
    UNOBSERVED,
    /** Pods of an older template are there, or some of the newest are not available. */
    ROLLING,
    /** Every pod is of the newest template and available. */
    COMPLETE
  }

  static Progress of(boolean observed, boolean complete, Optional<Instant> lastSign) {
    if (!observed) {
      return new Progress(Stage.UNOBSERVED, lastSign);
    }
    return new Progress(complete ? Stage.COMPLETE : Stage.ROLLING, lastSign);
  }
}
