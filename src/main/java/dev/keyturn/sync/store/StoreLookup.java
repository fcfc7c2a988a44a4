package dev.keyturn.sync.store;

import dev.keyturn.api.Store;
import java.util.Optional;

/** Finds stores, as the watch knows them. */
@FunctionalInterface
public interface StoreLookup {
  Optional<? extends Store> find(StoreKey key);
}
