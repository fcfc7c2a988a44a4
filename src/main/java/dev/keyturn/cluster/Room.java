package dev.keyturn.cluster;

import java.util.HashMap;
import java.util.Map;

/**
 * What large objects take in the caches, by namespace: an object has up to 1.5 MiB, and there may
 * be as many as the API server has room for. Small ones are always let in, whoever else takes how
 * much.
 */
final class Room {
  /** Nobody who writes for use has so much of large ones. */
  private static final long OF_A_NAMESPACE = 8L << 20;

  private static final int SMALL = 4 << 10;

  /** There are ten caches: each with a room of its own, they could fill the heap together. */
  static final Room OF_ALL_CACHES = new Room(OF_A_NAMESPACE, Runtime.getRuntime().maxMemory() / 8);

  private final long ofANamespace;
  private final long ofAll;
  private final Map<String, Long> taken = new HashMap<>();
  private long all;

  Room(long ofANamespace, long ofAll) {
    this.ofANamespace = ofANamespace;
    this.ofAll = ofAll;
  }

  /** Whether there was room; then it is taken, until it is {@linkplain #give given} back. */
  synchronized boolean take(String namespace, long size) {
    if (size <= SMALL) {
      return true;
    }
    long its = taken.getOrDefault(namespace, 0L) + size;
    if (its > ofANamespace || all + size > ofAll) {
      return false;
    }
    taken.put(namespace, its);
    all += size;
    return true;
  }

  synchronized void give(String namespace, long size) {
    if (size <= SMALL) {
      return;
    }
    all -= size;
    taken.computeIfPresent(namespace, (_, its) -> its == size ? null : its - size);
  }
}
