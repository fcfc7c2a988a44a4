package dev.keyturn.sync;

import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this process knows of ExternalSecrets beyond their status. Losing it costs a read of AWS,
 * never correctness.
 */
final class Remembered {
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  /**
   * @param resourceVersion of the resource after our last status write
   * @param status as that write left it
   * @param forceSync the mark that was obeyed last
   */
  record Entry(long resourceVersion, ExternalSecretStatus status, String forceSync) {}

  Optional<Entry> of(ExternalSecret resource) {
    return Optional.ofNullable(entries.get(uid(resource)));
  }

  /** The status as we wrote it, as long as the watch has not brought that or something newer. */
  ExternalSecretStatus status(ExternalSecret resource) {
    return of(resource)
        .filter(entry -> entry.resourceVersion() > version(resource))
        .map(Entry::status)
        .orElseGet(resource::statusOrEmpty);
  }

  void wrote(ExternalSecret written) {
    entries.merge(
        uid(written),
        new Entry(version(written), written.statusOrEmpty(), ""),
        (old, fresh) -> new Entry(fresh.resourceVersion(), fresh.status(), old.forceSync()));
  }

  void obeyed(ExternalSecret resource, String forceSync) {
    entries.merge(
        uid(resource),
        new Entry(0, ExternalSecretStatus.EMPTY, forceSync),
        (old, fresh) -> new Entry(old.resourceVersion(), old.status(), forceSync));
  }

  void forget(ExternalSecret resource) {
    entries.remove(uid(resource));
  }

  private static String uid(ExternalSecret resource) {
    return resource.getMetadata().getUid();
  }

  private static long version(ExternalSecret resource) {
    return Long.parseLong(resource.getMetadata().getResourceVersion());
  }
}
