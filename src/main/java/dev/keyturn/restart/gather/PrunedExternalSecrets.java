package dev.keyturn.restart.gather;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ConditionTypes;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretSpec;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.Content;
import dev.keyturn.api.Target;
import dev.keyturn.ops.Brief;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keeps of ExternalSecrets what the restart reconciler reads; the sync reconciler has its own. The
 * schema bounds all of it: none is kept abridged, since neighbours decide by it.
 */
public final class PrunedExternalSecrets extends BasicItemStore<ExternalSecret> {
  private static final Set<String> MARKS =
      Set.of(Annotations.RESTART_NOW, Annotations.RESTART_RESUME);

  public PrunedExternalSecrets() {
    super(Cache::metaNamespaceKeyFunc);
  }

  @Override
  public ExternalSecret put(String key, ExternalSecret whole) {
    return super.put(key, prune(whole));
  }

  public static ExternalSecret prune(ExternalSecret it) {
    ExternalSecret pruned = new ExternalSecret();
    pruned.setMetadata(meta(it.getMetadata()));
    pruned.setSpec(spec(it.getSpec()));
    Optional.ofNullable(it.getStatus())
        .map(status -> status(status, it.targetName()))
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

  private static Map<String, String> ours(
      @org.jspecify.annotations.Nullable Map<String, String> annotations) {
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
  private static ExternalSecretStatus status(ExternalSecretStatus status, String secret) {
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
                        content.changes(),
                        content.created(),
                        content.stood()))
            .orElse(null),
        null,
        status.restart());
  }
}
