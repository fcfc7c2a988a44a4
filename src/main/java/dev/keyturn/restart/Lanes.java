package dev.keyturn.restart;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How many reconciles are under way at a time, of a namespace and in all. Each compares all
 * workloads that read a Secret with all Secrets that these read, so that a namespace with many of
 * both could keep all reconcilers and processors busy; and at a start all of them list pods.
 * Namespaces take turns. They run on platform threads, among which the system shares the
 * processors, so that virtual ones, with the lease and all clients on them, never wait for them.
 */
final class Lanes {
  private static final int EACH = 4;

  /** Fewer than there are reconcilers, whom syncing needs as well. */
  private static final int ALL = 16;

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("keyturn-restart-", 0).factory());
  private final Consumer<ResourceID> again;

  /** By namespace, that which was called last at the end; guarded by this. */
  private final Map<String, Lane> lanes = new LinkedHashMap<>();

  private int underWay;

  private static final class Lane {
    private final Set<ResourceID> parked = new LinkedHashSet<>();
    private int underWay;
    private int called;
  }

  /**
   * @param again called for who found no room, once there is
   */
  Lanes(Consumer<ResourceID> again) {
    this.again = again;
  }

  /** Empty: there is no room for it, and it is called when there is. */
  <T> Optional<T> run(ResourceID who, Supplier<T> work) {
    if (!enter(who)) {
      return Optional.empty();
    }
    try {
      return Optional.of(CompletableFuture.supplyAsync(work, threads).join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
    } finally {
      leave(who).forEach(again);
    }
  }

  private synchronized boolean enter(ResourceID who) {
    Lane lane = lanes.computeIfAbsent(namespace(who), _ -> new Lane());
    if (lane.underWay >= EACH || underWay >= ALL) {
      lane.parked.add(who);
      return false;
    }
    lane.parked.remove(who);
    lane.underWay++;
    underWay++;
    return true;
  }

  /** Who is called need not come: what was deleted does not. So all are called that find room. */
  private synchronized List<ResourceID> leave(ResourceID who) {
    Lane lane = Optional.ofNullable(lanes.get(namespace(who))).orElseThrow();
    lane.underWay--;
    underWay--;
    List<ResourceID> called = new ArrayList<>();
    lanes.values().forEach(it -> it.called = 0);
    while (underWay + called.size() < ALL) {
      Optional<String> next =
          lanes.entrySet().stream()
              .filter(it -> !it.getValue().parked.isEmpty())
              .filter(it -> it.getValue().underWay + it.getValue().called < EACH)
              .map(Map.Entry::getKey)
              .findFirst();
      if (next.isEmpty()) {
        break;
      }
      called.add(call(next.get()));
    }
    lanes.values().removeIf(it -> it.underWay == 0 && it.parked.isEmpty());
    return called;
  }

  private ResourceID call(String namespace) {
    Lane lane = Optional.ofNullable(lanes.remove(namespace)).orElseThrow();
    lanes.put(namespace, lane);
    lane.called++;
    ResourceID next = lane.parked.iterator().next();
    lane.parked.remove(next);
    return next;
  }

  private static String namespace(ResourceID who) {
    return who.getNamespace().orElse("");
  }
}
