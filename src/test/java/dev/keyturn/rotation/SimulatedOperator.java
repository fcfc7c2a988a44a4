package dev.keyturn.rotation;

import dev.keyturn.ops.VirtualTime;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CacheMeters;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.Freshness;
import dev.keyturn.source.Reference;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Sight;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Dependants that sync as the reconciler does, over the real cache, watchlist, watch and listener.
 * What they were about to do when the lead is lost is lost with it, and it may be lost at any wake.
 */
final class SimulatedOperator {
  /** What a dependant wants and has. */
  private static final class State {
    private Set<Reference> wanted = Set.of();
    private Optional<Duration> interval = Optional.empty();
    private final Map<Reference, String> applied = new HashMap<>();
    private boolean syncing;
    private boolean again;
    private boolean unsynced;
  }

  private final VirtualTime time;
  private final Random random;
  private final SecretCache cache;
  private final Watchlist watchlist;
  private final StageWatch watch;
  private final ChangeListener listener;
  private final Map<Dependant, State> dependants = new LinkedHashMap<>();
  private boolean leading;
  private boolean frail = true;
  private int term;
  private int syncs;

  SimulatedOperator(VirtualTime time, Random random, SimulatedAws aws) {
    this.time = time;
    this.random = random;
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    this.cache =
        new SecretCache(
            aws,
            FakeSource::hash,
            time,
            time,
            SecretCache.Bounds.DEFAULT,
            new CacheMeters(registry));
    this.watchlist = new Watchlist(cache, this::wake);
    this.watch = new StageWatch(cache, watchlist, time, time, random, new WatchMeters(registry));
    this.listener =
        new ChangeListener(
            List.of(aws),
            cache,
            watchlist,
            watch,
            time,
            time,
            new RotationHealth(),
            new EventMeters(registry));
  }

  /** Keeps the lead from now on. */
  void calm() {
    frail = false;
    lead(false);
  }

  int syncs() {
    return syncs;
  }

  void lead(boolean syncAll) {
    if (!leading) {
      leading = true;
      term++;
      watch.start();
      listener.start();
      dependants.forEach(
          (dependant, state) -> {
            state.syncing = false;
            state.again = false;
            if (state.unsynced || syncAll) {
              wake(dependant);
            }
          });
    }
  }

  void loseLead() {
    leading = false;
    term++;
    watch.stop();
    listener.stop();
  }

  void specify(Dependant dependant, Set<Reference> wanted, Optional<Duration> interval) {
    State state = dependants.computeIfAbsent(dependant, d -> new State());
    state.wanted = Set.copyOf(wanted);
    state.interval = interval;
    state.unsynced = true;
    wake(dependant);
  }

  void remove(Dependant dependant) {
    dependants.remove(dependant);
    watchlist.forget(dependant);
  }

  private void wake(Dependant dependant) {
    State state = dependants.get(dependant);
    if (!leading || state == null) {
      return;
    }
    if (frail && random.nextInt(10) == 0) {
      loseLead();
      time.after(Duration.ofMillis(random.nextInt(5_000)), () -> lead(false));
    } else if (state.syncing) {
      state.again = true;
    } else {
      state.syncing = true;
      after(30, () -> sync(dependant, state));
    }
  }

  private void after(int millis, Runnable task) {
    int began = term;
    time.after(
        Duration.ofMillis(random.nextInt(millis)),
        () -> {
          if (leading && term == began) {
            task.run();
          }
        });
  }

  private void sync(Dependant dependant, State state) {
    syncs++;
    state.again = false;
    Set<Reference> wanted = state.wanted;
    Optional<Duration> interval = state.interval;
    Map<Reference, CompletableFuture<Answer<SecretValue>>> asked = new HashMap<>();
    for (Reference reference : wanted) {
      asked.putAll(
          Map.of(
              reference,
              cache
                  .ask(reference.identity(), Set.of(reference.ref()), Freshness.HELD)
                  .get(reference.ref())));
    }
    int began = term;
    CompletableFuture<Void> _ =
        CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
            .thenRun(
                () -> {
                  if (term == began) {
                    after(60, () -> finish(dependant, state, interval, asked));
                  }
                });
  }

  private void finish(
      Dependant dependant,
      State state,
      Optional<Duration> interval,
      Map<Reference, CompletableFuture<Answer<SecretValue>>> asked) {
    if (random.nextInt(8) == 0) {
      after(2_000, () -> sync(dependant, state));
      return;
    }
    Map<Reference, Following> following = new HashMap<>();
    asked.forEach(
        (reference, future) -> {
          Answer<SecretValue> answer = future.join();
          if (answer instanceof Answer.Found<SecretValue>(SecretValue value)) {
            state.applied.put(reference, value.versionId());
          }
          following.put(
              reference, new Following(interval, Sight.ofValue(answer, FakeSource.hash())));
        });
    state.syncing = false;
    state.unsynced = !state.wanted.equals(asked.keySet());
    if (state.equals(dependants.get(dependant))) {
      watchlist.follow(dependant, following);
      if (state.again) {
        wake(dependant);
      }
    }
  }

  /** Dependants that do not have the version AWS holds, with what they have instead. */
  Set<String> behind(SimulatedAws aws) {
    Set<String> behind = new HashSet<>();
    dependants.forEach(
        (dependant, state) ->
            state.wanted.forEach(
                reference -> {
                  String current = aws.currentVersion(reference.ref());
                  String has = state.applied.getOrDefault(reference, "nothing");
                  if (!has.equals(current)) {
                    behind.add(
                        "%s has %s of %s, AWS %s, told %s"
                            .formatted(
                                dependant.name(),
                                has,
                                reference.ref().key(),
                                current,
                                cache.known(reference)));
                  }
                }));
    return behind;
  }
}
