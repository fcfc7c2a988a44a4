package dev.keyturn.source;

import dev.keyturn.ops.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The cache of one kind of things. */
final class Shelf<K extends Followed, T> {
  private static final Logger LOG = Logger.getLogger(Shelf.class);

  /** Asks the source for things of one lane. */
  @FunctionalInterface
  interface Fetch<K, T> {
    Map<K, Answer<T>> fetch(Lane lane, List<K> keys);
  }

  /** How long the mark of something stays that nobody follows. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Between two sweeps: each looks at all slots, and what came one by one ends one by one. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Function<K, Lane> lane;
  private final Fetch<K, T> fetch;
  private final Function<T, VersionMark> mark;
  private final ToLongFunction<T> bytes;
  private final Tasks tasks;
  private final InstantSource time;
  private final SecretCache.Bounds bounds;
  private final CacheMeters meters;
  private final Dispatch<K, T> dispatch;
  private final Map<K, Slot<K, T>> slots = new HashMap<>();
  private final CompanyBudget budget;
  private boolean sweeping;
  private long heldBytes;

  Shelf(
      Function<K, Lane> lane,
      Fetch<K, T> fetch,
      Function<T, VersionMark> mark,
      ToLongFunction<T> bytes,
      Tasks tasks,
      InstantSource time,
      SecretCache.Bounds bounds,
      CacheMeters meters) {
    this.lane = lane;
    this.fetch = fetch;
    this.mark = mark;
    this.bytes = bytes;
    this.tasks = tasks;
    this.time = time;
    this.bounds = bounds;
    this.meters = meters;
    this.budget = new CompanyBudget(bounds.heldBytes());
    this.dispatch = new Dispatch<>(bounds.calls(), bounds.longestWait(), tasks, time, this::call);
  }

  /**
   * For a dependant: what is held and fresh enough, or what a flight brings.
   *
   * @param company what will be asked for soon, and may come along
   */
  Map<K, CompletableFuture<Answer<T>>> ask(
      Collection<K> keys, Freshness freshness, Optional<Supplier<Stream<K>>> company) {
    Map<K, CompletableFuture<Answer<T>>> answers = new LinkedHashMap<>();
    Map<Lane, List<Flight<K, T>>> arrivals = new HashMap<>();
    synchronized (slots) {
      Instant now = time.instant();
      for (K key : keys) {
        Slot<K, T> slot = slots.computeIfAbsent(key, k -> new Slot<>(now));
        budget.released(slot.holdsCompany());
        Optional<Answer<T>> held = slot.take(freshness, now, bounds.hold());
        budget.held(slot.holdsCompany());
        held.ifPresent(answer -> meters.served());
        answers.put(
            key,
            held.map(CompletableFuture::completedFuture)
                .orElseGet(
                    () -> {
                      Flight<K, T> flight = board(slot, key, freshness, company, arrivals);
                      flight.board();
                      return flight.answer();
                    }));
      }
    }
    dispatch.send(arrivals);
    return answers;
  }

  /** For the watch: asks for all of them now. */
  List<CompletableFuture<Answer<T>>> check(Collection<K> keys) {
    List<CompletableFuture<Answer<T>>> answers = new ArrayList<>();
    Map<Lane, List<Flight<K, T>>> arrivals = new HashMap<>();
    synchronized (slots) {
      Instant now = time.instant();
      for (K key : keys) {
        Slot<K, T> slot = slots.computeIfAbsent(key, k -> new Slot<>(now));
        answers.add(board(slot, key, Freshness.since(now), Optional.empty(), arrivals).answer());
      }
    }
    dispatch.send(arrivals);
    return answers;
  }

  private Flight<K, T> board(
      Slot<K, T> slot,
      K key,
      Freshness freshness,
      Optional<Supplier<Stream<K>>> company,
      Map<Lane, List<Flight<K, T>>> arrivals) {
    Optional<Flight<K, T>> shared = slot.flight(freshness);
    Flight<K, T> flight =
        shared.orElseGet(() -> slot.open(new Flight<>(key, time.instant(), company)));
    if (shared.isPresent()) {
      meters.shared();
    } else {
      meters.asked();
      arrivals.computeIfAbsent(lane.apply(key), l -> new ArrayList<>()).add(flight);
    }
    return flight;
  }

  private void call(Lane lane, List<Flight<K, T>> boarded) {
    List<Flight<K, T>> company = company(lane, boarded);
    List<Flight<K, T>> batch = new ArrayList<>(boarded);
    batch.addAll(company);
    try {
      call(lane, batch, Set.copyOf(company));
    } finally {
      company.forEach(Flight::close);
      synchronized (slots) {
        budget.landed(company.size());
      }
    }
  }

