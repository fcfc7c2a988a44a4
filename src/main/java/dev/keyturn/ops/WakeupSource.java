package dev.keyturn.ops;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queues resources of one kind for a look, for a cause that no informer tells, and tells which are
 * gone.
 *
 * <p>The framework's own way to hear of deletions, {@code triggerReconcilerOnAllEvents}, loses a
 * resource that is made again while the reconciler of its deletion waits or runs: it calls for the
 * new one as if that were deleted, and forgets it. Here a deletion is told before the framework is
 * told of it, in the order of the watch.
 */
public final class WakeupSource<R extends HasMetadata> extends SimpleInboundEventSource<R>
    implements ResourceEventAware<R> {
  private static final Logger LOG = LoggerFactory.getLogger(WakeupSource.class);

  private volatile Optional<Known<R>> known = Optional.empty();

  private record Known<R extends HasMetadata>(Cache<R> resources, Consumer<R> forget) {}

  public WakeupSource() {
    super("wakeups");
  }

  /**
   * Nothing is lost before the start: then everything is reconciled anyway.
   *
   * @param namespace empty for a resource of the cluster
   */
  public void wake(String namespace, String name) {
    if (isRunning()) {
      propagateEvent(namespace.isEmpty() ? new ResourceID(name) : new ResourceID(name, namespace));
    }
  }

  /**
   * @param resources what is there
   * @param forget called for each that is gone, more than once perhaps
   */
  public void whenGone(Cache<R> resources, Consumer<R> forget) {
    known = Optional.of(new Known<>(resources, forget));
  }

  /**
   * What the reconcile of a resource does; if the resource went meanwhile, what was noted of it is
   * forgotten. The framework may be reconciling another one of its name at the same time, which
   * then looks again.
   */
  public <T> T whileThere(R resource, Supplier<T> reconcile) {
    try {
      return reconcile.get();
    } finally {
      known.ifPresent(it -> forgetIfGone(resource, it));
    }
  }

  private void forgetIfGone(R resource, Known<R> known) {
    ResourceID name = ResourceID.fromResource(resource);
    Optional<R> there = known.resources().get(name);
    if (there.filter(same(resource)).isEmpty()) {
      onResourceDeleted(resource);
      there.ifPresent(_ -> propagateEvent(name));
    }
  }

  @Override
  public void onResourceDeleted(R resource) {
    try {
      known.ifPresent(it -> it.forget().accept(resource));
    } catch (RuntimeException e) {
      // The framework has to hear of it all the same.
      LOG.error(
          "{} {}/{} could not be forgotten: {}",
          resource.getKind(),
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName(),
          e.getClass().getName());
    }
  }

  /** A watch that broke off may have missed that there was another one before. */
  @Override
  public void onResourceUpdated(R now, R before) {
    if (!same(before).test(now)) {
      onResourceDeleted(before);
    }
  }

  private static <R extends HasMetadata> Predicate<R> same(R one) {
    return other -> other.getMetadata().getUid().equals(one.getMetadata().getUid());
  }
}
