package dev.keyturn.sync.target;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;

/** Notices when somebody takes a Secret back from us as often as we repair it. */
final class Contention {
  private static final int REPAIRS = 3;
  private static final Duration SPAN = Duration.ofMinutes(10);

  private final ConcurrentHashMap<String, ArrayDeque<Instant>> repairs = new ConcurrentHashMap<>();

  /** Counts a repair that is due; true when it would only go on and on. */
  boolean takenBack(String uid, Instant now) {
    ArrayDeque<Instant> recent = repairs.computeIfAbsent(uid, key -> new ArrayDeque<>());
    synchronized (recent) {
      while (!recent.isEmpty() && recent.getFirst().isBefore(now.minus(SPAN))) {
        recent.removeFirst();
      }
      if (recent.size() >= REPAIRS) {
        return true;
      }
      recent.addLast(now);
      return false;
    }
  }

  /** A person changed something: start over. */
  void forget(String uid) {
    repairs.remove(uid);
  }
}
