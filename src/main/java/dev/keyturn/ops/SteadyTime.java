package dev.keyturn.ops;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The wall clock, except that it never goes back: where that is set back, as in a machine that is
 * resumed, this goes on at the pace of the nanoseconds that have passed. For waits, which would
 * otherwise last as much longer; not for times that somebody else has written, such as the end of
 * credentials.
 */
public final class SteadyTime implements InstantSource {
  private final InstantSource wall;
  private final LongSupplier nanos;
  private Instant base;
  private long baseNanos;

  /**
   * @param nanos as {@link System#nanoTime}
   */
  public SteadyTime(InstantSource wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.base = wall.instant();
    this.baseNanos = nanos.getAsLong();
  }

  @Override
  public synchronized Instant instant() {
    Instant told = wall.instant();
    long passed = nanos.getAsLong();
    Instant steady = base.plusNanos(passed - baseNanos);
    base = told.isAfter(steady) ? told : steady;
    baseNanos = passed;
    return base;
  }
}
