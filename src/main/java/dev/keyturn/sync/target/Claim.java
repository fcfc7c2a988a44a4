package dev.keyturn.sync.target;

import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Optional;

/** What may be done with the Secret of the target's name. */
sealed interface Claim {

  /** It is not there: create it. */
  record Create() implements Claim {}

  /** It is ours: write. */
  record Update() implements Claim {}

  /** It is nobody's: write, and own it from now on. */
  record Adopt() implements Claim {}

  /**
   * It is External Secrets Operator's, and a person had us take it over: if that changes nothing in
   * it.
   *
   * @param controller empty where ESO writes it without owning it
   */
  record TakeOver(Optional<OwnerReference> controller) implements Claim {}

  /** Only our keys are ours. */
  record Merge() implements Claim {}

  /** It is ours but has another type, which cannot be changed: delete it and create it anew. */
  record Replace() implements Claim {}

  /** It is on its way out: look again once it is gone. */
  record Wait() implements Claim {}

  /** {@code creationPolicy: Merge}, and nothing to merge into. */
  record Missing() implements Claim {}

  /** {@code creationPolicy: None}. */
  record Nothing() implements Claim {}

  /**
   * Hands off.
   *
   * @param holder name of the other ExternalSecret of ours that claims it; empty if it is none
   */
  record NotOurs(String message, String holder) implements Claim {}
}
