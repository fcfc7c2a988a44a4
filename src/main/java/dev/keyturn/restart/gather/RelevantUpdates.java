package dev.keyturn.restart.gather;

import dev.keyturn.api.ExternalSecret;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/**
 * Lets through what may lead to another decision: spec, our annotations, deletion, and what the
 * sync reconciler recorded; not what we wrote into the status ourselves.
 */
public final class RelevantUpdates implements OnUpdateFilter<ExternalSecret> {
  @Override
  public boolean accept(ExternalSecret now, ExternalSecret before) {
    ExternalSecret after = PrunedExternalSecrets.prune(now);
    ExternalSecret earlier = PrunedExternalSecrets.prune(before);
    return !Objects.equals(
            after.getMetadata().getGeneration(), earlier.getMetadata().getGeneration())
        || !Objects.equals(
            after.getMetadata().getAnnotations(), earlier.getMetadata().getAnnotations())
        || !Objects.equals(
            after.getMetadata().getDeletionTimestamp(),
            earlier.getMetadata().getDeletionTimestamp())
        || !Objects.equals(after.statusOrEmpty().content(), earlier.statusOrEmpty().content())
        || !Objects.equals(after.statusOrEmpty().binding(), earlier.statusOrEmpty().binding());
  }
}
