package dev.keyturn.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may keep one of few threads waiting for somebody outside, and for how long. Short waits are
 * free. A party with a long one has a share of the threads and no more, so that whoever names an
 * endpoint that hardly answers holds up nobody else; who finds no room leaves, and is called when
 * there is.
 */
public final class Patience {
  /** For how long a party counts as slow after one of its waits was long. */
  private static final Duration MEMORY = Duration.ofSeconds(10);

  private final Limits limits;
  private final Tasks tasks;
  private final InstantSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Waits> parties = new LinkedHashMap<>();

  /**
   * @param each waits of one slow party
   * @param all waits of all slow parties, beyond which each has one
   * @param most waits of all slow parties, firsts included
   * @param free how long a wait may last before its party is slow
   * @param longest how long a wait may last at all
   */
  public record Limits(int each, int all, int most, Duration free, Duration longest) {
    /** A party gets a quarter of the threads, and all slow ones half of them and one each. */
    public static Limits of(int threads) {
      return new Limits(
          Math.max(threads / 4, 1),
          Math.max(threads / 2, 1),
          threads,
          Duration.ofSeconds(1),
          Duration.ofMinutes(2));
    }
  }

  /**
   * Who waits.
   *
   * @param name tells it from others of its party
   * @param again called once there is room, if there was none; it may be called in vain
   */
  public record Waiter(String party, String name, Runnable again) {}

  private static final class Waits {
    private final Map<String, Runnable> queue = new LinkedHashMap<>();
    private Instant slowUntil = Instant.MIN;
    private int waiting;
  }

  public Patience(Limits limits, Tasks tasks, InstantSource time) {
    this.limits = limits;
    this.tasks = tasks;
    this.time = time;
  }

  /** Begins to wait, for one answer or several. */
  public Wait begin(Waiter waiter) {
    lock.lock();
    try {
      Waits party = parties.computeIfAbsent(waiter.party(), _ -> new Waits());
      if (isSlow(party)) {
        requireRoom(waiter, party, party.waiting + 1, held());
      }
      party.queue.remove(waiter.name());
      party.waiting++;
      return new Wait(waiter, party);
    } finally {
      lock.unlock();
    }
  }

  private boolean isSlow(Waits party) {
    return limits.free().isZero() || time.instant().isBefore(party.slowUntil);
  }

  private int held() {
    return parties.values().stream().filter(this::isSlow).mapToInt(party -> party.waiting).sum();
  }

  /**
   * @param own waits of the party with this one
   * @param others waits of all without it
   */
  private void requireRoom(Waiter waiter, Waits party, int own, int others) {
    Optional<String> full = full(own, others);
    if (full.isPresent()) {
      party.queue.put(waiter.name(), waiter.again());
      throw new OutOfPatience(
          limits.free().isZero() ? OutOfPatience.Kind.TURN : OutOfPatience.Kind.SLOW, full.get());
    }
  }

  private Optional<String> full(int own, int others) {
    if (own > limits.each()) {
      return Optional.of("%d others of this namespace wait already".formatted(own - 1));
    }
    if (others >= limits.most() || (own > 1 && others >= limits.all())) {
      return Optional.of("%d others of all namespaces wait already".formatted(others));
    }
    return Optional.empty();
  }

  /** Whoever leaves makes room: calls those for whom there is some now, one of each in turn. */
  private void callNext() {
    List<Runnable> called = new ArrayList<>();
    lock.lock();
    try {
      Map<String, Integer> mine = new LinkedHashMap<>();
      int before = -1;
      while (before < called.size()) {
        before = called.size();
        parties.forEach((name, party) -> callOne(name, party, mine, called));
      }
      // Who was called now is behind the others the next time.
      mine.keySet()
          .forEach(
              name ->
                  Optional.ofNullable(parties.remove(name))
                      .ifPresent(party -> parties.put(name, party)));
      parties
          .values()
          .removeIf(party -> party.waiting == 0 && party.queue.isEmpty() && !isSlow(party));
    } finally {
      lock.unlock();
    }
    called.forEach(Runnable::run);
  }

  private void callOne(String name, Waits party, Map<String, Integer> mine, List<Runnable> called) {
    int own = party.waiting + mine.getOrDefault(name, 0) + 1;
    if (!party.queue.isEmpty() && (!isSlow(party) || full(own, held() + called.size()).isEmpty())) {
      called.add(party.queue.remove(party.queue.keySet().iterator().next()));
      mine.merge(name, 1, Integer::sum);
    }
  }

  /** One thread that waits. */
  public final class Wait implements AutoCloseable {
    private final Waiter waiter;
    private final Waits party;
    private final End free = new End(limits.free());
    private final End longest = new End(limits.longest());
    private boolean left;

    private Wait(Waiter waiter, Waits party) {
      this.waiter = waiter;
      this.party = party;
    }

    /** Gives the answer once it is there. */
    public <T> T join(CompletableFuture<T> answer) {
      if (!free.waitFor(answer)) {
        stay();
        if (!longest.waitFor(answer)) {
          throw new OutOfPatience(
              OutOfPatience.Kind.NO_ANSWER, "no answer within " + limits.longest());
        }
      }
      return answer.join();
    }

    /** From now on it is long. */
    private void stay() {
      lock.lock();
      try {
        party.slowUntil = time.instant().plus(MEMORY);
        int own = party.waiting;
        int others = held() - 1;
        if (full(own, others).isPresent()) {
          leave();
          requireRoom(waiter, party, own, others);
        }
      } finally {
        lock.unlock();
      }
    }

    private void leave() {
      if (!left) {
        left = true;
        party.waiting--;
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        leave();
      } finally {
        lock.unlock();
      }
      callNext();
    }
  }

  /** When a wait has lasted for so long. */
  private final class End {
    private final Instant at;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private boolean armed;

    End(Duration after) {
      at = time.instant().plus(after);
    }

    /** Whether the answer comes before. */
    boolean waitFor(CompletableFuture<?> answer) {
      if (!answer.isDone() && !over.isDone()) {
        if (!armed) {
          armed = true;
          Duration left = Duration.between(time.instant(), at);
          tasks.after(left.isNegative() ? Duration.ZERO : left, () -> over.complete(null));
        }
        CompletableFuture.anyOf(answer, over).join();
      }
      return answer.isDone();
    }
  }
}
