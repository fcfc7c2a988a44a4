package dev.keyturn.restart.decide;

/** Why a stale workload is not being restarted; reason of the condition and of events. */
public enum Reason {
  /** Content changed a moment ago and may change again. */
  SETTLING("Settling"),
  /** We asked, and its controller replaces pods. */
  ROLLING_OUT("RollingOut"),
  /** Somebody else's rollout is under way. */
  OTHER_ROLLOUT("OtherRollout"),
  /** We restarted it a short time ago. */
  TOO_SOON("TooSoon"),
  /** No window is open. */
  OUTSIDE_WINDOW("OutsideWindow"),
  /** A window's schedule or time zone cannot be understood. */
  BAD_WINDOW("BadWindow"),
  /** A rollout would leave it without a running pod, and nobody agreed to that. */
  NEEDS_CONSENT("NeedsConsent"),
  /** Its controller would not replace pods. */
  DOES_NOT_ROLL("DoesNotRoll"),
  /** A key that it requires is gone, so that its new containers would not start. */
  WOULD_NOT_START("WouldNotStart"),
  /** Its pods cannot be listed or read. */
  PODS_UNKNOWN("PodsUnknown"),
  /** A lower wave comes first. */
  WAITS_FOR_WAVE("WaitsForWave"),
  /** As many as may restart at a time are restarting. */
  WAITS_FOR_TURN("WaitsForTurn"),
  /** As many of the whole cluster as may restart at a time are restarting. */
  WAITS_FOR_CLUSTER("WaitsForCluster"),
  /** It rolled out, and containers still use an older content. */
  STILL_STALE("StillStale"),
  /** It did not become healthy in time. */
  FAILED("Failed"),
  /** Somebody took our restart back. */
  UNDONE("Undone"),
  /** Another one failed or was undone. */
  HALTED("Halted"),
  /** It failed before, and a person said to go on with the others. */
  PASSED_OVER("PassedOver"),
  /** The API server refused the patch. */
  REFUSED("Refused"),
  /** Nobody that we know can replace it: a pod of its own, or a controller of another kind. */
  NOT_OURS("NotOurs");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  /** As conditions and events write it. */
  public String text() {
    return text;
  }
}
