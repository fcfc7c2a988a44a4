package dev.keyturn.ops;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Work that takes processor time, shared fairly among those who ask for it: each has one piece
 * under way at a time, and whoever has used least goes first. It runs on platform threads, so that
 * virtual ones, with the lease and all clients on them, never wait for it. Work looks at the time
 * by {@link #usedNanos}, and there it rests while somebody else has used less.
 */
public final class FairShare implements AutoCloseable {
  /** How long a piece may go on before it looks whether others wait. */
  private static final long TURN_NANOS = 50_000_000;

  private final Limits limits;
  private final LongSupplier threadTime;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("keyturn-render-", 0).factory());
  private final ScopedValue<Piece> current = ScopedValue.newInstance();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Party> parties = new HashMap<>();
  private int running;
  private int started;
  private int asked;
  private long least;

  /**
   * @param running pieces that have a processor
   * @param started pieces that are under way, resting ones included: each may hold 16 MiB
   * @param askedEach pieces of one party that are waited for; a further one is refused
   * @param asked pieces of all parties that are waited for
   */
  public record Limits(int running, int started, int askedEach, int asked) {
    /**
     * Leaves a processor to the others where there are several, and half of the waiting threads.
     * Whoever waits holds what was read for it, 4 MiB at most.
     */
    public static Limits of(int processors, int waiters) {
      return new Limits(Math.clamp(processors - 1, 1, 2), 6, 4, Math.clamp(waiters / 2, 1, 16));
    }
  }

  private static final class Party {
    private final Queue<Piece> waiting = new ArrayDeque<>();
    private Optional<Piece> underWay = Optional.empty();
    private boolean runs;
    private int asked;
    private long used;
  }

  private static final class Piece {
    private final Party party;
    private final Runnable work;
    private final Condition turn;
    private boolean mayRun;
    private long since;

    Piece(Party party, Runnable work, Condition turn) {
      this.party = party;
      this.work = work;
      this.turn = turn;
    }
  }

  /**
   * @param threadTime what the calling thread has used of a processor, in nanoseconds
   */
  public FairShare(Limits limits, LongSupplier threadTime) {
    this.limits = limits;
    this.threadTime = threadTime;
  }

  /** Does the work and waits for it; empty, without any work, when too much is waited for. */
  public <T> Optional<T> run(String name, Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Optional<Party> admitted = ask(name, () -> complete(result, work));
    if (admitted.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(result.join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
    } finally {
      answered(name, admitted.get());
    }
  }

  private Optional<Party> ask(String name, Runnable work) {
    lock.lock();
    try {
      Party party = parties.getOrDefault(name, newParty());
      if (party.asked >= limits.askedEach() || asked >= limits.asked()) {
        return Optional.empty();
      }
      parties.put(name, party);
      party.asked++;
      asked++;
      party.waiting.add(new Piece(party, work, lock.newCondition()));
      startMost();
      return Optional.of(party);
    } finally {
      lock.unlock();
    }
  }

  private void answered(String name, Party party) {
    lock.lock();
    try {
      party.asked--;
      asked--;
      if (party.asked == 0) {
        parties.remove(name);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whoever comes new starts as the one who has used least, not as one who has used nothing. */
  private Party newParty() {
    Party party = new Party();
    party.used = least;
    return party;
  }

  private static <T> void complete(CompletableFuture<T> result, Supplier<T> work) {
    try {
      result.complete(work.get());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  /** Gives free processors to those who have used least. Under the lock. */
  private void startMost() {
    while (running < limits.running()) {
      Optional<Party> next =
          parties.values().stream()
              .filter(this::canRun)
              .min(Comparator.comparingLong(party -> party.used));
      if (next.isEmpty()) {
        return;
      }
      start(next.get());
    }
  }

  private boolean canRun(Party party) {
    return !party.runs
        && (party.underWay.isPresent() || (!party.waiting.isEmpty() && started < limits.started()));
  }

  private void start(Party party) {
    running++;
    party.runs = true;
    least = party.used;
    Optional<Piece> resting = party.underWay;
    Piece piece = resting.orElseGet(party.waiting::remove);
    piece.mayRun = true;
    if (resting.isPresent()) {
      piece.turn.signal();
    } else {
      started++;
      party.underWay = Optional.of(piece);
      threads.execute(() -> ScopedValue.where(current, piece).run(() -> work(piece)));
    }
  }

  private void work(Piece piece) {
    piece.since = threadTime.getAsLong();
    try {
      piece.work.run();
    } finally {
      lock.lock();
      try {
        charge(piece);
        started--;
        piece.party.underWay = Optional.empty();
        stop(piece);
      } finally {
        lock.unlock();
      }
    }
  }

  private void charge(Piece piece) {
    long now = threadTime.getAsLong();
    piece.party.used += now - piece.since;
    piece.since = now;
  }

  private void stop(Piece piece) {
    running--;
    piece.party.runs = false;
    piece.mayRun = false;
    startMost();
  }

  /** What the calling thread has used of a processor; rests before it says so if it is time to. */
  public long usedNanos() {
    if (current.isBound() && threadTime.getAsLong() - current.get().since > TURN_NANOS) {
      rest(current.get());
    }
    return threadTime.getAsLong();
  }

  /** Pieces that somebody waits for. */
  int waitedFor() {
    lock.lock();
    try {
      return asked;
    } finally {
      lock.unlock();
    }
  }

  private void rest(Piece piece) {
    lock.lock();
    try {
      charge(piece);
      stop(piece);
      while (!piece.mayRun) {
        piece.turn.awaitUninterruptibly();
      }
      piece.since = threadTime.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
