package dev.keyturn.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's store that keeps each object pruned and as JSON: a fifth of what the objects take,
 * and few of them are ever looked at.
 */
public final class PackedItemStore<T extends HasMetadata> implements ItemStore<T> {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private final ConcurrentHashMap<String, byte[]> items = new ConcurrentHashMap<>();
  private final Class<T> type;
  private final UnaryOperator<T> prune;
  private final UnreadableObjects unreadable;

  public PackedItemStore(Class<T> type, UnaryOperator<T> prune, UnreadableObjects unreadable) {
    this.type = type;
    this.prune = prune;
    this.unreadable = unreadable;
  }

  @Override
  public String getKey(T object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  @Override
  public @Nullable T put(String key, T object) {
    try {
      return unpack(items.put(key, pack(object)));
    } catch (RuntimeException e) {
      // It would end the watch; what is not kept is not there.
      unreadable.found(object.getKind(), key, e);
      return remove(key);
    }
  }

  @Override
  public @Nullable T remove(String key) {
    return unpack(items.remove(key));
  }

  @Override
  public @Nullable T get(String key) {
    return unpack(items.get(key));
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return items.values().stream().flatMap(packed -> Optional.ofNullable(unpack(packed)).stream());
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private byte[] pack(T object) {
    return JSON.asJson(prune.apply(object)).getBytes(StandardCharsets.UTF_8);
  }

  private @Nullable T unpack(byte @Nullable [] packed) {
    return packed == null ? null : JSON.unmarshal(new String(packed, StandardCharsets.UTF_8), type);
  }
}
