package dev.keyturn.restart.gather;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.restart.decide.Change;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Workloads that were seen fresh, so that their pods are not listed again. What it forgets is only
 * looked at once more.
 */
public final class SeenFresh {
  private static final int MOST = 20_000;

  private final Cache<String, Map<String, Instant>> changes =
      Caffeine.newBuilder().maximumSize(MOST).build();

  boolean covers(String uid, List<Change> now) {
    return now.isEmpty()
        || Optional.ofNullable(changes.getIfPresent(uid))
            .filter(seen -> now.stream().allMatch(change -> covers(seen, change)))
            .isPresent();
  }

  public void add(String uid, List<Change> now) {
    changes.put(
        uid, now.stream().collect(Collectors.toMap(Change::secret, Change::at, SeenFresh::later)));
  }

  private static boolean covers(Map<String, Instant> seen, Change change) {
    Instant at = seen.get(change.secret());
    return at != null && !at.isBefore(change.at());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
