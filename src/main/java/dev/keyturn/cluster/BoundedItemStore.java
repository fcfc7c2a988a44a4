package dev.keyturn.cluster;

import dev.keyturn.api.Abridgeable;
import dev.keyturn.ops.Room;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.micrometer.core.instrument.Metrics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's store in which no namespace can fill the heap. Who finds no {@link Room} is kept
 * abridged, and read again by {@link WholeObjects} when it is needed; who finds none for that
 * either is left alone.
 */
public final class BoundedItemStore<T extends HasMetadata & Abridgeable<T>>
    implements ItemStore<T> {
  /** Of each string, beside its characters: 380 labels of 3.3 KB took 12 KiB. */
  private static final int QUOTE_BYTES = 8;

  private final Map<String, Kept<T>> items = new ConcurrentHashMap<>();
  private final Room room;
  private final UnreadableObjects unreadable;

  private record Kept<T>(T object, String namespace, long weight) {}

  /** As the framework makes it. */
  public BoundedItemStore() {
    this(ObjectRoom.SHARED, new UnreadableObjects(Metrics.globalRegistry));
  }

  BoundedItemStore(Room room, UnreadableObjects unreadable) {
    this.room = room;
    this.unreadable = unreadable;
  }

  @Override
  public String getKey(T object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  /** Never without one of the two while another takes its place: who looks must not miss it. */
  @Override
  public synchronized @Nullable T put(String key, T whole) {
    Kept<T> before = items.get(key);
    try {
      items.put(key, kept(whole, before == null ? 0 : before.weight()));
      return object(before);
    } catch (RuntimeException e) {
      // It would end the watch; what is not kept is not there.
      unreadable.found(whole.getKind(), key, e);
      return remove(key);
    }
  }

  private Kept<T> kept(T whole, long before) {
    String namespace = Optional.ofNullable(whole.getMetadata().getNamespace()).orElse("");
    long weight = weight(whole);
    if (room.replace(namespace, before, weight)) {
      return new Kept<>(whole, namespace, weight);
    }
    T little = whole.abridged();
    long its = weight(little);
    if (!room.squeeze(namespace, before, its)) {
      throw new NoRoomForIt();
    }
    return new Kept<>(little, namespace, its);
  }

  /** What it takes in the heap, about. */
  static long weight(Object object) {
    String json = PackedItemStore.JSON.asJson(object);
    long quotes = 0;
    for (int at = json.indexOf('"'); at >= 0; at = json.indexOf('"', at + 1)) {
      quotes++;
    }
    return json.length() + QUOTE_BYTES * quotes;
  }

  @Override
  public synchronized @Nullable T remove(String key) {
    Kept<T> kept = items.remove(key);
    if (kept != null) {
      room.give(kept.namespace(), kept.weight());
    }
    return object(kept);
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
