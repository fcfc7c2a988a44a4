package dev.keyturn.restart.decide;

import java.time.Instant;

/**
 * That we asked a workload to restart. The template says so, too, until somebody takes it back.
 *
 * @param change the newest one that it was asked to restart for
 * @param passedOver it failed, and a person said to go on with the others
 * @param resumed somebody took it back, and a person said to restart it again
 */
public record AskedRestart(Instant change, boolean passedOver, boolean resumed) {

  /** What two ExternalSecrets remember of one workload: of the newest, whatever either was told. */
  public AskedRestart and(AskedRestart other) {
    int order = change.compareTo(other.change);
    if (order != 0) {
      return order > 0 ? this : other;
    }
    return new AskedRestart(change, passedOver || other.passedOver, resumed || other.resumed);
  }
}
