package dev.keyturn.bench;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Calls that the fake took, by operation. */
final class CallCounts {
  private final Map<String, Seen> seen = new TreeMap<>();

  /** Nanoseconds of the first and the last. */
  private record Seen(long calls, long first, long last) {}

  synchronized void count(String operation) {
    long now = System.nanoTime();
    seen.merge(
        operation, new Seen(1, now, now), (old, one) -> new Seen(old.calls + 1, old.first, now));
  }

  synchronized void reset() {
    seen.clear();
  }

  synchronized Map<String, Long> all() {
    Map<String, Long> counts = new TreeMap<>();
    seen.forEach((operation, it) -> counts.put(operation, it.calls));
    return counts;
  }

  /** Secrets Manager alone. */
  synchronized long reads() {
    return seen.entrySet().stream()
        .filter(it -> it.getKey().contains("Secret"))
        .mapToLong(it -> it.getValue().calls)
        .sum();
  }

  /** Calls of Secrets Manager per minute, from the first to the last where that says more. */
  synchronized double readsPerMinute(Duration window) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (Map.Entry<String, Seen> it : seen.entrySet()) {
      if (it.getKey().contains("Secret")) {
        first = Math.min(first, it.getValue().first);
        last = Math.max(last, it.getValue().last);
      }
    }
    long calls = reads();
    double minute = TimeUnit.MINUTES.toNanos(1);
    return calls > 1 && calls < 30
        ? (calls - 1) * minute / (last - first)
        : calls * minute / window.toNanos();
  }
}
