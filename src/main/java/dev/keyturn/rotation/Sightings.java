package dev.keyturn.rotation;

import dev.keyturn.source.Reference;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * From when the newest announced change is that was seen at each reference: what was announced
 * before it is over, in whatever order the events came. Not thread-safe.
 */
final class Sightings {
  private static final int LIMIT = 5_000;

  private final Map<Reference, Instant> seen = new LinkedHashMap<>();

  void saw(Reference reference, Instant at) {
    Instant newest = seen.merge(reference, at, (one, other) -> one.isAfter(other) ? one : other);
    seen.remove(reference);
    seen.put(reference, newest);
    if (seen.size() > LIMIT) {
      seen.remove(seen.keySet().iterator().next());
    }
  }

  /** Whether a change was seen there that is later: the times of events are whole seconds. */
  boolean sawLaterThan(Reference reference, Instant at) {
    return seen.getOrDefault(reference, Instant.MIN).isAfter(at);
  }

  void forget() {
    seen.clear();
  }
}
