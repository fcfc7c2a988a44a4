package dev.keyturn.rotation;

import dev.keyturn.source.Answer;
import dev.keyturn.source.Followed;
import dev.keyturn.source.Known;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.Sight;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.VersionMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Who follows what, and with which content. A dependant is woken once for each sight that differs
 * from the one it used or was last woken for; following again after a sync says what it used.
 */
public final class Watchlist {
  private static final Logger LOG = Logger.getLogger(Watchlist.class);

  /** Passing trouble is told to dependants only when it has lasted for so many requests. */
  private static final int PATIENCE = 3;

  /**
   * @param used what the dependant's last sync saw
   * @param told what it was last woken for, or used since
   */
  private record Follower(Optional<Duration> interval, Sight used, Sight told) {}

  private final SecretCache cache;
  private final Wakeup wakeup;
  private final List<Consumer<Followed>> observers = new CopyOnWriteArrayList<>();
  private final Map<Followed, Map<Dependant, Follower>> followers = new HashMap<>();
  private final Map<Dependant, Set<Followed>> following = new HashMap<>();

  public Watchlist(SecretCache cache, Wakeup wakeup) {
    this.cache = cache;
    this.wakeup = wakeup;
  }

  /** Replaces what the dependant follows; to be called after each sync that read. */
  public void follow(Dependant dependant, Map<? extends Followed, Following> what) {
    Set<Followed> touched = new HashSet<>(what.keySet());
    synchronized (this) {
      Set<Followed> left = new HashSet<>(following.getOrDefault(dependant, Set.of()));
      left.removeAll(what.keySet());
      left.forEach(followed -> leave(dependant, followed));
      touched.addAll(left);
      what.forEach((followed, how) -> join(dependant, followed, how));
      if (what.isEmpty()) {
        following.remove(dependant);
      } else {
        following.put(dependant, Set.copyOf(what.keySet()));
      }
    }
    touched.forEach(
        followed -> observers.forEach(observer -> guarded(() -> observer.accept(followed))));
    what.keySet().forEach(this::tell);
  }

  /** The dependant is gone, or follows nothing any more. */
  public void forget(Dependant dependant) {
    follow(dependant, Map.of());
  }

  /** The dependant follows nothing; of what it would follow alone nothing stays in memory. */
  public void refuse(Dependant dependant, Set<? extends Followed> what) {
    forget(dependant);
    synchronized (this) {
      what.stream().filter(each -> !follows(each)).forEach(each -> cache.expect(each, 0));
    }
  }

  private void join(Dependant dependant, Followed followed, Following how) {
    Map<Dependant, Follower> all = followers.computeIfAbsent(followed, f -> new HashMap<>());
    all.put(dependant, new Follower(how.interval(), how.used(), how.used()));
    cache.expect(followed, all.size());
  }

  private void leave(Dependant dependant, Followed followed) {
    Map<Dependant, Follower> all = followers.getOrDefault(followed, new HashMap<>());
    all.remove(dependant);
    cache.expect(followed, all.size());
    if (all.isEmpty()) {
      followers.remove(followed);
    }
  }

  public synchronized Set<Dependant> dependants(Followed followed) {
    return Set.copyOf(followers.getOrDefault(followed, Map.of()).keySet());
  }

  /** What the dependant follows. */
  public synchronized Set<Followed> followed(Dependant dependant) {
    return following.getOrDefault(dependant, Set.of());
  }

  /** The same, with the interval that the dependant asks for each. */
  public synchronized Map<Followed, Optional<Duration>> intervals(Dependant dependant) {
    Map<Followed, Optional<Duration>> intervals = new HashMap<>();
    for (Followed followed : followed(dependant)) {
      Optional.ofNullable(followers.getOrDefault(followed, Map.of()).get(dependant))
          .ifPresent(follower -> intervals.put(followed, follower.interval()));
    }
    return intervals;
  }

  /** Everything that is followed. */
  public synchronized Set<Followed> references() {
    return Set.copyOf(followers.keySet());
  }

  /**
   * The shortest interval that a dependant asks for; empty if none wants a timer, or nobody follows
   * it.
   */
  synchronized Optional<Duration> interval(Followed followed) {
    return followers.getOrDefault(followed, Map.of()).values().stream()
        .flatMap(follower -> follower.interval().stream())
        .min(Comparator.naturalOrder());
  }

  synchronized boolean follows(Followed followed) {
    return followers.containsKey(followed);
  }

  /**
   * Has the observer told of each thing whose followers change, beginning with what is followed
   * already: reconcilers may begin before anybody observes.
   */
  void observe(Consumer<Followed> observer) {
    observers.add(observer);
    references().forEach(observer);
  }

  /** Wakes all dependants: there is something to say about it besides its content. */
  void wakeAll(Followed followed) {
    dependants(followed).forEach(dependant -> guarded(() -> wakeup.wake(dependant)));
  }

  /** Wakes the dependants that do not have what is known by now. */
  void tell(Followed followed) {
    List<Dependant> behind = new ArrayList<>();
    synchronized (this) {
      Optional.ofNullable(followers.get(followed))
          .ifPresent(all -> news(followed).ifPresent(sight -> tell(all, sight, behind)));
    }
    behind.forEach(dependant -> guarded(() -> wakeup.wake(dependant)));
  }

  /** What breaks down for one dependant or one thing keeps nothing from the others. */
  private static void guarded(Runnable told) {
    try {
      told.run();
    } catch (RuntimeException e) {
      LOG.errorf("One could not be told of what it follows: %s", e.getClass().getName());
    }
  }

  private static void tell(Map<Dependant, Follower> all, Sight sight, List<Dependant> behind) {
    all.replaceAll(
        (dependant, follower) -> {
          if (follower.told().equals(sight)) {
            return follower;
          }
          behind.add(dependant);
          return new Follower(follower.interval(), follower.used(), sight);
        });
  }

  private Optional<Sight> news(Followed followed) {
    return cache
        .state(followed)
        .filter(known -> !passing(known.answer()) || known.failures() >= PATIENCE)
        .map(Known::answer)
        .map(Sight::ofMark);
  }

  private static boolean passing(Answer<VersionMark> answer) {
    return answer instanceof Answer.Failed<VersionMark>(SourceFailure failure)
        && failure.retry() == SourceFailure.Retry.SOON;
  }

  /** Wakes may have been lost: whoever was woken and has not synced since is told again. */
  synchronized void forgetWakes() {
    followers
        .values()
        .forEach(
            all ->
                all.replaceAll(
                    (dependant, follower) ->
                        new Follower(follower.interval(), follower.used(), follower.used())));
  }
}
