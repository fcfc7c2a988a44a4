package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** One object followed by a watch of its own, of which only a view is kept. */
final class Watched<R extends HasMetadata, T> implements ResourceEventHandler<R> {
  private static final Duration START = Duration.ofSeconds(30);

  private final Resource<R> resource;
  private final Function<R, T> view;
  private final ObjectRef object;
  private final Runnable changed;
  private final UnreadableObjects unreadable;
  private volatile Optional<T> current = Optional.empty();
  private volatile String seen = "";
  private volatile boolean listed;
  private volatile Optional<SharedIndexInformer<R>> informer = Optional.empty();
  private boolean closed;

  Watched(
      ObjectRef object,
      Resource<R> resource,
      Function<R, T> view,
      Runnable changed,
      UnreadableObjects unreadable) {
    this.object = object;
    this.resource = resource;
    this.view = view;
    this.changed = changed;
    this.unreadable = unreadable;
  }

  Optional<T> get() {
    start();
    return current;
  }

  private synchronized void start() {
    if (informer.isPresent()) {
      return;
    }
    if (closed) {
      throw WatchNotStarted.of(
          object.toString(), new IllegalStateException("nobody used it any more"));
    }
    SharedIndexInformer<R> started =
        resource
            .runnableInformer(0)
            // Who waits for the start tries again by himself, and others wait for him.
            .exceptionHandler((begun, failure) -> begun)
            .itemStore(new Store());
    try {
      started.start().toCompletableFuture().get(START.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      started.stop();
      throw new IllegalStateException("Interrupted while starting a watch", e);
    } catch (ExecutionException | TimeoutException e) {
      started.stop();
      throw WatchNotStarted.of(object.toString(), e);
    }
    listed = true;
    started.addEventHandler(this);
    informer = Optional.of(started);
  }

  /** Waits for nobody: to start may take half a minute. */
  boolean hears() {
    return informer.map(SharedIndexInformer::isWatching).orElse(true);
  }

  synchronized void close() {
    closed = true;
    informer.ifPresent(SharedIndexInformer::stop);
  }

  @Override
  public void onAdd(R object) {
    tell(object);
  }

  @Override
  public void onUpdate(R before, R after) {
    tell(after);
  }

  @Override
  public void onDelete(R object, boolean finalStateUnknown) {
    changed.run();
  }

  /** The first add only repeats what the starter has just read. */
  private void tell(R object) {
    if (!object.getMetadata().getResourceVersion().equals(seen)) {
      changed.run();
    }
  }

  /** Turns each object into its view before anything else sees it; values stay nowhere. */
  private final class Store extends BasicItemStore<R> {
    Store() {
      super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public R put(String key, R object) {
      if (!listed) {
        seen = object.getMetadata().getResourceVersion();
      }
      current = viewOf(key, object);
      return super.put(key, bare(object));
    }

    /** Nothing leaves here: it would end the watch. Without a view, the object is not there. */
    private Optional<T> viewOf(String key, R object) {
      try {
        return Optional.of(view.apply(object));
      } catch (RuntimeException e) {
        unreadable.found(object.getKind(), key, e);
        return Optional.empty();
      }
    }

    @Override
    public R remove(String key) {
      current = Optional.empty();
      return super.remove(key);
    }

    @SuppressWarnings("unchecked")
    private R bare(R object) {
      try {
        R bare = (R) object.getClass().getDeclaredConstructor().newInstance();
        bare.setMetadata(
            new ObjectMetaBuilder()
                .withNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .withUid(object.getMetadata().getUid())
                .withResourceVersion(object.getMetadata().getResourceVersion())
                .build());
        return bare;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Every Fabric8 model class has a plain constructor", e);
      }
    }
  }
}