  private void call(Lane lane, List<Flight<K, T>> batch, Set<Flight<K, T>> company) {
    meters.batch(lane, batch.size());
    Map<K, Answer<T>> answers = fetch.fetch(lane, batch.stream().map(Flight::key).toList());
    Map<K, Answer<VersionMark>> marks = new HashMap<>();
    answers.forEach((key, answer) -> marks.put(key, answer.map(mark)));
    synchronized (slots) {
      for (Flight<K, T> flight : batch) {
        Slot<K, T> slot = slots.get(flight.key());
        Answer<T> answer = answers.get(flight.key());
        Answer<VersionMark> seen = marks.get(flight.key());
        if (slot != null && answer != null && seen != null) {
          boolean along = company.contains(flight) && flight.readers() == 0;
          slot.land(flight, seen).ifPresent(copies -> hold(slot, answer, copies, along));
        }
      }
    }
    batch.forEach(flight -> Optional.ofNullable(answers.get(flight.key())).ifPresent(flight::land));
  }

  /**
   * What goes along because the call is made anyway: each thing once, and only what nobody has
   * asked for yet. Nothing goes along with what somebody wants at once, or the watch.
   */
  private List<Flight<K, T>> company(Lane lane, List<Flight<K, T>> boarded) {
    int room = lane.size() - boarded.size();
    if (room <= 0 || boarded.stream().anyMatch(flight -> flight.company().isEmpty())) {
      return List.of();
    }
    List<Flight<K, T>> company = new ArrayList<>();
    try {
      // Not as one stream, which would find out about all before the first is taken.
      for (Supplier<Stream<K>> each :
          boarded.stream().flatMap(flight -> flight.company().stream()).distinct().toList()) {
        Iterator<K> candidates = each.get().iterator();
        while (company.size() < room && mayMoreGoAlong() && candidates.hasNext()) {
          K key = candidates.next();
          if (this.lane.apply(key).equals(lane)) {
            takeAlong(key).ifPresent(company::add);
          }
        }
      }
    } catch (RuntimeException e) {
      LOG.errorf("Nothing more goes along with a request: %s", e.getClass().getName());
    }
    return company;
  }

  private boolean mayMoreGoAlong() {
    synchronized (slots) {
      return budget.allows(heldBytes);
    }
  }

  private Optional<Flight<K, T>> takeAlong(K key) {
    synchronized (slots) {
      Instant now = time.instant();
      boolean untouched = Optional.ofNullable(slots.get(key)).map(Slot::untouched).orElse(true);
      if (!untouched || !budget.allows(heldBytes)) {
        return Optional.empty();
      }
      Flight<K, T> flight =
          slots.computeIfAbsent(key, k -> new Slot<>(now)).open(new Flight<>(key, now));
      flight.leave(now);
      budget.left();
      return Optional.of(flight);
    }
  }

  private void hold(Slot<K, T> slot, Answer<T> answer, int copies, boolean along) {
    long size = size(answer);
    Instant now = time.instant();
    if (heldBytes + size > bounds.heldBytes()) {
      expire(now);
    }
    if (heldBytes + size > bounds.heldBytes()) {
      return;
    }
    heldBytes += size;
    Duration stay = along && answer instanceof Answer.Found ? bounds.holdCompany() : stay(answer);
    slot.hold(answer, copies, now.plus(stay), along);
    budget.held(along);
    if (!sweeping) {
      sweeping = true;
      tasks.after(stay(answer), this::sweep);
    }
  }

  private Duration stay(Answer<T> answer) {
    return answer instanceof Answer.Found<T> ? bounds.hold() : bounds.holdFailure();
  }

  private long size(Answer<T> answer) {
    return answer instanceof Answer.Found<T>(T value) ? bytes.applyAsLong(value) : 0;
  }

  private void sweep() {
    synchronized (slots) {
      Instant now = time.instant();
      slots.values().removeIf(slot -> slot.abandoned(now, PATIENCE));
      Optional<Instant> next = expire(now);
      sweeping = next.isPresent();
      next.map(until -> Duration.between(now, until))
          .ifPresent(wait -> tasks.after(wait.compareTo(PAUSE) < 0 ? PAUSE : wait, this::sweep));
    }
  }

  /** Lets go of what was held long enough. Returns when the next is. */
  private Optional<Instant> expire(Instant now) {
    Optional<Instant> next = Optional.empty();
    heldBytes = 0;
    budget.recount();
    for (Slot<K, T> slot : slots.values()) {
      slot.expire(now);
      heldBytes += slot.holds().map(this::size).orElse(0L);
      budget.held(slot.holdsCompany());
      Optional<Instant> until = slot.holdsUntil();
      next = Stream.concat(next.stream(), until.stream()).min(Comparator.naturalOrder());
    }
    return next;
  }

  Optional<Known> known(K key) {
    synchronized (slots) {
      return Optional.ofNullable(slots.get(key)).flatMap(Slot::known);
    }
  }

  /** Takes in what was learnt without reading the value. */
  void saw(K key, Answer<VersionMark> seen, Instant asked) {
    synchronized (slots) {
      slots.computeIfAbsent(key, k -> new Slot<>(time.instant())).saw(seen, asked);
    }
  }

  /** So many dependants follow it; none: it is forgotten. */
  void expect(K key, int dependants) {
    synchronized (slots) {
      if (dependants == 0) {
        slots.remove(key);
      } else {
        slots.computeIfAbsent(key, k -> new Slot<>(time.instant())).expect(dependants);
      }
    }
  }
}
