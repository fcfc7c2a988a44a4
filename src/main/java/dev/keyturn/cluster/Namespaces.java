package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Labels and annotations of all namespaces. */
public final class Namespaces {
  private static final long SYNC_MINUTES = 2;

  private final SharedIndexInformer<Namespace> informer;
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  public Namespaces(KubernetesClient client) {
    informer =
        client
            .namespaces()
            .withLimit(Lists.PAGE)
            .runnableInformer(0)
            .exceptionHandler((begun, failure) -> true)
            .itemStore(new MarksOnly())
            .addEventHandler(new Handler(listeners));
  }

  public void start() throws InterruptedException, TimeoutException {
    try {
      informer.start().toCompletableFuture().get(SYNC_MINUTES, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The watch of namespaces did not start", e.getCause());
    }
  }

  public void stop() {
    informer.stop();
  }

  /** Whether the watch lives, if only by trying again. */
  public boolean running() {
    return informer.isRunning();
  }

  /** Whether it hears of changes at this moment; one that is opened anew does not. */
  public boolean watching() {
    return informer.isWatching();
  }

  /** Has the listener told the name of each namespace that comes, or whose marks change. */
  public void listen(Consumer<String> listener) {
    listeners.add(listener);
  }

  /** Empty for a namespace that is not known, be it only not yet. */
  public Optional<Map<String, String>> labels(String namespace) {
    return find(namespace).map(found -> orEmpty(found.getMetadata().getLabels()));
  }

  public Map<String, String> annotations(String namespace) {
    return find(namespace)
        .map(found -> orEmpty(found.getMetadata().getAnnotations()))
        .orElse(Map.of());
  }

  private Optional<Namespace> find(String name) {
    return Optional.ofNullable(informer.getStore().getByKey(name));
  }

  private static Map<String, String> orEmpty(
      @org.jspecify.annotations.Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }

  private record Handler(List<Consumer<String>> listeners)
      implements ResourceEventHandler<Namespace> {
    @Override
    public void onAdd(Namespace namespace) {
      tell(namespace);
    }

    @Override
    public void onUpdate(Namespace before, Namespace after) {
      if (!Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())
          || !Objects.equals(
              before.getMetadata().getAnnotations(), after.getMetadata().getAnnotations())) {
        tell(after);
      }
    }

    private void tell(Namespace namespace) {
      listeners.forEach(listener -> listener.accept(namespace.getMetadata().getName()));
    }

    @Override
    public void onDelete(Namespace namespace, boolean finalStateUnknown) {}
  }

  private static final class MarksOnly extends BasicItemStore<Namespace> {
    MarksOnly() {
      super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public Namespace put(String key, Namespace namespace) {
      return super.put(
          key,
          new NamespaceBuilder()
              .withNewMetadata()
              .withName(namespace.getMetadata().getName())
              .withUid(namespace.getMetadata().getUid())
              .withResourceVersion(namespace.getMetadata().getResourceVersion())
              .withLabels(namespace.getMetadata().getLabels())
              .withAnnotations(namespace.getMetadata().getAnnotations())
              .endMetadata()
              .build());
    }
  }
}
