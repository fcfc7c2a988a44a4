package dev.keyturn.sync;

import dev.keyturn.api.Annotations;
import dev.keyturn.api.ExternalSecret;
import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.ops.Brief;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Which mark of a person was obeyed last. Losing what is remembered beyond the status costs a read
 * of AWS, never correctness.
 */
final class ForceSync {
  private final Function<ExternalSecret, ExternalSecretStatus> status;
  private final ConcurrentHashMap<String, String> obeyed = new ConcurrentHashMap<>();

  /**
   * @param status the newest that is known
   */
  ForceSync(Function<ExternalSecret, ExternalSecretStatus> status) {
    this.status = status;
  }

  /** Whether a person asks for a look that nobody has had yet, be it before our start. */
  boolean asked(ExternalSecret resource) {
    Optional<String> mark = mark(resource);
    return mark.isPresent() && !mark.equals(obeyed(resource));
  }

  void obey(ExternalSecret resource) {
    mark(resource).ifPresent(mark -> obeyed.put(resource.getMetadata().getUid(), mark));
  }

  /** The mark that was obeyed last, by this process or by one before it. */
  Optional<String> obeyed(ExternalSecret resource) {
    return Optional.ofNullable(obeyed.get(resource.getMetadata().getUid()))
        .or(() -> Optional.ofNullable(status.apply(resource).forceSync()));
  }

  private static Optional<String> mark(ExternalSecret resource) {
    Map<String, String> annotations =
        Optional.ofNullable(resource.getMetadata().getAnnotations()).orElse(Map.of());
    String eso = annotations.getOrDefault(Annotations.ESO_FORCE_SYNC, "");
    return Optional.of(
            annotations.getOrDefault(Annotations.FORCE_SYNC, "")
                + (eso.isEmpty() ? "" : " %s=%s".formatted(Annotations.ESO_FORCE_SYNC, eso)))
        .filter(mark -> !mark.isEmpty())
        .map(Brief::of);
  }

  void forget(ExternalSecret resource) {
    obeyed.remove(resource.getMetadata().getUid());
  }
}
