package dev.keyturn.rotation;

import dev.keyturn.ops.Tasks;
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
    this.plan = new WatchPlan(cache::known, random, CALLS_PER_LANE);
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

  /** Looks at these now; done when their dependants are woken, if there was a reason to. */
  CompletableFuture<Void> look(Set<? extends Followed> what) {
    Set<Followed> all = Set.copyOf(what);
    long began = term();
    return cache
        .check(all)
        .thenRun(
            () -> {
              synchronized (lock) {
                plan.looked(all, time.instant());
              }
              tell(all, began);
              work();
            });
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
    CompletableFuture<Void> _ = cache.check(batch).thenRun(() -> checked(batch, began));
  }

  /** Goes on with the next, whatever becomes of the dependants: nobody else would. */
  private void checked(Set<Followed> batch, long began) {
    try {
      synchronized (lock) {
        if (term == began) {
          plan.done(batch, time.instant());
        }
      }
      batch.stream()
          .findFirst()
          .ifPresent(any -> meters.looked(any.identity(), batch.size(), time.instant()));
      tell(batch, began);
    } catch (RuntimeException e) {
      LOG.errorf("Dependants could not be told of a look: %s", e.getClass().getName());
    } finally {
      work();
    }
  }

  private void tell(Set<Followed> what, long began) {
    if (term() == began) {
      what.forEach(watchlist::tell);
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
