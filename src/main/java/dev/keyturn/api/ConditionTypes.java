package dev.keyturn.api;

/**
 * Condition types, with their polarity. {@link #READY} is always there, others while they say
 * something.
 */
public final class ConditionTypes {
  private ConditionTypes() {}

  /** True: the Secret holds what the source holds; of a store: it can be used. */
  public static final String READY = "Ready";

  /** True is bad: a person has to do something; we do not try again on our own. */
  public static final String STALLED = "Stalled";

  /** False is bad: a rotation in AWS is stuck or was abandoned. */
  public static final String ROTATION_HEALTHY = "RotationHealthy";

  /** False: a workload still uses an older content; the reason says why. */
  public static final String RESTARTED = "Restarted";
}
