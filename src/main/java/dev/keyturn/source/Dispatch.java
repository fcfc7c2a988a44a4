package dev.keyturn.source;

import dev.keyturn.ops.Tasks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Sends flights off in batches, each lane by itself. */
final class Dispatch<K, T> {
  private static final Duration BETWEEN_TIDYINGS = Duration.ofMinutes(1);

  private final int calls;
  private final Duration longestWait;
  private final Tasks tasks;
  private final InstantSource time;
  private final BiConsumer<Lane, List<Flight<K, T>>> call;
  private final Map<Lane, Batcher<Flight<K, T>>> lanes = new HashMap<>();
  private final Set<Lane> armed = new HashSet<>();
  private boolean tidies;

  /**
   * @param calls most calls under way in a lane
   * @param call asks the source and completes the flights
   */
  Dispatch(
      int calls,
      Duration longestWait,
      Tasks tasks,
      InstantSource time,
      BiConsumer<Lane, List<Flight<K, T>>> call) {
    this.calls = calls;
    this.longestWait = longestWait;
    this.tasks = tasks;
    this.time = time;
    this.call = call;
  }

  /** Takes flights that arrive together. */
  void send(Map<Lane, List<Flight<K, T>>> arrivals) {
    arrivals.forEach(
        (lane, flights) -> {
          List<List<Flight<K, T>>> leaving;
          synchronized (lanes) {
            Batcher<Flight<K, T>> batcher =
                lanes.computeIfAbsent(lane, l -> new Batcher<>(l.size(), calls, longestWait, time));
            flights.forEach(batcher::add);
            leaving = depart(lane, batcher, flights.size());
            tidyLater();
          }
          launch(lane, leaving);
        });
  }

  private List<List<Flight<K, T>>> depart(Lane lane, Batcher<Flight<K, T>> batcher, int arrived) {
    List<List<Flight<K, T>>> leaving = batcher.depart(arrived);
    if (!armed.contains(lane)) {
      batcher
          .untilDeparture()
          .ifPresent(
              delay -> {
                armed.add(lane);
                tasks.after(delay, () -> alarm(lane));
              });
    }
    return leaving;
  }

  private void alarm(Lane lane) {
    again(lane, batcher -> armed.remove(lane));
  }

  private void landed(Lane lane) {
    again(lane, Batcher::landed);
  }

  /** Looks again what can leave, after something happened. A lane in use is never tidied away. */
  private void again(Lane lane, Consumer<Batcher<Flight<K, T>>> happened) {
    List<List<Flight<K, T>>> leaving = new ArrayList<>();
    synchronized (lanes) {
      Optional.ofNullable(lanes.get(lane))
          .ifPresent(
              batcher -> {
                happened.accept(batcher);
                leaving.addAll(depart(lane, batcher, 0));
              });
    }
    launch(lane, leaving);
  }

  private void launch(Lane lane, List<List<Flight<K, T>>> leaving) {
    for (List<Flight<K, T>> batch : leaving) {
      tasks.run(
          () -> {
            try {
              call.accept(lane, batch);
            } finally {
              batch.forEach(Flight::close);
              landed(lane);
            }
          });
    }
  }

  /** Identities come and go: lanes that nobody uses are forgotten. */
  private void tidyLater() {
    if (!tidies) {
      tidies = true;
      tasks.after(BETWEEN_TIDYINGS, this::tidy);
    }
  }

  private void tidy() {
    synchronized (lanes) {
      tidies = false;
      lanes.entrySet().removeIf(lane -> !armed.contains(lane.getKey()) && lane.getValue().idle());
      if (!lanes.isEmpty()) {
        tidyLater();
      }
    }
  }
}
