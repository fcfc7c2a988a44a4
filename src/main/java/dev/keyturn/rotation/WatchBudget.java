package dev.keyturn.rotation;

import dev.keyturn.ops.Tasks;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How much may be followed: all of it stays in memory. Whoever finds no room for many follows none
 * of them, and is woken from time to time to read them by himself.
 */
public final class WatchBudget {
  /** What following one takes: 1.1 to 1.5 KiB were measured. */
  private static final long BYTES_EACH = 1536;

  /** What one dependant may always follow, as long as its namespace has no more than its share. */
  private static final int FEW = 20;

  /** What a namespace may always follow. */
  private static final int OWN = 200;

  private static final Duration SHORTEST = Duration.ofMinutes(5);

  private final int most;
  private final int share;
  private final Tasks tasks;
  private final Wakeup wakeup;
  private final Map<Dependant, Integer> admitted = new HashMap<>();
  private final Map<String, Integer> namespaces = new HashMap<>();
  private final Map<Dependant, String> refused = new HashMap<>();
  private final Set<Dependant> armed = new HashSet<>();
  private int total;

  /**
   * @param most that may be followed in all; a quarter of it by one namespace
   * @param wakeup for whoever was refused, in its interval
   */
  public WatchBudget(int most, Tasks tasks, Wakeup wakeup) {
    this.most = most;
    this.share = most / 4;
    this.tasks = tasks;
    this.wakeup = wakeup;
  }

  /** A quarter of that heap. */
  public static int mostOf(long heap) {
    return Math.toIntExact(Math.min(heap / 4 / BYTES_EACH, Integer.MAX_VALUE));
  }

  /**
   * Whether the dependant may follow so many, in place of what it follows; it may go on with as
   * many as it has. If not, it is woken in its interval, if it has one.
   */
  public synchronized boolean admits(Dependant dependant, int count, Optional<Duration> interval) {
    int before = admitted.getOrDefault(dependant, 0);
    leave(dependant);
    if (count <= before || hasRoom(dependant.namespace(), count)) {
      admitted.put(dependant, count);
      namespaces.merge(dependant.namespace(), count, Integer::sum);
      total += count;
      return true;
    }
    refused.put(dependant, remark(count, interval.map(WatchBudget::pause)));
    interval.map(WatchBudget::pause).ifPresent(pause -> arm(dependant, pause));
    return false;
  }

  /**
   * What little a namespace follows has room whatever the others follow. Beyond its share it leaves
   * as much to those who come later.
   */
  private boolean hasRoom(String namespace, int count) {
    int its = namespaces.getOrDefault(namespace, 0) + count;
    return its <= Math.min(OWN, share)
        || (its <= share
            ? count <= FEW || total + count <= most
            : count <= FEW && total + count <= most - share);
  }

  private static Duration pause(Duration interval) {
    return interval.compareTo(SHORTEST) < 0 ? SHORTEST : interval;
  }

  private String remark(int count, Optional<Duration> pause) {
    return ("polls and events are not followed: it has %d secrets and searches, more than there is"
            + " room for among the %d that the operator may follow, %d of one namespace; it is read"
            + " %s: name at most %d in one ExternalSecret, or give the operator more memory")
        .formatted(
            count,
            most,
            share,
            pause
                .map(it -> "every %d minutes instead".formatted(it.toMinutes()))
                .orElse("when it changes, as refreshInterval 0s wants no timer"),
            FEW);
  }

  private void arm(Dependant dependant, Duration pause) {
    if (armed.add(dependant)) {
      tasks.after(pause, () -> ring(dependant));
    }
  }

  private void ring(Dependant dependant) {
    boolean waits;
    synchronized (this) {
      armed.remove(dependant);
      waits = refused.containsKey(dependant);
    }
    if (waits) {
      wakeup.wake(dependant);
    }
  }

  /** The dependant follows nothing any more. */
  public synchronized void leave(Dependant dependant) {
    refused.remove(dependant);
    int count = Optional.ofNullable(admitted.remove(dependant)).orElse(0);
    total -= count;
    namespaces.computeIfPresent(
        dependant.namespace(), (_, all) -> all > count ? all - count : null);
  }

  /**
   * Why the dependant follows nothing, with what it can do about it; empty if it was not refused.
   */
  public synchronized Optional<String> refusal(Dependant dependant) {
    return Optional.ofNullable(refused.get(dependant));
  }
}
