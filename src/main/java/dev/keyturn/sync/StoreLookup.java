package dev.keyturn.sync;

import dev.keyturn.api.Store;
import java.util.Optional;

/** Finds stores, as the watch knows them. */
@FunctionalInterface
interface StoreLookup {
  Optional<? extends Store> find(StoreKey key);
}
