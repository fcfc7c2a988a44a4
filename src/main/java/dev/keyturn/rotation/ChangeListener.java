package dev.keyturn.rotation;

import com.google.re2j.Pattern;
import dev.keyturn.ops.Tasks;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Turns change events into looks: what an event is about is looked at now, and again until AWS
 * shows what was announced; then its dependants are awake and the message is acknowledged. Works
 * only between {@link #start} and {@link #stop}: on the leader.
 */
public final class ChangeListener {
  private static final Logger LOG = Logger.getLogger(ChangeListener.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** A long poll takes longer; an empty answer sooner than this is no long poll. */
  private static final Duration SHORTEST_POLL = Duration.ofMillis(500);

  /** Changes that AWS does not show yet; the oldest is left to the polls. */
  static final int MOST_PURSUITS = 5_000;

  private final List<ChangeFeed> feeds;
  private final Watchlist watchlist;
  private final StageWatch watch;
  private final Tasks tasks;
  private final InstantSource time;
  private final RotationHealth health;
  private final EventMeters meters;
  private final ReferenceIndex index;

  /** A poll takes 20 s, the longest pause a minute, and AWS's client gives up before this. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final Map<ChangeFeed, Instant> lastAsked = new ConcurrentHashMap<>();
  private final Object lock = new Object();
  private final Pursuits pursuits;
  private final Sightings sightings = new Sightings();
  private boolean leading;
  private long term;

  public ChangeListener(
      List<ChangeFeed> feeds,
      SecretCache cache,
      Watchlist watchlist,
      StageWatch watch,
      Tasks tasks,
      InstantSource time,
      RotationHealth health,
      EventMeters meters) {
    this.feeds = List.copyOf(feeds);
    this.pursuits = new Pursuits(cache);
    this.watchlist = watchlist;
    this.watch = watch;
    this.tasks = tasks;
    this.time = time;
    this.health = health;
    this.meters = meters;
    this.index = ReferenceIndex.of(watchlist, cache, new SearchPatterns(Pattern::compile));
  }

  /** Leads from now on. */
  public void start() {
    long began;
    synchronized (lock) {
      if (leading) {
        return;
      }
      leading = true;
      began = ++term;
      feeds.forEach(feed -> lastAsked.put(feed, time.instant()));
    }
    feeds.forEach(feed -> tasks.run(() -> new Polls(feed, began).poll(0)));
  }

  /** Leads no more; what was not acknowledged comes again, to whoever leads then. */
  public void stop() {
    synchronized (lock) {
      leading = false;
      term++;
      pursuits.endAll();
      sightings.forget();
    }
  }

  /** Whether a queue has not been asked for so long that its polls must have ended. */
  public boolean silent(Instant now) {
    synchronized (lock) {
      return leading && feeds.stream().anyMatch(feed -> askedBefore(feed, now.minus(SILENCE)));
    }
  }

  private boolean askedBefore(ChangeFeed feed, Instant instant) {
    return lastAsked.getOrDefault(feed, Instant.MAX).isBefore(instant);
  }

  /** The polls of one queue while we lead. */
  private final class Polls {
    private final ChangeFeed feed;
    private final long began;
    private final Receives receives = new Receives(tasks, () -> poll(0));

    Polls(ChangeFeed feed, long began) {
      this.feed = feed;
      this.began = began;
    }

    void poll(int failures) {
      if (!current(began)) {
        return;
      }
      Instant asked = time.instant();
      lastAsked.put(feed, asked);
      try {
        List<ChangeNotice> notices = feed.next();
        boolean hasty = Duration.between(asked, time.instant()).compareTo(SHORTEST_POLL) < 0;
        if (notices.isEmpty() && hasty) {
          tasks.after(FIRST_PAUSE, () -> poll(0));
        } else {
          Runnable worked = receives.took();
          work(() -> take(notices, began, worked));
        }
      } catch (InterruptedException | RuntimeException | Error e) {
        // A stray interrupt too: who ends us for good ends the term, and then nothing is polled.
        meters.failed();
        if (failures == 0) {
          LOG.warnf("A queue of change events fails (%s); polling goes on", e.getClass().getName());
        }
        tasks.after(pause(failures), () -> poll(failures + 1));
      }
    }
  }

  /** What breaks down here is not acknowledged, so it comes again; the others go on. */
  private void work(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException | Error e) {
      meters.failed();
      LOG.warnf(
          "Change events were not worked on (%s); the queue delivers them again",
          e.getClass().getName());
    }
  }

  private static Duration pause(int failures) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 6));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  private boolean current(long began) {
    synchronized (lock) {
      return leading && term == began;
    }
  }

  private void take(List<ChangeNotice> notices, long began, Runnable worked) {
    List<Pursuit> fresh = new ArrayList<>();
    if (current(began)) {
      for (ChangeNotice notice : notices) {
        work(() -> take(notice, index.about(notice.change())).ifPresent(fresh::add));
      }
    }
    look(fresh, began, worked);
  }

  /** The pursuit that begins with this notice, if one does. */
  private Optional<Pursuit> take(ChangeNotice notice, Set<Followed> about) {
    if (about.isEmpty()) {
      meters.foreign();
      acknowledge(notice);
      return Optional.empty();
    }
    meters.matched();
    about.stream()
        .flatMap(
            followed ->
                followed instanceof Reference reference ? Stream.of(reference) : Stream.of())
        .filter(reference -> health.heard(reference, notice.change()))
        .forEach(watchlist::wakeAll);
    return pursue(notice, about);
  }

  private Optional<Pursuit> pursue(ChangeNotice notice, Set<Followed> about) {
    synchronized (lock) {
      Optional<Pursuit> fresh = pursuits.begin(notice, about, time.instant());
      pursuits.oldest(MOST_PURSUITS).ifPresent(this::end);
      return fresh;
    }
  }

  /**
   * @param looked run when AWS has been asked
   */
  private void look(List<Pursuit> wanted, long began, Runnable looked) {
    Set<Followed> unseen = new HashSet<>();
    List<Pursuit> pursued;
    synchronized (lock) {
      pursued = term == began ? wanted.stream().filter(pursuits::isOn).toList() : List.of();
      pursued.forEach(pursuit -> unseen.addAll(pursuit.unseen()));
    }
    if (unseen.isEmpty()) {
      looked.run();
    } else {
      CompletableFuture<Void> _ =
          watch
              .look(unseen)
              .whenComplete((_, _) -> looked(pursued, began))
              .whenComplete((_, _) -> looked.run());
    }
  }

  private void looked(List<Pursuit> pursued, long began) {
    List<Pursuit> over = new ArrayList<>();
    Map<Duration, List<Pursuit>> again = new TreeMap<>();
    synchronized (lock) {
      if (term != began) {
        return;
      }
      for (Pursuit pursuit : pursued.stream().filter(pursuits::isOn).toList()) {
        work(() -> pursuit.looked(sightings));
        Optional<Duration> next = pursuit.untilNextLook();
        if (next.isPresent()) {
          again.computeIfAbsent(next.get(), wait -> new ArrayList<>()).add(pursuit);
        } else {
          pursuits.end(pursuit);
          over.add(pursuit);
        }
      }
    }
    again.forEach((wait, group) -> tasks.after(wait, () -> look(group, began, () -> {})));
    over.forEach(pursuit -> work(() -> end(pursuit)));
  }

  private void end(Pursuit pursuit) {
    if (pursuit.unseen().isEmpty()) {
      meters.seen(Duration.between(pursuit.change().at(), time.instant()));
    } else {
      meters.unseen();
    }
    pursuit.notices().forEach(this::acknowledge);
  }

  /** One that fails only brings the message once more. */
  private void acknowledge(ChangeNotice notice) {
    work(notice::ack);
  }
}
