package dev.keyturn.rotation;

import dev.keyturn.source.Answer;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Sight;
import dev.keyturn.source.VersionMark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * When each followed thing is due to be looked at. Things of one identity are taken in full
 * batches: what is nearly due fills the places that what is due leaves empty, and from then on they
 * are due together. Not thread-safe.
 */
final class WatchPlan {
  private static final Logger LOG = Logger.getLogger(WatchPlan.class);

  /**
   * The look after somebody began to follow closes the gap between their read and that; the ones
   * after a change and after taking the lead make sure that no late replica of AWS had the last
   * word.
   */
  private static final Duration CONFIRMATION = Duration.ofMinutes(1);

  /** Whoever writes more means never; a sum with it stays within what an Instant holds. */
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(365);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
  private static final Duration BETWEEN_STARTS = Duration.ofMillis(5);
  private static final double INTERVAL_JITTER = 0.1;
  private static final double RETRY_JITTER = 0.5;

  /** Things that share calls. */
  private record Lane(Identity identity, int size) {}

  private static final class Entry {
    private final Followed followed;
    private final Lane lane;
    private final long number;
    private Optional<Duration> interval;
    private Instant checked;
    private Instant due = Instant.MAX;
    private Optional<Sight> sight = Optional.empty();
    private Instant confirmation = Instant.MAX;
    private int failures;
    private int failuresBefore;
    private boolean busy;

    private Entry(Followed followed, long number, Optional<Duration> interval, Instant checked) {
      this.followed = followed;
      this.lane = new Lane(followed.identity(), followed.batchSize());
      this.number = number;
      this.interval = interval;
      this.checked = checked;
    }

    /** Half of its time is over, so that looking early wastes little. */
    private boolean nearlyDue(Instant now) {
      return due.isBefore(Instant.MAX)
          && Duration.between(checked, now).compareTo(Duration.between(now, due)) >= 0;
    }
  }

  private static final Comparator<Entry> SOONEST =
      Comparator.comparing((Entry entry) -> entry.due).thenComparingLong(entry -> entry.number);

  private final Function<Followed, Optional<Answer<VersionMark>>> known;
  private final RandomGenerator random;
  private final int callsPerLane;
  private final Map<Followed, Entry> entries = new HashMap<>();
  private final Map<Lane, NavigableSet<Entry>> waiting = new HashMap<>();
  private final Map<Lane, Integer> underWay = new HashMap<>();
  private long numbers;

  /**
   * @param known what the last request said
   * @param callsPerLane most batches of an identity that are looked at together
   */
  WatchPlan(
      Function<Followed, Optional<Answer<VersionMark>>> known,
      RandomGenerator random,
      int callsPerLane) {
    this.known = known;
    this.random = random;
    this.callsPerLane = callsPerLane;
  }

  /** It is followed, with that interval; who follows it has just read it. */
  void follow(Followed followed, Optional<Duration> interval, Instant now) {
    Optional<Duration> timer =
        followed.pinned()
            ? Optional.empty()
            : interval.map(wanted -> shorter(wanted, LONGEST_INTERVAL));
    boolean fresh = !entries.containsKey(followed);
    Entry entry =
        entries.computeIfAbsent(followed, f -> new Entry(followed, numbers++, timer, now));
    if (!entry.interval.equals(timer)) {
      entry.interval = timer;
      schedule(entry, earlier(entry.due, regular(entry, entry.checked, random.nextDouble())));
    }
    if (saw(entry) || fresh) {
      doubt(entry, now);
      schedule(entry, next(entry, now, random.nextDouble()));
    }
  }

  /** Takes in what is known by now. Returns whether it is something else than before. */
  private boolean saw(Entry entry) {
    Optional<Answer<VersionMark>> answer = known.apply(entry.followed);
    Optional<Sight> sight = answer.map(Sight::ofMark);
    boolean news = !sight.equals(entry.sight);
    entry.sight = sight;
    if (answer.isPresent() && answer.get() instanceof Answer.Failed<VersionMark>) {
      entry.failures = Math.max(entry.failures, entry.failuresBefore) + 1;
    } else {
      // One look that goes well says nothing of the reads that failed before it.
      entry.failuresBefore = entry.failures;
      entry.failures = 0;
    }
    return news;
  }

  void leave(Followed followed) {
    Optional.ofNullable(entries.remove(followed)).ifPresent(this::unschedule);
  }

  /** Everything once, spread. */
  void startOver(Instant now) {
    underWay.clear();
    Instant due = now;
    for (Entry entry : entries.values()) {
      entry.busy = false;
      entry.checked = Instant.EPOCH;
      if (!entry.followed.pinned() || entry.failures > 0) {
        doubt(entry, now);
        schedule(entry, due);
        due = due.plus(BETWEEN_STARTS);
      }
    }
  }

