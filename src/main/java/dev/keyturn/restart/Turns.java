package dev.keyturn.restart;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One decision at a time about each ExternalSecret: two of one workload would otherwise both see
 * that nothing restarts, and both restart something. Nobody waits here: who finds one of those that
 * he decides about taken leaves, and is called.
 */
final class Turns {
  private final Consumer<ResourceID> again;

  /** Guarded by this. */
  private final Set<ResourceID> taken = new HashSet<>();

  /** Who came in vain, and for what; guarded by this. */
  private final Map<ResourceID, Set<ResourceID>> parked = new LinkedHashMap<>();

  /**
   * @param again called for who came in vain, once he may come again
   */
  Turns(Consumer<ResourceID> again) {
    this.again = again;
  }

  /**
   * Empty: somebody else decides about one of them, and {@code who} is called when that is over.
   */
  <T> Optional<T> in(ResourceID who, Set<ResourceID> about, Supplier<T> decision) {
    if (!take(who, about)) {
      return Optional.empty();
    }
    try {
      return Optional.of(decision.get());
    } finally {
      give(about).forEach(again);
    }
  }

  private synchronized boolean take(ResourceID who, Set<ResourceID> about) {
    if (!Collections.disjoint(taken, about)) {
      parked.put(who, about);
      return false;
    }
    parked.remove(who);
    taken.addAll(about);
    return true;
  }

  private synchronized List<ResourceID> give(Set<ResourceID> about) {
    taken.removeAll(about);
    List<ResourceID> next =
        parked.entrySet().stream()
            .filter(it -> !Collections.disjoint(it.getValue(), about))
            .map(Map.Entry::getKey)
            .toList();
    next.forEach(parked::remove);
    return next;
  }
}
