package dev.keyturn.rotation;

import dev.keyturn.source.Followed;
import dev.keyturn.source.Identity;
import dev.keyturn.source.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
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
 * batches: what is due next fills the places that what is due leaves empty, and from then on they
 * are due together. Not thread-safe.
 */
final class WatchPlan {
  private static final Logger LOG = Logger.getLogger(WatchPlan.class);
  private static final Duration BETWEEN_STARTS = Duration.ofMillis(5);

  /** Looked at for each place of a batch; who follows thousands keeps no lock by it. */
  private static final int TRIED_PER_PLACE = 10;

  /** Things that share calls. */
  private record Lane(Identity identity, int size) {
    static Lane of(Followed followed) {
      return new Lane(followed.identity(), followed.batchSize());
    }
  }

  private final Function<Followed, Optional<Known>> known;
  private final RandomGenerator random;
  private final int callsPerLane;
  private final Map<Followed, PlannedLook> looks = new HashMap<>();
  private final Map<Lane, NavigableSet<PlannedLook>> waiting = new HashMap<>();
  private final Map<Lane, Integer> underWay = new HashMap<>();
  private final Set<PlannedLook> taken = new HashSet<>();
  private long numbers;

  /**
   * @param known what the last request said
   * @param callsPerLane most batches of an identity that are looked at together
   */
  WatchPlan(Function<Followed, Optional<Known>> known, RandomGenerator random, int callsPerLane) {
    this.known = known;
    this.random = random;
    this.callsPerLane = callsPerLane;
  }

  /** It is followed, with that interval; who follows it has just read it. */
  void follow(Followed followed, Optional<Duration> interval, Instant now) {
    boolean fresh = !looks.containsKey(followed);
    PlannedLook look =
        looks.computeIfAbsent(followed, f -> new PlannedLook(f, numbers++, interval, now, random));
    Optional<Known> state = known.apply(followed);
    change(
        look,
        () -> {
          look.wants(interval);
          if (look.saw(state.map(Known::answer)) || fresh) {
            look.read(state, now);
          }
        });
  }

  void leave(Followed followed) {
    Optional.ofNullable(looks.remove(followed))
        .ifPresent(
            look -> {
              unschedule(Lane.of(followed), look);
              taken.remove(look);
            });
  }

  /** Everything once, spread. */
  void startOver(Instant now) {
    underWay.clear();
    taken.clear();
    Instant due = now;
    for (PlannedLook look : looks.values()) {
      if (look.matters()) {
        Instant next = due;
        change(look, () -> look.startOver(now, next));
        due = due.plus(BETWEEN_STARTS);
      }
    }
  }

  /** The batches to look at now; each is to be {@link #done} afterwards. */
  List<Set<Followed>> take(Instant now) {
    List<Set<Followed>> batches = new ArrayList<>();
    waiting.forEach(
        (lane, queue) -> {
          while (free(lane) && !queue.isEmpty() && queue.first().isDue(now)) {
            batches.add(batch(lane, queue, now));
            underWay.merge(lane, 1, Integer::sum);
          }
        });
    waiting.values().removeIf(Set::isEmpty);
    return batches;
  }

  private Set<Followed> batch(Lane lane, NavigableSet<PlannedLook> queue, Instant now) {
    List<PlannedLook> chosen = new ArrayList<>(due(lane, queue, now));
    if (chosen.size() < lane.size()) {
      chosen.addAll(company(lane, queue, now, chosen));
    }
    Set<Followed> batch = new HashSet<>();
    for (PlannedLook look : chosen) {
      queue.remove(look);
      taken.add(look);
      batch.add(look.followed());
    }
    return batch;
  }

  private static List<PlannedLook> due(Lane lane, NavigableSet<PlannedLook> queue, Instant now) {
    return queue.stream().takeWhile(look -> look.isDue(now)).limit(lane.size()).toList();
  }

