package dev.keyturn.rotation;

import dev.keyturn.ops.Tasks;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Followed;
import dev.keyturn.source.SecretCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Asks AWS again and again whether what is followed is still the same, and wakes those who have
 * something else. Works only between {@link #start} and {@link #stop}: on the leader.
 */
public final class StageWatch {
  private static final Logger LOG = Logger.getLogger(StageWatch.class);
  private static final int CALLS_PER_LANE = 4;

  private final SecretCache cache;
  private final Watchlist watchlist;
  private final Tasks tasks;
  private final InstantSource time;
  private final WatchMeters meters;

  private final Object lock = new Object();
  private final WatchPlan plan;
  private boolean leading;
  private long term;
  private Instant alarm = Instant.MAX;

  public StageWatch(
      SecretCache cache,
      Watchlist watchlist,
      Tasks tasks,
      InstantSource time,
      RandomGenerator random,
      WatchMeters meters) {
    this.cache = cache;
    this.watchlist = watchlist;
    this.tasks = tasks;
    this.time = time;
    this.plan = new WatchPlan(cache::state, random, CALLS_PER_LANE);
    this.meters = meters;
    meters.backlog(this::backlog);
    meters.followed(() -> watchlist.references().size());
    watchlist.observe(this::followersChanged);
  }

  /** Leads from now on: everything is looked at once, as nobody did so in the meantime. */
  public void start() {
    synchronized (lock) {
      if (leading) {
        return;
      }
      leading = true;
      term++;
      alarm = Instant.MAX;
      plan.startOver(time.instant());
    }
    watchlist.forgetWakes();
    work();
  }

  /** Leads no more; what is under way wakes nobody. */
  public void stop() {
    synchronized (lock) {
      leading = false;
      term++;
    }
  }

  private void followersChanged(Followed followed) {
    synchronized (lock) {
      if (watchlist.follows(followed)) {
        plan.follow(followed, watchlist.interval(followed), time.instant());
      } else {
        plan.leave(followed);
      }
    }
    work();
  }

  /**
   * Looks at these now; done when their dependants are woken, if there was a reason to. Ends
   * whatever breaks down on the way, perhaps exceptionally.
   */
  CompletableFuture<Void> look(Set<? extends Followed> what) {
    Set<Followed> all = Set.copyOf(what);
    long began = term();
    return asked(all)
        .whenComplete((_, _) -> goOn(all, began, () -> plan.looked(all, time.instant())));
  }

  /** A request that cannot even be made is one that failed. */
  private CompletableFuture<Void> asked(Set<Followed> what) {
    try {
      return cache.check(what);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void work() {
    List<Set<Followed>> batches;
    long began;
    synchronized (lock) {
      if (!leading) {
        return;
      }
      began = term;
      Instant now = time.instant();
      batches = plan.take(now);
      plan.next().ifPresent(next -> arm(next, now));
    }
    batches.forEach(batch -> check(batch, began));
  }

  private void arm(Instant next, Instant now) {
    if (!next.isBefore(alarm)) {
      return;
    }
    alarm = next;
    long began = term;
    tasks.after(Duration.between(now, next), () -> ring(next, began));
  }

  private void ring(Instant rung, long began) {
    synchronized (lock) {
      if (term != began) {
        return;
      }
      if (alarm.equals(rung)) {
        alarm = Instant.MAX;
      }
    }
    work();
  }

  private void check(Set<Followed> batch, long began) {
    CompletableFuture<Void> _ =
        asked(batch).whenComplete((_, _) -> goOn(batch, began, () -> finish(batch, began)));
  }

  private void finish(Set<Followed> batch, long began) {
    if (term == began) {
      plan.done(batch, time.instant());
    }
    batch.stream()
        .findFirst()
        .ifPresent(
            any -> meters.looked(any.identity(), batch.size(), answered(batch), time.instant()));
  }

  private boolean answered(Set<Followed> batch) {
    return batch.stream()
        .anyMatch(
            followed -> cache.known(followed).filter(Answer.Found.class::isInstance).isPresent());
  }

  /** Goes on with the next, whatever becomes of these: nobody else would. */
  private void goOn(Set<Followed> looked, long began, Runnable planned) {
    try {
      synchronized (lock) {
        planned.run();
      }
      if (term() == began) {
        looked.forEach(watchlist::tell);
      }
    } catch (RuntimeException e) {
      LOG.errorf("A look could not be taken in: %s", e.getClass().getName());
    } finally {
      work();
    }
  }

  private long backlog() {
    synchronized (lock) {
      return plan.backlog(time.instant());
    }
  }

  private long term() {
    synchronized (lock) {
      return term;
    }
  }
}
