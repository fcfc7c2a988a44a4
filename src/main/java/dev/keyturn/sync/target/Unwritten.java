package dev.keyturn.sync.target;

/** Why the Secret was not written. */
public sealed interface Unwritten {

  /** creationPolicy Merge, and there is no Secret to merge into. */
  record TargetMissing(String secret) implements Unwritten {}

  /**
   * The Secret belongs to somebody else.
   *
   * @param holder the ExternalSecret of ours that has it; empty if it is none
   */
  record NotOurs(String message, String holder) implements Unwritten {}

  /** The Secret is immutable and should change. */
  record ImmutableTarget(String secret) implements Unwritten {}

  /** Another manager takes keys back from us again and again; we stopped. */
  record Contended(String secret, String manager) implements Unwritten {}

  /** The API server refuses the write for good. */
  record Forbidden(String secret, String reason) implements Unwritten {}

  /** Somebody changed, created or deleted the Secret since it was looked at. */
  record Overtaken() implements Unwritten {}

  /** The Secret of that name is about to go; ours can come only then. */
  record Terminating() implements Unwritten {}

  /** The API server is overloaded, broken or out of reach. */
  record ApiServerBusy() implements Unwritten {}

  /** Whether it is over in a moment: nothing to tell anybody, only to look again. */
  default boolean passes() {
    return switch (this) {
      case Overtaken _, Terminating _, ApiServerBusy _ -> true;
      case TargetMissing _, NotOurs _, ImmutableTarget _, Contended _, Forbidden _ -> false;
    };
  }

  /** Whether it is on somebody else to create the Secret, or to let go of it. */
  default boolean waitsForSomebody() {
    return switch (this) {
      case TargetMissing _, NotOurs _ -> true;
      case ImmutableTarget _,
          Contended _,
          Forbidden _,
          Overtaken _,
          Terminating _,
          ApiServerBusy _ ->
          false;
    };
  }
}
