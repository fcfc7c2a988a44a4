package dev.keyturn.cluster;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * An object that somebody refers to, with a watch or with what a look found. Written to under the
 * lock of {@link ReferencedObjects} alone.
 */
final class FollowedObject<T> {
  final String namespace;
  final Set<ObjectUser> users = new HashSet<>();

  /** What it has of the room. */
  long weight;

  /** The number of its last change. */
  long changed;

  /** When somebody last asked for it. */
  Instant asked;

  /** When it began to be followed, or its users were last told to look. */
  Instant since;

  /** Whether somebody has looked since then: what changed after that is no news to a new watch. */
  boolean read;

  volatile Optional<Optional<T>> kept = Optional.empty();
  volatile Optional<Watched<?, T>> watch = Optional.empty();

  FollowedObject(String namespace, Instant now, long weight) {
    this.namespace = namespace;
    this.weight = weight;
    this.asked = now;
    this.since = now;
  }

  /** Nobody says whether it changed: who uses it looks it up anew. */
  void expire(Instant now, long change) {
    changed = change;
    since = now;
    read = false;
    kept = Optional.empty();
  }
}
