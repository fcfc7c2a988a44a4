package dev.keyturn.cluster;

import dev.keyturn.api.Abridgeable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's store in which no namespace, and not all of them together, can fill the heap. Who
 * finds no {@link Room} is kept abridged, and read again by {@link WholeObjects} when it is needed.
 */
public class BoundedItemStore<T extends HasMetadata & Abridgeable<T>> implements ItemStore<T> {
  private final Map<String, Kept<T>> items = new ConcurrentHashMap<>();

  private final UnaryOperator<T> prune;
  private final Room room;

  private record Kept<T>(T object, String namespace, long size) {}

  public BoundedItemStore() {
    this(UnaryOperator.identity());
  }

  /** The same, of what is left of each. */
  public BoundedItemStore(UnaryOperator<T> prune) {
    this(prune, Room.OF_ALL_CACHES);
  }

  BoundedItemStore(UnaryOperator<T> prune, Room room) {
    this.prune = prune;
    this.room = room;
  }

  @Override
  public String getKey(T object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  /** Never without one of the two while another takes its place: who looks must not miss it. */
  @Override
  public synchronized @Nullable T put(String key, T whole) {
    T object = prune.apply(whole);
    OptionalLong size = size(object);
    giveRoom(items.get(key));
    return object(items.put(key, kept(object, size)));
  }

  /** Nothing for what cannot be written: nobody knows what it takes. */
  private static OptionalLong size(Object object) {
    try {
      return OptionalLong.of(PackedItemStore.JSON.asJson(object).length());
    } catch (RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  private Kept<T> kept(T object, OptionalLong size) {
    String namespace = Optional.ofNullable(object.getMetadata().getNamespace()).orElse("");
    return size.isPresent() && room.take(namespace, size.getAsLong())
        ? new Kept<>(object, namespace, size.getAsLong())
        : new Kept<>(object.abridged(), namespace, 0);
  }

  @Override
  public synchronized @Nullable T remove(String key) {
    Kept<T> kept = items.remove(key);
    giveRoom(kept);
    return object(kept);
  }

  private void giveRoom(@Nullable Kept<T> kept) {
    if (kept != null) {
      room.give(kept.namespace(), kept.size());
    }
  }

  private static <T> @Nullable T object(@Nullable Kept<T> kept) {
    return kept == null ? null : kept.object();
  }

  @Override
  public @Nullable T get(String key) {
    return object(items.get(key));
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return items.values().stream().map(Kept::object);
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
