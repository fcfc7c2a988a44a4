package dev.keyturn.restart.gather;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.cluster.ResourceVersion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;

/**
 * What we have written, until the watch tells that or something newer. To ask the informer itself
 * would be to read each object a second time.
 */
final class Written<T extends HasMetadata> {
  private static final int MOST = 1_000;

  /** Longer than a watch that broke off takes to come back. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Cache<String, T> byUid =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(LONGEST).build();

  void put(T written) {
    byUid.put(written.getMetadata().getUid(), written);
  }

  T orNewer(T told) {
    Optional<T> ours = Optional.ofNullable(byUid.getIfPresent(told.getMetadata().getUid()));
    boolean newer =
        ours.filter(it -> ResourceVersion.of(it).isAfter(ResourceVersion.of(told))).isPresent();
    if (ours.isPresent() && !newer) {
      byUid.invalidate(told.getMetadata().getUid());
    }
    return newer ? ours.get() : told;
  }
}
