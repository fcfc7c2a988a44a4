package dev.keyturn.aws.call;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Does the same with many things, some at the same time, on virtual threads. */
public final class Together {
  private static final int AT_A_TIME = 16;

  private Together() {}

  public static <A, B> List<B> each(List<A> things, Function<A, B> work) {
    if (things.size() < 2) {
      return things.stream().map(work).toList();
    }
    Semaphore places = new Semaphore(AT_A_TIME);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<B>> all =
          things.stream().map(thing -> threads.submit(() -> at(places, thing, work))).toList();
      return all.stream().map(future -> result(future, threads)).toList();
    }
  }

  private static <A, B> B at(Semaphore places, A thing, Function<A, B> work) {
    places.acquireUninterruptibly();
    try {
      return work.apply(thing);
    } finally {
      places.release();
    }
  }

  /** An interrupt is passed on to the work, which then ends soon with an answer that says so. */
  private static <B> B result(Future<B> future, ExecutorService threads) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
          threads.shutdownNow();
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed in a way that is not AWS's", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
