package dev.keyturn.ops;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Tasks on virtual threads, started by one timer thread when they have to wait. */
@Singleton
final class VirtualTasks implements Tasks {
  private static final Logger LOG = Logger.getLogger(VirtualTasks.class);

  private final Thread.Builder threads =
      Thread.ofVirtual()
          .name("keyturn-task-", 0)
          .uncaughtExceptionHandler(
              (thread, failure) -> LOG.errorf("A task failed: %s", failure.getClass().getName()));
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("keyturn-timer").factory());

  VirtualTasks() {
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void run(Runnable task) {
    threads.start(task);
  }

  @Override
  public void after(Duration delay, Runnable task) {
    try {
      var _ = timer.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debugf("Shutting down: %s", e.getClass().getName());
    }
  }

  @PreDestroy
  void stop() {
    timer.shutdownNow();
  }
}
