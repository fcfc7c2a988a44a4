package dev.keyturn.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Time that moves only when told to (also from within a task), and tasks that run when time moves,
 * all on one thread. What is run starts in order, after what is running has ended.
 */
public final class VirtualTime implements InstantSource, Tasks {
  private record Later(Instant due, long number, Runnable task) {}

  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparing(Later::due).thenComparingLong(Later::number));
  private final Queue<Runnable> ready = new ArrayDeque<>();
  private Instant now = Instant.parse("2026-11-24T12:00:00Z");
  private long numbers;

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized void run(Runnable task) {
    ready.add(task);
  }

  @Override
  public synchronized void after(Duration delay, Runnable task) {
    later.add(new Later(now.plus(delay), numbers++, task));
  }

  /** Runs what is ready, and what that makes ready. */
  public void settle() {
    for (Runnable task = next(); task != null; task = next()) {
      task.run();
    }
  }

  private synchronized Runnable next() {
    return ready.poll();
  }

  /** Moves time on, stopping at each task that is due on the way. */
  public void advance(Duration by) {
    settle();
    Instant end = instant().plus(by);
    for (Later task = due(end); task != null; task = due(end)) {
      task.task().run();
      settle();
    }
    synchronized (this) {
      now = end.isAfter(now) ? end : now;
    }
  }

  private synchronized Later due(Instant end) {
    Later first = later.peek();
    if (first == null || first.due().isAfter(end)) {
      return null;
    }
    later.remove();
    if (first.due().isAfter(now)) {
      now = first.due();
    }
    return first;
  }

  /** How many tasks wait for their time. */
  public synchronized int waiting() {
    return later.size();
  }
}
