package dev.keyturn.rotation;

import dev.keyturn.ops.Tasks;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How far a queue is received ahead of the work: a burst takes several receives, each as long as a
 * round trip, but of a backlog the rest stays where it is.
 */
final class Receives {
  static final int UNWORKED = 8;

  /** What takes longer holds up no receive: one endpoint may be slow. */
  private static final Duration UNHURRIED = Duration.ofSeconds(2);

  private final Tasks tasks;
  private final Runnable next;
  private int unworked;
  private boolean rests;

  /**
   * @param next receives
   */
  Receives(Tasks tasks, Runnable next) {
    this.tasks = tasks;
    this.next = next;
  }

  /**
   * Something came; has the next receive begin as soon as it may.
   *
   * @return to be run when what came is worked on
   */
  Runnable took() {
    goOn(1);
    AtomicBoolean counted = new AtomicBoolean(true);
    Runnable worked =
        () -> {
          if (counted.getAndSet(false)) {
            goOn(-1);
          }
        };
    tasks.after(UNHURRIED, worked);
    return worked;
  }

  private void goOn(int more) {
    boolean receives;
    synchronized (this) {
      unworked += more;
      boolean due = more > 0 || rests;
      rests = due && unworked >= UNWORKED;
      receives = due && !rests;
    }
    if (receives) {
      tasks.run(next);
    }
  }
}
