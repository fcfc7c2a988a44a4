package dev.keyturn.restart.gather;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.restart.decide.Snapshot;
import dev.keyturn.restart.decide.Snapshot.Refusal;
import java.time.Duration;
import java.util.Optional;

/** Why the API server refused to let a workload restart, for as long as it is not asked again. */
public final class Refusals {
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Cache<String, Refusal> refusals =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(AGAIN).build();

  public void add(Snapshot refused, Refusal refusal) {
    refusals.put(key(refused), refusal);
  }

  Optional<Refusal> of(Snapshot snapshot) {
    return Optional.ofNullable(refusals.getIfPresent(key(snapshot)));
  }

  private static String key(Snapshot it) {
    return it.subject().uid() + "/" + it.newestChange();
  }
}
