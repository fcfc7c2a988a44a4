package dev.keyturn.cluster;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.keyturn.ops.Room;
import dev.keyturn.ops.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Which objects are followed, how, and who uses them. Nothing here waits for the API server: all
 * reconcilers come by.
 */
final class FollowedObjects {
  private static final Logger LOG = Logger.getLogger(FollowedObjects.class);
  private static final Duration UNWATCHED_AGE = Duration.ofMinutes(5);
  private static final Duration UNUSED = Duration.ofMinutes(1);
  private static final Duration SWEEP = Duration.ofSeconds(10);

  /** Of the heap, about, beside what is kept of the object. */
  static final long REFERENCE = 1L << 10;

  /** Of the heap, about, for each who uses it. */
  static final long USE = 64;

  private final int maxWatches;
  private final Room room;
  private final InstantSource clock;
  private final Tasks tasks;
  private final Consumer<ObjectUser> wake;
  private final Map<ObjectRef, FollowedObject<?>> followed = new HashMap<>();
  private final Map<ObjectUser, Set<FollowedObject<?>>> uses = new HashMap<>();
  private int watches;
  private long changes;
  private boolean sweeping;
  private boolean saidUnwatched;
  private boolean saidNoRoom;

  FollowedObjects(
      int maxWatches, Room room, InstantSource clock, Tasks tasks, Consumer<ObjectUser> wake) {
    this.maxWatches = maxWatches;
    this.room = room;
    this.clock = clock;
    this.tasks = tasks;
    this.wake = wake;
  }

  synchronized long changes() {
    return changes;
  }

  /**
   * Empty if there is no room for it.
   *
   * @param watch to be told of changes, not started yet
   */
  @SuppressWarnings("unchecked")
  synchronized <T> Optional<FollowedObject<T>> follow(
      ObjectRef ref, Function<Runnable, Watched<?, T>> watch) {
    boolean free = watches < maxWatches;
    Instant now = clock.instant();
    FollowedObject<T> object = (FollowedObject<T>) followed.get(ref);
    if (object == null) {
      if (!free && !hasRoom(ref.namespace(), REFERENCE)) {
        return Optional.empty();
      }
      object = new FollowedObject<>(ref.namespace(), now, free ? 0 : REFERENCE);
      followed.put(ref, object);
      sweepLater();
    }
    if (free && !object.read) {
      watches++;
      setWeight(object, 0);
      object.watch = Optional.of(watch.apply(() -> changed(ref)));
    } else if (object.watch.isEmpty() && !saidUnwatched) {
      saidUnwatched = true;
      LOG.warnf(
          "More than %d objects are referenced: the others are read every five minutes"
              + " (keyturn.watch.max-objects)",
          maxWatches);
    }
    object.asked = now;
    object.read = true;
    return Optional.of(object);
  }

  /** What a look found; if there is no room for that, it takes one each time. */
  synchronized <T> void keep(FollowedObject<T> object, Optional<T> found, long weight) {
    if (object.weight == REFERENCE
        && room.replace(object.namespace, REFERENCE, REFERENCE + weight)) {
      object.weight = REFERENCE + weight;
      object.kept = Optional.of(found);
    }
  }

  void use(ObjectUser user, Set<ObjectRef> refs, long seen) {
    if (replaceUses(user, refs, seen)) {
      wake.accept(user);
    }
  }

  /** Returns whether one of them has changed since. */
  private synchronized boolean replaceUses(ObjectUser user, Set<ObjectRef> refs, long seen) {
    Set<FollowedObject<?>> now =
        refs.stream()
            .flatMap(ref -> named(ref).stream())
            .filter(object -> enter(user, object))
            .collect(toUnmodifiableSet());
    uses.getOrDefault(user, Set.of()).stream()
        .filter(object -> !now.contains(object))
        .forEach(object -> leave(user, object));
    if (now.isEmpty()) {
      uses.remove(user);
    } else {
      uses.put(user, now);
    }
    return now.stream().anyMatch(object -> object.changed > seen);
  }

