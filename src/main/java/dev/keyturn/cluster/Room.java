package dev.keyturn.cluster;

import java.util.HashMap;
import java.util.Map;

/**
 * What objects take in the caches, by namespace: an object has up to 1.5 MiB, and there may be as
 * many as the API server has room for. What each namespace needs in ordinary use is its own,
 * whatever the others take.
 */
final class Room {
  /** Some fifty ExternalSecrets of ten entries, or a hundred workloads. */
  private static final long OWN = 512L << 10;

  /** An eighth of the heap: a room for each of the eight caches would be all of it. */
  static final Room OF_ALL_CACHES = new Room(OWN, Runtime.getRuntime().maxMemory() / 8);

  private final long own;
  private final long shared;
  private final Map<String, Long> taken = new HashMap<>();
  private long sharedTaken;

  /**
   * @param own of each namespace
   * @param shared by all of them beyond that, half of it at most by one
   */
  Room(long own, long shared) {
    this.own = own;
    this.shared = shared;
  }

  /**
   * Whether an object of one weight has room where one of another was; then it is taken. There
   * always is for what does not grow.
   */
  synchronized boolean replace(String namespace, long before, long now) {
    long its = taken.getOrDefault(namespace, 0L);
    long more = beyond(its - before + now) - beyond(its);
    if (now > before
        && more > 0
        && (beyond(its) + more > shared / 2 || sharedTaken + more > shared)) {
      return false;
    }
    take(namespace, its - before + now, more);
    return true;
  }

  /**
   * The same for what little is kept of who found no room. All of a namespace has a bound of its
   * own, so that nobody else is in its way.
   */
  synchronized boolean squeeze(String namespace, long before, long now) {
    long its = taken.getOrDefault(namespace, 0L);
    if (now > before && its - before + now > own + shared) {
      return false;
    }
    take(namespace, its - before + now, beyond(its - before + now) - beyond(its));
    return true;
  }

  synchronized void give(String namespace, long weight) {
    long its = taken.getOrDefault(namespace, 0L);
    take(namespace, its - weight, beyond(its - weight) - beyond(its));
  }

  private void take(String namespace, long its, long more) {
    sharedTaken += more;
    if (its == 0) {
      taken.remove(namespace);
    } else {
      taken.put(namespace, its);
    }
  }

  private long beyond(long its) {
    return Math.max(0, its - own);
  }
}
