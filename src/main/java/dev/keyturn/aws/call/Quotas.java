package dev.keyturn.aws.call;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

/**
 * The rates at one endpoint, one per account and operation, as AWS counts them. What an endpoint of
 * a tenant's choice answers cannot slow down anybody else.
 */
final class Quotas {
  private static final int MOST = 4096;

  private final LoadingCache<Key, Rate> rates =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .executor(Runnable::run)
          .build(key -> new Rate(key.operation().perSecond()));

  Rate of(Asked asked) {
    return rates.get(new Key(asked.account(), asked.operation()));
  }

  private record Key(String account, Operation operation) {}
}
