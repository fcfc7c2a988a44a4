package dev.keyturn.restart.act;

import static java.util.Comparator.comparingLong;

import dev.keyturn.restart.decide.Decision.Judged;
import dev.keyturn.restart.decide.Subject;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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

  /** With when they were called, if they were; guarded by this. */
  private final Map<ResourceID, Optional<Instant>> waiting = new LinkedHashMap<>();

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
    if (!held.containsKey(subject.uid()) && !mayTake(subject.namespace(), Map.of())) {
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
   * @param coming how many of each namespace have been called, and are not here yet
   */
  private boolean mayTake(String namespace, Map<String, Integer> coming) {
    int all = held.size() + coming.values().stream().mapToInt(Integer::intValue).sum();
    long own = held(namespace) + coming.getOrDefault(namespace, 0);
    return all < most
        && (own < Math.max(1, most / TENTH)
            || waiting.keySet().stream()
                .map(Places::namespace)
                .filter(other -> !other.equals(namespace))
                .noneMatch(other -> held(other) + coming.getOrDefault(other, 0) < own));
  }

  private long held(String namespace) {
    return held.values().stream().filter(it -> it.namespace().equals(namespace)).count();
  }

  /**
   * An ExternalSecret has been looked at.
   *
   * @param waits whether one of its workloads found no place
   * @return when the next place is given back, if nobody does so before
   */
  public Optional<Instant> passed(ResourceID who, boolean waits, Instant now) {
    if (!areCounted()) {
      return Optional.empty();
    }
    next(who, waits, now).forEach(again);
    return waits ? firstEnd() : Optional.empty();
  }

  private synchronized Optional<Instant> firstEnd() {
    return held.values().stream().map(Place::until).min(Instant::compareTo);
  }

  private synchronized List<ResourceID> next(ResourceID who, boolean waits, Instant now) {
    if (waits) {
      waiting.put(who, Optional.empty());
    } else {
      waiting.remove(who);
    }
    waiting
        .values()
        .removeIf(called -> called.filter(at -> now.isAfter(at.plus(UNTIL_IT_COMES))).isPresent());
    held.values().removeIf(place -> !now.isBefore(place.until()));
    Map<String, Integer> coming = new HashMap<>();
    waiting.forEach(
        (it, called) -> called.ifPresent(_ -> coming.merge(namespace(it), 1, Integer::sum)));
    List<ResourceID> next = new ArrayList<>();
    Optional<ResourceID> one = one(coming);
    while (one.isPresent()) {
      next.add(one.get());
      waiting.put(one.get(), Optional.of(now));
      coming.merge(namespace(one.get()), 1, Integer::sum);
      one = one(coming);
    }
    return next;
  }

  /** The first of those whose namespace has least. */
  private Optional<ResourceID> one(Map<String, Integer> coming) {
    return waiting.entrySet().stream()
        .filter(it -> it.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .filter(it -> mayTake(namespace(it), coming))
        .min(comparingLong(it -> held(namespace(it)) + coming.getOrDefault(namespace(it), 0)));
  }

  private static String namespace(ResourceID who) {
    return who.getNamespace().orElse("");
  }
}
