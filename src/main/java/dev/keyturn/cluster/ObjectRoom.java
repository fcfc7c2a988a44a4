package dev.keyturn.cluster;

import dev.keyturn.ops.Room;

/**
 * What the objects in all caches take: an object has up to 1.5 MiB, and there may be as many as the
 * API server has room for.
 */
final class ObjectRoom {
  /** Some fifty ExternalSecrets of ten entries, or a hundred workloads. */
  private static final long OWN = 512L << 10;

  /** An eighth of the heap: with that for each, the nine caches would be all of it. */
  static final Room SHARED = new Room(OWN, Runtime.getRuntime().maxMemory() / 8);

  private ObjectRoom() {}
}