  /** One that is named may be looked up only later: what it needs comes after its store. */
  private Optional<FollowedObject<?>> named(ObjectRef ref) {
    FollowedObject<?> known = followed.get(ref);
    if (known != null) {
      return Optional.of(known);
    }
    if (!hasRoom(ref.namespace(), REFERENCE)) {
      return Optional.empty();
    }
    FollowedObject<?> object = new FollowedObject<>(ref.namespace(), clock.instant(), REFERENCE);
    followed.put(ref, object);
    sweepLater();
    return Optional.of(object);
  }

  synchronized void alsoUse(ObjectUser user, ObjectRef ref) {
    FollowedObject<?> object = followed.get(ref);
    if (object != null && enter(user, object)) {
      Set<FollowedObject<?>> all = new HashSet<>(uses.getOrDefault(user, Set.of()));
      all.add(object);
      uses.put(user, Set.copyOf(all));
    }
  }

  private boolean enter(ObjectUser user, FollowedObject<?> object) {
    if (object.users.contains(user)) {
      return true;
    }
    if (!hasRoom(user.namespace(), USE)) {
      return false;
    }
    object.users.add(user);
    return true;
  }

  private void leave(ObjectUser user, FollowedObject<?> object) {
    object.users.remove(user);
    room.give(user.namespace(), USE);
  }

  private boolean hasRoom(String namespace, long weight) {
    boolean has = room.replace(namespace, 0, weight);
    if (!has && !saidNoRoom) {
      saidNoRoom = true;
      LOG.warnf(
          "There is no room to follow all objects that namespace %s refers to: the others are read"
              + " at each sync, and a change of them starts none",
          namespace);
    }
    return has;
  }

  private void setWeight(FollowedObject<?> object, long weight) {
    room.give(object.namespace, object.weight - weight);
    object.weight = weight;
  }

  /** One for all, rather than a timer for each. */
  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      tasks.after(SWEEP, this::sweep);
    }
  }

  /**
   * Lets go what nobody uses any more, but not what was looked up a moment ago: whoever did so is
   * about to use it. Has what is not watched looked up anew.
   */
  private void sweep() {
    List<Watched<?, ?>> ended = new ArrayList<>();
    Set<ObjectUser> concerned = new HashSet<>();
    synchronized (this) {
      Instant now = clock.instant();
      for (Iterator<FollowedObject<?>> all = followed.values().iterator(); all.hasNext(); ) {
        FollowedObject<?> object = all.next();
        if (object.users.isEmpty() && object.asked.isBefore(now.minus(UNUSED))) {
          all.remove();
          setWeight(object, 0);
          object.watch.ifPresent(ended::add);
        } else if (object.read
            && object.watch.isEmpty()
            && !object.since.isAfter(now.minus(UNWATCHED_AGE))) {
          setWeight(object, REFERENCE);
          object.expire(now, ++changes);
          concerned.addAll(object.users);
        }
      }
      watches -= ended.size();
      sweeping = false;
      if (!followed.isEmpty()) {
        sweepLater();
      }
    }
    concerned.forEach(wake);
    ended.forEach(Watched::close);
  }

  private void changed(ObjectRef ref) {
    Set<ObjectUser> concerned;
    synchronized (this) {
      FollowedObject<?> object = followed.get(ref);
      if (object == null) {
        return;
      }
      object.changed = ++changes;
      concerned = Set.copyOf(object.users);
    }
    concerned.forEach(wake);
  }

  synchronized Set<ObjectRef> unheard() {
    return followed.entrySet().stream()
        .filter(it -> it.getValue().watch.filter(watch -> !watch.hears()).isPresent())
        .map(Map.Entry::getKey)
        .collect(toUnmodifiableSet());
  }

  void close() {
    List<FollowedObject<?>> all;
    synchronized (this) {
      all = List.copyOf(followed.values());
      followed.clear();
    }
    all.forEach(object -> object.watch.ifPresent(Watched::close));
  }
}
