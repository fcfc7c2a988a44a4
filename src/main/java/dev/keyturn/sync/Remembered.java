package dev.keyturn.sync;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import java.util.Map;
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
   * @param forceSync the mark that was obeyed last by this process
   */
  record Entry(long resourceVersion, ExternalSecretStatus status, Optional<String> forceSync) {}

  private Optional<Entry> of(ExternalSecret resource) {
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
        new Entry(version(written), written.statusOrEmpty(), Optional.empty()),
        (old, fresh) -> new Entry(fresh.resourceVersion(), fresh.status(), old.forceSync()));
  }

  /** Whether a person asks for a look that nobody has had yet, be it before our start. */
  boolean forced(ExternalSecret resource) {
    Optional<String> mark = mark(resource);
    return mark.isPresent() && !mark.equals(obeyed(resource));
  }

  void obey(ExternalSecret resource) {
    mark(resource)
        .ifPresent(
            mark ->
                entries.merge(
                    uid(resource),
                    new Entry(0, ExternalSecretStatus.EMPTY, Optional.of(mark)),
                    (old, fresh) ->
                        new Entry(old.resourceVersion(), old.status(), fresh.forceSync())));
  }

  /** The mark that was obeyed last, by this process or by one before it. */
  Optional<String> obeyed(ExternalSecret resource) {
    return of(resource)
        .flatMap(Entry::forceSync)
        .or(() -> Optional.ofNullable(status(resource).forceSync()));
  }

  private static Optional<String> mark(ExternalSecret resource) {
    return Optional.ofNullable(resource.getMetadata().getAnnotations())
        .map((Map<String, String> annotations) -> annotations.get(Annotations.FORCE_SYNC))
        .filter(mark -> !mark.isEmpty());
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
