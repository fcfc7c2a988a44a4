package dev.keyturn.restart.decide;

import java.time.Instant;

/**
 * That we asked a workload to restart. The template says so, too, until somebody takes it back.
 *
 * @param change the newest one that it was asked to restart for
 * @param passedOver it failed, and a person said to go on with the others
 */
public record AskedRestart(Instant change, boolean passedOver) {}
