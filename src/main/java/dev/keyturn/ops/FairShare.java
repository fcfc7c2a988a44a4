package dev.keyturn.ops;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Work that takes processor time, shared fairly among those who ask for it: each has one piece
 * under way at a time, and whoever has used least goes first. It runs on platform threads, so that
 * virtual ones, with the lease and all clients on them, never wait for it. Work looks at the time
 * by {@link #usedNanos}, and there it rests while somebody else has used less, and ends if it has
 * had enough while somebody else cannot even begin.
 */
public final class FairShare implements AutoCloseable {
  /** How long a piece may go on before it looks whether others wait. */
  private static final long TURN_NANOS = 50_000_000;

  /** What a piece may use where others cannot even begin. */
  private static final long ENOUGH_NANOS = 2_000_000_000;

  private final Limits limits;
  private final Tasks tasks;
  private final LongSupplier threadTime;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("keyturn-render-", 0).factory());
  private final ScopedValue<Party.Piece> current = ScopedValue.newInstance();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Party> parties = new LinkedHashMap<>();
  private int running;
  private int started;
  private int asked;
  private long least;

  /**
   * @param running pieces that have a processor
   * @param started pieces that are under way, resting ones included: each may hold 16 MiB
   * @param askedEach pieces of one party that are waited for; a further one is refused
   * @param asked pieces of all parties that are waited for, beyond which each party has one
   * @param longest how long anybody waits
   */
  public record Limits(int running, int started, int askedEach, int asked, Duration longest) {
    /**
     * Leaves a processor to the others where there are several, and most of the waiting threads.
     * Whoever waits holds what was read for it, 4 MiB at most.
     */
    public static Limits of(int processors, int waiters) {
      return new Limits(
          Math.clamp(processors - 1, 1, 2),
          6,
          4,
          Math.clamp(waiters / 2, 1, 16),
          Duration.ofMinutes(5));
    }
  }

  /**
   * @param threadTime what the calling thread has used of a processor, in nanoseconds
   */
  public FairShare(Limits limits, Tasks tasks, LongSupplier threadTime) {
    this.limits = limits;
    this.tasks = tasks;
    this.threadTime = threadTime;
  }

  /** Does the work and waits for it. */
  public <T> Turn<T> run(String name, Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Party.Piece piece;
    lock.lock();
    try {
      Party party = parties.getOrDefault(name, newParty(name));
      Optional<Turn.Why> full = full(party);
      if (full.isPresent()) {
        return new Turn.NoTurn<>(full.get());
      }
      piece = new Party.Piece(party, () -> complete(result, work), lock.newCondition());
      ask(piece);
    } finally {
      lock.unlock();
    }
    CompletableFuture<Void> end = new CompletableFuture<>();
    tasks.after(limits.longest(), () -> end.complete(null));
    try {
      CompletableFuture.anyOf(result, end).join();
      return result.isDone()
          ? new Turn.Done<>(result.join())
          : new Turn.NoTurn<>(Turn.Why.TOO_LONG);
    } catch (CompletionException e) {
      if (e.getCause() instanceof Party.GivesWay) {
        return new Turn.NoTurn<>(Turn.Why.GAVE_WAY);
      }
      throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
    } finally {
      answered(piece);
    }
  }

  private Optional<Turn.Why> full(Party party) {
    if (party.asked >= limits.askedEach()) {
      return Optional.of(Turn.Why.OWN);
    }
    return party.asked > 0 && asked >= limits.asked()
        ? Optional.of(Turn.Why.ALL)
        : Optional.empty();
  }

  private void ask(Party.Piece piece) {
    parties.put(piece.party.name, piece.party);
    piece.party.asked++;
    asked++;
    piece.party.waiting.add(piece);
    startMost();
  }

  private void answered(Party.Piece piece) {
    lock.lock();
    try {
      piece.abandoned = true;
      piece.party.waiting.remove(piece);
      piece.party.asked--;
      asked--;
      tidy(piece.party);
    } finally {
      lock.unlock();
    }
  }

  private void tidy(Party party) {
    if (party.asked == 0 && party.underWay.isEmpty()) {
      parties.remove(party.name);
    }
  }

  /**
   * Whoever comes new starts as the one who has used least, not as one who has used nothing: behind
   * those who came before it, and before all who have used more.
   */
  private Party newParty(String name) {
    return new Party(
        name, parties.values().stream().mapToLong(other -> other.used).min().orElse(least));
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
    Optional<Party.Piece> resting = party.underWay;
    Party.Piece piece = resting.orElseGet(party.waiting::remove);
    piece.mayRun = true;
    if (resting.isPresent()) {
      piece.turn.signal();
    } else {
      started++;
      party.underWay = Optional.of(piece);
      threads.execute(() -> ScopedValue.where(current, piece).run(() -> work(piece)));
    }
  }

  private void work(Party.Piece piece) {
    piece.since = threadTime.getAsLong();
    try {
      piece.work.run();
    } finally {
      lock.lock();
      try {
        piece.charge(threadTime.getAsLong());
        started--;
        piece.party.underWay = Optional.empty();
        tidy(piece.party);
        stop(piece);
      } finally {
        lock.unlock();
      }
    }
  }

  private void stop(Party.Piece piece) {
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

  private boolean somebodyCannotBegin() {
    return started >= limits.started()
        && parties.values().stream()
            .anyMatch(party -> party.underWay.isEmpty() && !party.waiting.isEmpty());
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

  private void rest(Party.Piece piece) {
    lock.lock();
    try {
      piece.charge(threadTime.getAsLong());
      if (piece.abandoned || (piece.used >= ENOUGH_NANOS && somebodyCannotBegin())) {
        throw new Party.GivesWay();
      }
      stop(piece);
      while (!piece.mayRun) {
        piece.turn.awaitUninterruptibly();
      }
      piece.since = threadTime.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is begun any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
