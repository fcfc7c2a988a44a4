package dev.keyturn.ops;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/**
 * Lets through what a person may have meant: spec, labels, annotations, deletion; of the status,
 * which is ours, that it was taken away.
 */
public final class SpecOrMarksChanged<T extends HasMetadata> implements OnUpdateFilter<T> {
  @Override
  public boolean accept(T after, T before) {
    ObjectMeta now = after.getMetadata();
    ObjectMeta then = before.getMetadata();
    return !Objects.equals(now.getGeneration(), then.getGeneration())
        || !Objects.equals(now.getUid(), then.getUid())
        || !Objects.equals(now.getLabels(), then.getLabels())
        || !Objects.equals(now.getAnnotations(), then.getAnnotations())
        || !Objects.equals(now.getDeletionTimestamp(), then.getDeletionTimestamp())
        || (hasStatus(before) && !hasStatus(after));
  }

  private static boolean hasStatus(HasMetadata object) {
    return object instanceof CustomResource<?, ?> resource && resource.getStatus() != null;
  }
}
