package dev.keyturn.restart;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
 * How many reconciles of a namespace are under way at a time. Each compares all workloads that read
 * a Secret with all Secrets that these read, so that a namespace with many of both could keep all
 * reconcilers and processors busy. They run on platform threads, among which the system shares the
 * processors, so that virtual ones, with the lease and all clients on them, never wait for them.
 */
final class Lanes {
  private static final int EACH = 4;

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("keyturn-restart-", 0).factory());
  private final Consumer<ResourceID> again;

  /** By namespace; guarded by this. */
  private final Map<String, Lane> lanes = new HashMap<>();

  private static final class Lane {
    private final Set<ResourceID> parked = new LinkedHashSet<>();

    /** Who was called and has not come yet. */
    private final Set<ResourceID> called = new HashSet<>();

    private int underWay;

    private Optional<ResourceID> callNext() {
      Optional<ResourceID> next = parked.stream().findFirst();
      next.ifPresent(parked::remove);
      next.ifPresent(called::add);
      return next;
    }

    private boolean isIdle() {
      return underWay == 0 && parked.isEmpty() && called.isEmpty();
    }
  }

  /**
   * @param again called for who found no room, once there is
   */
  Lanes(Consumer<ResourceID> again) {
    this.again = again;
  }

  /** Empty: its namespace has as many under way as it may, and it is called when one ends. */
  <T> Optional<T> run(ResourceID who, Supplier<T> work) {
    if (!enter(who)) {
      return Optional.empty();
    }
    try {
      return Optional.of(CompletableFuture.supplyAsync(work, threads).join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
    } finally {
      leave(who).ifPresent(again);
    }
  }

  /** It will not come any more: whoever is next takes its place. */
  void gone(ResourceID who) {
    left(who).ifPresent(again);
  }

  private synchronized Optional<ResourceID> left(ResourceID who) {
    return Optional.ofNullable(lanes.get(namespace(who)))
        .flatMap(
            lane -> {
              lane.parked.remove(who);
              Optional<ResourceID> next =
                  lane.called.remove(who) ? lane.callNext() : Optional.empty();
              tidy(who, lane);
              return next;
            });
  }

  private synchronized boolean enter(ResourceID who) {
    Lane lane = lanes.computeIfAbsent(namespace(who), _ -> new Lane());
    lane.called.remove(who);
    if (lane.underWay >= EACH) {
      lane.parked.add(who);
      return false;
    }
    lane.parked.remove(who);
    lane.underWay++;
    return true;
  }

  private synchronized Optional<ResourceID> leave(ResourceID who) {
    Lane lane = Optional.ofNullable(lanes.get(namespace(who))).orElseThrow();
    lane.underWay--;
    Optional<ResourceID> next = lane.callNext();
    tidy(who, lane);
    return next;
  }

  private void tidy(ResourceID who, Lane lane) {
    if (lane.isIdle()) {
      lanes.remove(namespace(who));
    }
  }

  private static String namespace(ResourceID who) {
    return who.getNamespace().orElse("");
  }
}
