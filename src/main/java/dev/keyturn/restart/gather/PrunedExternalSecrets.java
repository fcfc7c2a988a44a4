package dev.keyturn.restart.gather;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.api.Target;
import dev.keyturn.ops.Brief;
import dev.keyturn.ops.Room;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of ExternalSecrets what the restart reconciler reads; the sync reconciler has its own. The
 * schema bounds all of it but the changes: none is kept abridged, since neighbours decide by it.
 * Where there is no room for the changes of single keys, each counts as changed at the last of
 * them.
 */
public final class PrunedExternalSecrets extends BasicItemStore<ExternalSecret> {
  private static final Set<String> MARKS =
      Set.of(Annotations.RESTART_NOW, Annotations.RESTART_RESUME);

  /** A thousand keys of each namespace, and a 32nd of the heap that all share. */
  private static final Room SHARED = new Room(128L << 10, Runtime.getRuntime().maxMemory() / 32);

  /** Of the heap, about, beside its name. */
  private static final long KEY = 120;

  private final Room room;

  /** As the framework makes it. */
  public PrunedExternalSecrets() {
    this(SHARED);
  }

  PrunedExternalSecrets(Room room) {
    super(Cache::metaNamespaceKeyFunc);
    this.room = room;
  }

  @Override
  public synchronized ExternalSecret put(String key, ExternalSecret whole) {
    ExternalSecret pruned = prune(whole);
    long before = weight(get(key));
    if (!room.replace(namespace(pruned), before, weight(pruned))) {
      room.give(namespace(pruned), before);
      pruned = prune(whole, PrunedExternalSecrets::asOne);
    }
    return super.put(key, pruned);
  }

  @Override
  public synchronized ExternalSecret remove(String key) {
    ExternalSecret removed = super.remove(key);
    if (removed != null) {
      room.give(namespace(removed), weight(removed));
    }
    return removed;
  }

  private static Map<String, Instant> asOne(Map<String, Instant> changes) {
    Instant last = Collections.max(changes.values());
    return Map.of(Content.ANY, last, Content.EACH, last);
  }

  private static long weight(@Nullable ExternalSecret pruned) {
    return Optional.ofNullable(pruned)
        .flatMap(it -> Optional.ofNullable(it.statusOrEmpty().content()))
        .stream()
        .flatMap(content -> content.changes().keySet().stream())
        .filter(Content::isKey)
        .mapToLong(key -> KEY + key.length())
        .sum();
  }

  private static String namespace(ExternalSecret pruned) {
    return pruned.getMetadata().getNamespace();
  }

  public static ExternalSecret prune(ExternalSecret it) {
    return prune(it, UnaryOperator.identity());
  }

  private static ExternalSecret prune(
      ExternalSecret it, UnaryOperator<Map<String, Instant>> changes) {
    ExternalSecret pruned = new ExternalSecret();
    pruned.setMetadata(meta(it.getMetadata()));
    pruned.setSpec(spec(it.getSpec()));
    Optional.ofNullable(it.getStatus())
        .map(status -> status(status, it.targetName(), changes))
        .ifPresent(pruned::setStatus);
    it.unreadable().ifPresent(pruned::becomeUnreadable);
    return pruned;
  }

  private static ObjectMeta meta(ObjectMeta meta) {
    return new ObjectMetaBuilder()
        .withNamespace(meta.getNamespace())
        .withName(meta.getName())
        .withUid(meta.getUid())
        .withResourceVersion(meta.getResourceVersion())
        .withGeneration(meta.getGeneration())
        .withDeletionTimestamp(meta.getDeletionTimestamp())
        .withAnnotations(ours(meta.getAnnotations()))
        .build();
  }

  private static Map<String, String> ours(@Nullable Map<String, String> annotations) {
    Map<String, String> ours = new TreeMap<>(annotations == null ? Map.of() : annotations);
    ours.keySet().retainAll(MARKS);
    ours.replaceAll((_, mark) -> Brief.of(mark));
    return ours;
  }

  private static ExternalSecretSpec spec(ExternalSecretSpec spec) {
    Target target = spec.target();
    return new ExternalSecretSpec(
        null,
        spec.refreshPolicy(),
        spec.refreshInterval(),
        null,
        new Target(
            target.name(), target.creationPolicy(), target.deletionPolicy(), false, null, null),
        List.of(),
        List.of(),
        spec.restart());
  }

  /** Until the next sync a renamed one tells of the Secret that it wrote before. */
  private static ExternalSecretStatus status(
      ExternalSecretStatus status, String secret, UnaryOperator<Map<String, Instant>> changes) {
    boolean ofAnother = status.binding() != null && !status.binding().name().equals(secret);
    return new ExternalSecretStatus(
        status.condition(ConditionTypes.RESTARTED).stream().toList(),
        null,
        null,
        null,
        ofAnother ? null : status.binding(),
        List.of(),
        null,
        Optional.ofNullable(status.content())
            .filter(_ -> !ofAnother)
            .map(
                content ->
                    new Content(
                        content.hash(),
                        null,
                        changes.apply(content.changes()),
                        content.created(),
                        content.stood()))
            .orElse(null),
        null,
        status.restart());
  }
}
