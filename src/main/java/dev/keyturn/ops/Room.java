package dev.keyturn.ops;

import java.util.HashMap;
import java.util.Map;

/**
 * What the namespaces take of something that all share, as memory. What each needs in ordinary use
 * is its own, whatever the others take.
 */
public final class Room {
  private final long own;
  private final long shared;
  private final Map<String, Long> taken = new HashMap<>();
  private long sharedTaken;

  /**
   * @param own of each namespace
   * @param shared by all of them beyond that, half of it at most by one
   */
  public Room(long own, long shared) {
    this.own = own;
    this.shared = shared;
  }

  /**
   * Whether something of one weight has room where something of another was; then it is taken.
   * There always is for what does not grow.
   */
  public synchronized boolean replace(String namespace, long before, long now) {
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
  public synchronized boolean squeeze(String namespace, long before, long now) {
    long its = taken.getOrDefault(namespace, 0L);
    if (now > before && its - before + now > own + shared) {
      return false;
    }
    take(namespace, its - before + now, beyond(its - before + now) - beyond(its));
    return true;
  }

  public synchronized void give(String namespace, long weight) {
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
