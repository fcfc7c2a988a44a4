package dev.keyturn.restart.gather;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Spreads over time what many want at once: one after the other, each when its time has come. */
final class Pace {
  /** Who has not come by then will not come. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(5);

  private final Duration apart;

  /** Guarded by this. */
  private final Map<String, Instant> slots = new HashMap<>();

  private Instant next = Instant.MIN;

  Pace(Duration apart) {
    this.apart = apart;
  }

  /** When it may begin; empty: now. Until then its place is kept. */
  synchronized Optional<Instant> slot(String who, Instant now) {
    Instant mine = slots.computeIfAbsent(who, _ -> take(now));
    if (mine.isAfter(now)) {
      return Optional.of(mine);
    }
    slots.remove(who);
    return Optional.empty();
  }

  private Instant take(Instant now) {
    slots.values().removeIf(slot -> slot.plus(FORGOTTEN).isBefore(now));
    Instant slot = next.isAfter(now) ? next : now;
    next = slot.plus(apart);
    return slot;
  }

  /** When that is, if it has been told to come later. */
  synchronized Optional<Instant> kept(String who) {
    return Optional.ofNullable(slots.get(who));
  }
}
