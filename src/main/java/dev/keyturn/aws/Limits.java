package dev.keyturn.aws;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

/** The rates, one per account, region and operation, as AWS counts them. */
final class Limits {
  private static final int MOST = 4096;

  private final LoadingCache<Key, Rate> rates =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .executor(Runnable::run)
          .build(key -> new Rate(key.operation().perSecond()));

  Rate of(Asked asked) {
    return rates.get(new Key(asked.account(), asked.region(), asked.operation()));
  }

  private record Key(String account, String region, Operation operation) {}
}
