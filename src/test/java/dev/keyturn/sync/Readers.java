package dev.keyturn.sync;

import dev.keyturn.ops.Patience;
import dev.keyturn.ops.VirtualTime;
import dev.keyturn.rotation.FoundNames;
import dev.keyturn.rotation.Wakeup;
import dev.keyturn.rotation.WatchBudget;
import dev.keyturn.rotation.Watchlist;
import dev.keyturn.source.FakeSource;
import dev.keyturn.source.SecretCache;
import dev.keyturn.source.SecretSource;
import dev.keyturn.sync.store.Resolution;
import dev.keyturn.sync.store.Waiting;

/** Readers that bring nobody along. */
final class Readers {
  private Readers() {}

  static Reader reader(
      SecretSource source,
      SecretCache cache,
      Watchlist watchlist,
      VirtualTime waits,
      Wakeup wakeup) {
    return reader(
        source, cache, watchlist, new WatchBudget(Integer.MAX_VALUE, waits, wakeup), waits, wakeup);
  }

  /**
   * @param waits the time of those who wait: AWS is as slow as it stands still
   */
  static Reader reader(
      SecretSource source,
      SecretCache cache,
      Watchlist watchlist,
      WatchBudget budget,
      VirtualTime waits,
      Wakeup wakeup) {
    FoundNames found = new FoundNames();
    return new Reader(
        source,
        cache,
        watchlist,
        FakeSource.hash(),
        new BoundedFetch(cache, found, new Patience(BoundedFetch.LARGE_AT_A_TIME, waits, waits)),
        found,
        budget,
        new Waiting((store, stores, namespace) -> new Resolution.OtherClass(), resource -> false),
        new Patience(Patience.Limits.of(8), waits, waits),
        wakeup);
  }
}
