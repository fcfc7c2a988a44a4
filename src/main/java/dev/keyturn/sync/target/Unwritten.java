package dev.keyturn.sync.target;

import java.util.List;

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
  record Overtaken(String secret) implements Unwritten {}

  /**
   * The Secret of that name is about to go; ours can come only then.
   *
   * @param finalizers what it waits for
   */
  record Terminating(String secret, List<String> finalizers) implements Unwritten {
    public Terminating {
      finalizers = List.copyOf(finalizers);
    }
  }

  /** The API server, or a webhook that it asks, is overloaded, broken or out of reach. */
  record ApiServerBusy(String secret, String reason) implements Unwritten {}

  /** Whether it is on somebody else to create the Secret, or to let go of it. */
  default boolean waitsForSomebody() {
    return switch (this) {
      case TargetMissing _, NotOurs _, Terminating _ -> true;
      case ImmutableTarget _, Contended _, Forbidden _, Overtaken _, ApiServerBusy _ -> false;
    };
  }
}
