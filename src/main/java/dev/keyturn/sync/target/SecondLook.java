package dev.keyturn.sync.target;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.render.Inputs;
import dev.keyturn.render.Rendered;
import dev.keyturn.render.Request;
import dev.keyturn.render.SourceList;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes nothing away before it has been gone for some seconds: AWS is eventually consistent, and
 * one answer of one replica, or a list that changes while it is turned over, is not proof enough.
 */
public final class SecondLook {
  static final Duration PAUSE = Duration.ofSeconds(5);

  /** Names that keep vanishing hold the other values back no longer than this. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /**
   * @param began when the wait did
   * @param since when each thing was first missed
   */
  private record Missed(Instant began, Map<String, Instant> since) {}

  private final InstantSource time;

  /** By UID. */
  private final ConcurrentHashMap<String, Missed> missed = new ConcurrentHashMap<>();

  SecondLook(InstantSource time) {
    this.time = time;
  }

  /**
   * How long to wait for another look; empty if nothing goes, or all of it was gone long ago.
   *
   * @param status what the Secret was made of
   * @param now what was just read
   */
  public Optional<Duration> wait(
      ExternalSecret resource,
      ExternalSecretStatus status,
      Rendered rendered,
      Request request,
      Inputs.Versions now) {
    boolean takes = rendered instanceof Rendered.Done || rendered instanceof Rendered.Gone;
    return wait(
        resource.getMetadata().getUid(),
        takes && status.content() != null
            ? SourceList.of(status).lostSince(request, now)
            : Set.of());
  }

  /**
   * @param gone by name
   */
  Optional<Duration> wait(String uid, Set<String> gone) {
    if (gone.isEmpty()) {
      missed.remove(uid);
      return Optional.empty();
    }
    Instant now = time.instant();
    Map<String, Instant> since = new HashMap<>();
    Missed before = missed.getOrDefault(uid, new Missed(now, Map.of()));
    gone.forEach(name -> since.put(name, before.since().getOrDefault(name, now)));
    Instant sure = Collections.max(since.values()).plus(PAUSE);
    Instant latest = before.began().plus(LONGEST);
    Duration left = Duration.between(now, sure.isBefore(latest) ? sure : latest);
    missed.put(uid, new Missed(left.isPositive() ? before.began() : now, since));
    return left.isPositive() ? Optional.of(left) : Optional.empty();
  }

  /** Whether the next look has to be at AWS, and not at what is held of the one before. */
  public boolean isPending(ExternalSecret resource) {
    return missed.containsKey(resource.getMetadata().getUid());
  }

  public void forget(ExternalSecret resource) {
    missed.remove(resource.getMetadata().getUid());
  }
}
