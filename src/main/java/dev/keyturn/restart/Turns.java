package dev.keyturn.restart;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One decision at a time in a namespace: ExternalSecrets of one workload would otherwise both see
 * that nothing restarts, and both restart something.
 */
final class Turns {
  private static final int STRIPES = 256;

  private final Lock[] locks =
      Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(Lock[]::new);

  <T> T in(String namespace, Supplier<T> decision) {
    Lock lock = locks[Math.floorMod(namespace.hashCode(), STRIPES)];
    lock.lock();
    try {
      return decision.get();
    } finally {
      lock.unlock();
    }
  }
}