  /** The batches to look at now; each is to be {@link #done} afterwards. */
  List<Set<Followed>> take(Instant now) {
    List<Set<Followed>> batches = new ArrayList<>();
    waiting.forEach(
        (lane, queue) -> {
          while (free(lane) && !queue.isEmpty() && !queue.first().due.isAfter(now)) {
            batches.add(batch(lane, queue, now));
            underWay.merge(lane, 1, Integer::sum);
          }
        });
    waiting.values().removeIf(Set::isEmpty);
    return batches;
  }

  private static Set<Followed> batch(Lane lane, NavigableSet<Entry> queue, Instant now) {
    List<Entry> chosen =
        queue.stream()
            .filter(entry -> !entry.due.isAfter(now) || entry.nearlyDue(now))
            .limit(lane.size())
            .toList();
    Set<Followed> batch = new HashSet<>();
    for (Entry entry : chosen) {
      queue.remove(entry);
      entry.busy = true;
      batch.add(entry.followed);
    }
    return batch;
  }

  private boolean free(Lane lane) {
    return underWay.getOrDefault(lane, 0) < callsPerLane;
  }

  /** When the next batch can be taken, as far as can be told now. */
  Optional<Instant> next() {
    return waiting.entrySet().stream()
        .filter(lane -> free(lane.getKey()) && !lane.getValue().isEmpty())
        .map(lane -> lane.getValue().first().due)
        .filter(Instant.MAX::isAfter)
        .min(Comparator.naturalOrder());
  }

  /** How many are due and not looked at. */
  long backlog(Instant now) {
    return entries.values().stream().filter(entry -> !entry.due.isAfter(now)).count();
  }

  /** A taken batch was looked at. */
  void done(Set<Followed> batch, Instant now) {
    batch.stream()
        .findFirst()
        .map(any -> new Lane(any.identity(), any.batchSize()))
        .ifPresent(
            lane -> underWay.computeIfPresent(lane, (l, calls) -> calls > 1 ? calls - 1 : null));
    batch.forEach(
        followed ->
            Optional.ofNullable(entries.get(followed)).ifPresent(entry -> entry.busy = false));
    looked(batch, now);
  }

  /** These were looked at, by the plan or for another reason: they are due again in their time. */
  void looked(Set<Followed> what, Instant now) {
    double early = random.nextDouble();
    for (Followed followed : what) {
      Entry entry = entries.get(followed);
      if (entry != null) {
        schedule(entry, nextAfterLook(entry, now, early));
      }
    }
  }

  /** What breaks down over one thing leaves none of the others unscheduled. */
  private Instant nextAfterLook(Entry entry, Instant now, double early) {
    try {
      entry.checked = now;
      if (!entry.confirmation.isAfter(now)) {
        entry.confirmation = Instant.MAX;
      }
      if (saw(entry)) {
        doubt(entry, now);
      }
      return next(entry, now, early);
    } catch (RuntimeException e) {
      LOG.errorf("A look could not be taken in: %s", e.getClass().getName());
      return now.plus(LONGEST_RETRY);
    }
  }

  private Instant next(Entry entry, Instant now, double early) {
    return entry.failures > 0
        ? retry(entry, now)
        : earlier(entry.confirmation, regular(entry, now, early));
  }

  private static Instant regular(Entry entry, Instant from, double early) {
    return entry
        .interval
        .map(interval -> from.plus(shortened(interval, early * INTERVAL_JITTER)))
        .orElse(Instant.MAX);
  }

  /** Wants one more look at it, when all replicas have long caught up. */
  private void doubt(Entry entry, Instant now) {
    if (!entry.followed.pinned()) {
      entry.confirmation = now.plus(shortened(CONFIRMATION, random.nextDouble() * INTERVAL_JITTER));
    }
  }

  private Instant retry(Entry entry, Instant now) {
    Duration longest = shorter(entry.interval.orElse(LONGEST_RETRY), LONGEST_RETRY);
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(entry.failures - 1, 6));
    return now.plus(shortened(shorter(doubled, longest), random.nextDouble() * RETRY_JITTER));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration shortened(Duration duration, double share) {
    return duration.minusNanos((long) (duration.toNanos() * share));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void schedule(Entry entry, Instant due) {
    unschedule(entry);
    entry.due = due;
    if (!entry.busy) {
      waiting.computeIfAbsent(entry.lane, lane -> new TreeSet<>(SOONEST)).add(entry);
    }
  }

  private void unschedule(Entry entry) {
    NavigableSet<Entry> queue = waiting.get(entry.lane);
    if (queue != null) {
      queue.remove(entry);
      if (queue.isEmpty()) {
        waiting.remove(entry.lane);
      }
    }
  }
}
