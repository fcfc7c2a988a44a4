package dev.keyturn.gotemplate.value;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What is left of the {@link Allowance} of one rendering. Not shared between renderings. */
public final class Budget {

  /** The clock is read once in so many steps: often enough for 2 s, too rarely to cost anything. */
  private static final int STEPS_BETWEEN_LOOKS = 256;

  /** Copying or comparing this many bytes is counted as one step. */
  private static final int BYTES_PER_STEP = 64;

  /** What an entry of a list or a map, with a small value in it, takes of the heap. */
  private static final int BYTES_PER_ENTRY = 64;

  private final Allowance allowance;
  private final LongSupplier nanoTime;
  private Duration timeAllowed;
  private long deadline;
  private long dearTime;
  private long steps;
  private long memory;
  private long untilLook = STEPS_BETWEEN_LOOKS;
  private int depth;
  private boolean stopped;
  private boolean dear;
  private boolean exceeded;

  /**
   * @param nanoTime what time the work has taken so far, in nanoseconds from any start. It is asked
   *     now and then, which is where work can be held up for the sake of others'
   */
  public Budget(Allowance allowance, LongSupplier nanoTime) {
    this.allowance = allowance;
    this.nanoTime = nanoTime;
    this.steps = allowance.steps();
    this.memory = allowance.memory();
    this.timeAllowed = allowance.time();
    this.dearTime = allowance.dearTime().toNanos();
    this.deadline = nanoTime.getAsLong() + timeAllowed.toNanos();
  }

  /** A piece of work. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws Failure;
  }

  public Allowance allowance() {
    return allowance;
  }

  /** Pays for work before it is done. */
  public void spend(long amount) throws Failure {
    if (amount > steps) {
      throw exceeded("needs more than the " + allowance.steps() + " steps that are allowed");
    }
    steps -= amount;
    untilLook -= amount;
    if (untilLook <= 0) {
      lookAtClock();
    }
  }

  /** Whether the time is used up, which says more about the machine than about the template. */
  public boolean isLate() {
    return nanoTime.getAsLong() - deadline > 0;
  }

  /** For work of which one step may take long: looks at the clock now. */
  public void lookAtClock() throws Failure {
    untilLook = STEPS_BETWEEN_LOOKS;
    if (!stopped && nanoTime.getAsLong() - deadline > 0) {
      throw exceeded("takes longer than the " + timeAllowed + " that are allowed");
    }
  }

  private Failure exceeded(String message) {
    exceeded = true;
    return Failure.limit(message);
  }

  /** Whether steps, memory or time were used up, even where a template got over it. */
  public boolean isExceeded() {
    return exceeded;
  }

  /** Pays for looking for a text in another, at the worst: at each place all of it. */
  public void search(String text, String wanted) throws Failure {
    spend(1 + (long) text.length() * Math.max(wanted.length(), 1) / BYTES_PER_STEP);
  }

  /** Pays for so many pieces of so many bytes before they are made. */
  public void allocate(long count, long bytesEach) throws Failure {
    boolean overflows = bytesEach > 0 && count > Long.MAX_VALUE / bytesEach;
    allocate(overflows ? Long.MAX_VALUE : count * bytesEach);
  }

  /** Pays for bytes before they are made. */
  public void allocate(long bytes) throws Failure {
    if (bytes > memory) {
      throw exceeded("needs more than the " + allowance.memory() + " bytes that are allowed");
    }
    memory -= bytes;
    spend(1 + bytes / BYTES_PER_STEP);
  }

  /** Pays for a list or map of so many entries. */
  public void allocateEntries(long count) throws Failure {
    allocate(count, BYTES_PER_ENTRY);
  }

  /** What is left of the memory; {@link #free} goes back to it. */
  public long memory() {
    return memory;
  }

  /** All that was made since is no longer used, but for so many bytes. */
  public void free(long memoryBefore, long kept) {
    memory = memoryBefore - kept;
  }

  /** One level deeper; each call is followed by {@link #leave}. */
  public void enter() throws Failure {
    if (++depth > allowance.depth()) {
      throw Failure.limit("is nested deeper than the " + allowance.depth() + " levels allowed");
    }
    spend(1);
  }

  public void leave() {
    depth--;
  }

  /** Runs work whose failure may be caught: what it entered is left then, too. */
  public <T> T attempt(Work<T> work) throws Failure {
    int before = depth;
    try {
      return work.run();
    } finally {
      depth = before;
    }
  }

  /** Runs a function that costs, whose time is counted apart. */
  public <T> T dear(Work<T> work) throws Failure {
    if (dear || stopped) {
      return work.run();
    }
    lookAtClock();
    long before = nanoTime.getAsLong();
    long usualDeadline = deadline;
    dear = true;
    timeAllowed = allowance.dearTime();
    deadline = before + dearTime;
    try {
      lookAtClock();
      return work.run();
    } finally {
      long after = nanoTime.getAsLong();
      dearTime = deadline - after;
      dear = false;
      timeAllowed = allowance.time();
      deadline = usualDeadline + after - before;
    }
  }

  /** Runs what no template is to blame for, such as loading classes: its time does not count. */
  public <T> T offTheClock(Work<T> work) throws Failure {
    if (stopped) {
      return work.run();
    }
    lookAtClock();
    long before = nanoTime.getAsLong();
    stopped = true;
    try {
      return work.run();
    } finally {
      stopped = false;
      deadline += nanoTime.getAsLong() - before;
    }
  }
}