  private static List<PlannedLook> company(
      Lane lane, NavigableSet<PlannedLook> queue, Instant now, List<PlannedLook> due) {
    Instant again =
        due.stream().map(look -> look.again(now)).min(Comparator.naturalOrder()).orElse(now);
    Iterator<PlannedLook> later = queue.stream().skip(due.size()).iterator();
    return company(later, lane.size(), lane.size() - due.size(), now, again);
  }

  /**
   * What goes along, the soonest first. What will be a full batch by itself stays together: taking
   * of it would save no call.
   *
   * @param later in the order in which they are due; not many of them are looked at
   * @param again when the batch is due again: nothing goes along that is due no sooner
   */
  static List<PlannedLook> company(
      Iterator<PlannedLook> later, int size, int room, Instant now, Instant again) {
    List<PlannedLook> company = new ArrayList<>();
    List<PlannedLook> together = new ArrayList<>();
    for (int tried = 0; tried < TRIED_PER_PLACE * size && later.hasNext(); tried++) {
      PlannedLook look = later.next();
      if (!together.isEmpty() && !together.getFirst().due().equals(look.due())) {
        takeAlong(together, company, size, now, again);
      }
      if (company.size() >= room || !look.due().isBefore(again)) {
        break;
      }
      together.add(look);
    }
    takeAlong(together, company, size, now, again);
    return company.subList(0, Math.min(room, company.size()));
  }

  private static void takeAlong(
      List<PlannedLook> together, List<PlannedLook> company, int size, Instant now, Instant again) {
    if (together.size() < size) {
      together.stream().filter(look -> look.mayGoAlong(now, again)).forEach(company::add);
    }
    together.clear();
  }

  private boolean free(Lane lane) {
    return underWay.getOrDefault(lane, 0) < callsPerLane;
  }

  /** When the next batch can be taken, as far as can be told now. */
  Optional<Instant> next() {
    return waiting.entrySet().stream()
        .filter(lane -> free(lane.getKey()) && !lane.getValue().isEmpty())
        .map(lane -> lane.getValue().first().due())
        .filter(Instant.MAX::isAfter)
        .min(Comparator.naturalOrder());
  }

  /** How many are due and not looked at. */
  long backlog(Instant now) {
    return looks.values().stream().filter(look -> look.isDue(now)).count();
  }

  /** A taken batch was looked at. */
  void done(Set<Followed> batch, Instant now) {
    batch.stream()
        .findFirst()
        .map(Lane::of)
        .ifPresent(
            lane -> underWay.computeIfPresent(lane, (l, calls) -> calls > 1 ? calls - 1 : null));
    batch.forEach(followed -> Optional.ofNullable(looks.get(followed)).ifPresent(taken::remove));
    looked(batch, now);
  }

  /** These were looked at, by the plan or for another reason: they are due again in their time. */
  void looked(Set<Followed> what, Instant now) {
    double jitter = PlannedLook.jitter(random);
    for (Followed followed : what) {
      Optional.ofNullable(looks.get(followed))
          .ifPresent(look -> change(look, () -> takeIn(look, now, jitter)));
    }
  }

  /** What breaks down over one thing leaves none of the others unscheduled. */
  private void takeIn(PlannedLook look, Instant now, double jitter) {
    try {
      look.looked(known.apply(look.followed()).map(Known::answer), now, jitter);
    } catch (RuntimeException e) {
      LOG.errorf("A look could not be taken in: %s", e.getClass().getName());
      look.putOff(now);
    }
  }

  /** Has it stand where it belongs afterwards; one under way waits for its answer. */
  private void change(PlannedLook look, Runnable change) {
    Lane lane = Lane.of(look.followed());
    unschedule(lane, look);
    change.run();
    if (!taken.contains(look)) {
      waiting.computeIfAbsent(lane, l -> new TreeSet<>(PlannedLook.SOONEST)).add(look);
    }
  }

  private void unschedule(Lane lane, PlannedLook look) {
    NavigableSet<PlannedLook> queue = waiting.get(lane);
    if (queue != null) {
      queue.remove(look);
      if (queue.isEmpty()) {
        waiting.remove(lane);
      }
    }
  }
}
