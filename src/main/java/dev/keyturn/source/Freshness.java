package dev.keyturn.source;

import java.time.Instant;

/**
 * How old an answer may be.
 *
 * @param notBefore the earliest time at which it may have been asked for
 */
public record Freshness(Instant notBefore) {
  /** Whatever is still held for the dependants of a change; asks where nothing is. */
  public static final Freshness HELD = new Freshness(Instant.MIN);

  /** Asked for at that time or later. */
  public static Freshness since(Instant notBefore) {
    return new Freshness(notBefore);
  }

  boolean allows(Instant asked) {
    return !asked.isBefore(notBefore);
  }
}
