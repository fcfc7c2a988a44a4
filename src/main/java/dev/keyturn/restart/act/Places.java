package dev.keyturn.restart.act;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.toSet;

import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.Subject;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How many workloads of the whole cluster roll out because of us. It is known from what is judged,
 * whoever began it, and each gives its place back when it is complete, or at its deadline. Of the
 * namespaces that wait, the one that has least is next: none has more than a tenth while another
 * that has less waits.
 */
public final class Places {
  private static final int TENTH = 10;

  /** Who is called need not come: what was deleted does not. */
  private static final Duration UNTIL_IT_COMES = Duration.ofSeconds(10);

  private final int most;
  private final Consumer<ResourceID> again;

  /** By uid of the workload; guarded by this. */
  private final Map<String, Place> held = new HashMap<>();

  /** Who waits for a place; guarded by this. */
  private final Set<ResourceID> waiting = new LinkedHashSet<>();

  /** Who was called and has not come yet, with when that was; guarded by this. */
  private final Map<ResourceID, Instant> coming = new HashMap<>();

  /**
   * @param since the time of the restart, as its marks tell it
   */
  private record Place(String namespace, Instant since, Instant until) {}

  /**
   * @param most 0: as many as may
   * @param again called for who waits, when there is a place
   */
  public Places(int most, Consumer<ResourceID> again) {
    this.most = most;
    this.again = again;
  }

  public boolean areCounted() {
    return most > 0;
  }

  /** Takes note of what rolls out, and of what does no more. */
  public synchronized void note(Collection<Judged> judged) {
    if (areCounted()) {
      judged.forEach(this::note);
    }
  }

  private void note(Judged it) {
    Optional<Instant> until = it.decision().rollsOutUntil();
    Subject subject = it.subject();
    Optional<Place> known = Optional.ofNullable(held.get(subject.uid()));
    Instant restarted = subject.marks().restartedAt().orElse(Instant.MIN);
    if (known.filter(place -> restarted.isBefore(place.since())).isPresent()) {
      return;
    }
    until.ifPresentOrElse(
        end -> held.put(subject.uid(), new Place(subject.namespace(), restarted, end)),
        () -> held.remove(subject.uid()));
  }

  /**
   * A place for a workload that is about to restart.
   *
   * @param until its deadline
   * @return why there is none; empty: it has one
   */
  synchronized Optional<String> take(Subject subject, Instant now, Instant until) {
    if (!areCounted()) {
      return Optional.empty();
    }
    held.values().removeIf(place -> !now.isBefore(place.until()));
    if (!held.containsKey(subject.uid())
        && !mayTake(subject.namespace(), shares(), namespacesThatWait())) {
      return Optional.of(
          held.size() >= most
              ? "as many workloads roll out in the cluster as keyturn.restart.max-rollouts allows ("
                  + most
                  + ")"
              : "its namespace has its share of keyturn.restart.max-rollouts ("
                  + most
                  + "), and others wait");
    }
    held.put(
        subject.uid(), new Place(subject.namespace(), now.truncatedTo(ChronoUnit.SECONDS), until));
    return Optional.empty();
  }

  synchronized void give(Subject subject) {
    held.remove(subject.uid());
  }

  /**
   * @param shares how many places each namespace has
   * @param waiting the namespaces that wait for one
   */
  private boolean mayTake(String namespace, Map<String, Integer> shares, Set<String> waiting) {
    int own = shares.getOrDefault(namespace, 0);
    return total(shares) < most
        && (own < Math.max(1, most / TENTH)
            || waiting.stream()
                .filter(other -> !other.equals(namespace))
                .noneMatch(other -> shares.getOrDefault(other, 0) < own));
  }

  private Map<String, Integer> shares() {
    Map<String, Integer> shares = new HashMap<>();
    held.values().forEach(place -> shares.merge(place.namespace(), 1, Integer::sum));
    return shares;
  }

  private static int total(Map<String, Integer> shares) {
    return shares.values().stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * An ExternalSecret has been looked at.
   *
   * @param waits whether one of its workloads found no place
   * @return when there may be a place, if nobody gives one back before
   */
  public Optional<Instant> passed(ResourceID who, boolean waits, Instant now) {
    if (!areCounted()) {
      return Optional.empty();
    }
    next(who, waits, now).forEach(again);
    return waits ? atTheLatest() : Optional.empty();
  }

  /** A place is given back by its deadline, and by who was called and did not come. */
  private synchronized Optional<Instant> atTheLatest() {
    return Stream.concat(
            held.values().stream().map(Place::until),
            coming.values().stream().map(at -> at.plus(UNTIL_IT_COMES)))
        .min(Instant::compareTo);
  }

  private synchronized List<ResourceID> next(ResourceID who, boolean waits, Instant now) {
    coming.remove(who);
    if (waits) {
      waiting.add(who);
    } else {
      waiting.remove(who);
    }
    coming.values().removeIf(called -> !now.isBefore(called.plus(UNTIL_IT_COMES)));
    held.values().removeIf(place -> !now.isBefore(place.until()));
    return waiting.isEmpty() || held.size() + coming.size() >= most ? List.of() : called(now);
  }

  /** As many as there are places for; of the namespace that has least first. */
  private List<ResourceID> called(Instant now) {
    Map<String, Integer> shares = shares();
    coming.keySet().forEach(it -> shares.merge(namespace(it), 1, Integer::sum));
    Set<String> all = namespacesThatWait();
    Map<String, Deque<ResourceID>> uncalled = new LinkedHashMap<>();
    waiting.forEach(it -> uncalled.computeIfAbsent(namespace(it), _ -> new ArrayDeque<>()).add(it));
    List<ResourceID> next = new ArrayList<>();
    Optional<String> one = one(uncalled, shares, all);
    while (one.isPresent()) {
      String namespace = one.get();
      Deque<ResourceID> its = Optional.ofNullable(uncalled.get(namespace)).orElseThrow();
      next.add(its.remove());
      if (its.isEmpty()) {
        uncalled.remove(namespace);
      }
      shares.merge(namespace, 1, Integer::sum);
      one = one(uncalled, shares, all);
    }
    next.forEach(waiting::remove);
    next.forEach(it -> coming.put(it, now));
    return next;
  }

  private Optional<String> one(
      Map<String, Deque<ResourceID>> uncalled, Map<String, Integer> shares, Set<String> waiting) {
    return uncalled.keySet().stream()
        .filter(it -> mayTake(it, shares, waiting))
        .min(comparingInt(it -> shares.getOrDefault(it, 0)));
  }

  private Set<String> namespacesThatWait() {
    return Stream.concat(waiting.stream(), coming.keySet().stream())
        .map(Places::namespace)
        .collect(toSet());
  }

  private static String namespace(ResourceID who) {
    return who.getNamespace().orElse("");
  }
}
