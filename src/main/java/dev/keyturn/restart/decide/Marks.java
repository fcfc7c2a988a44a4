package dev.keyturn.restart.decide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.keyturn.api.Annotations;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What our annotations on a pod template, and on the pods that inherit it, say.
 *
 * @param restartedFor per Secret, the change that the restart was for
 * @param restartedAt when we restarted it last
 * @param interval how long to stay quiet after that
 */
public record Marks(
    Map<String, Instant> restartedFor, Optional<Instant> restartedAt, Optional<Duration> interval) {

  /** Whoever writes another one does not keep a workload from restarting for longer. */
  public static final Duration LONGEST_INTERVAL = Duration.ofHours(1);

  /** What the API server takes as a time. */
  private static final Instant TOO_LATE = Instant.parse("+10000-01-01T00:00:00Z");

  public static final Marks NONE = new Marks(Map.of(), Optional.empty(), Optional.empty());

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<Map<String, String>> TIMES = new TypeReference<>() {};

  public Marks {
    restartedFor = Map.copyOf(restartedFor);
  }

  /** What cannot be read was not written by us, and counts as absent. */
  public static Marks of(@Nullable Map<String, String> annotations) {
    if (annotations == null) {
      return NONE;
    }
    return new Marks(
        times(annotations.get(Annotations.RESTARTED_FOR)),
        time(annotations.get(Annotations.RESTARTED_AT)),
        duration(annotations.get(Annotations.RESTART_INTERVAL)));
  }

  public Map<String, String> annotations() {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put(Annotations.RESTARTED_FOR, json());
    restartedAt.ifPresent(at -> annotations.put(Annotations.RESTARTED_AT, at.toString()));
    interval.ifPresent(time -> annotations.put(Annotations.RESTART_INTERVAL, time.toString()));
    return annotations;
  }

  /** Whether it was restarted for this change or for a later one. */
  public boolean cover(Change change) {
    return cover(change.secret(), change.at());
  }

  boolean cover(String secret, Instant change) {
    Instant at = restartedFor.get(secret);
    return at != null && !at.isBefore(change);
  }

  public boolean cover(Collection<Change> changes) {
    return changes.stream().allMatch(this::cover);
  }

  /** Without times that nobody's clock can have told yet: they were not written by us. */
  public Marks asOf(Instant now) {
    Instant latest = now.plus(Staleness.SKEW);
    Map<String, Instant> past = new TreeMap<>(restartedFor);
    past.values().removeIf(latest::isBefore);
    return new Marks(past, restartedAt.filter(at -> !latest.isBefore(at)), interval);
  }

  /** What is left of them when the restart that they tell of will not be done. */
  public Marks takenBack() {
    return new Marks(Map.of(), restartedAt, interval);
  }

  /** The newest change that it was restarted for. */
  Optional<Instant> newest() {
    return restartedFor.values().stream().max(Instant::compareTo);
  }

  /**
   * When we may restart it again.
   *
   * @param least how long it is left alone at least
   */
  Optional<Instant> quietUntil(Duration least) {
    return restartedAt.map(
        at -> at.plus(Snapshot.longest(List.of(least, interval.orElse(Duration.ZERO)))));
  }

  private String json() {
    Map<String, String> times = new TreeMap<>();
    restartedFor.forEach((secret, at) -> times.put(secret, at.toString()));
    try {
      return JSON.writeValueAsString(times);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings is JSON", e);
    }
  }

  private static Map<String, Instant> times(@Nullable String json) {
    if (json == null) {
      return Map.of();
    }
    try {
      Map<String, Instant> times = new TreeMap<>();
      Optional.ofNullable(JSON.readValue(json, TIMES))
          .orElse(Map.of())
          .forEach((secret, text) -> time(text).ifPresent(at -> times.put(secret, at)));
      return times;
    } catch (JsonProcessingException e) {
      return Map.of();
    }
  }

  private static Optional<Instant> time(@Nullable String text) {
    try {
      return Optional.ofNullable(text)
          .map(Instant::parse)
          .filter(at -> !at.isBefore(Instant.EPOCH) && at.isBefore(TOO_LATE));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> duration(@Nullable String text) {
    try {
      return Optional.ofNullable(text)
          .map(Duration::parse)
          .map(it -> it.isNegative() ? Duration.ZERO : it)
          .map(it -> it.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : it);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
