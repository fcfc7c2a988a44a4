package dev.keyturn.ops;

import java.time.Duration;

/** Where work goes that nobody waits for: each task on a thread of its own, now or later. */
public interface Tasks {
  void run(Runnable task);

  void after(Duration delay, Runnable task);
}
