package dev.keyturn.cluster;

import dev.keyturn.api.Annotations;
import dev.keyturn.ops.Room;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's store that keeps each object pruned and as JSON: a fifth of what the objects take,
 * and few of them are ever looked at. Who finds no {@link Room} is not kept.
 */
public final class PackedItemStore<T extends HasMetadata> implements ItemStore<T> {
  /** One for all caches: to make another takes a tenth of a second. */
  static final KubernetesSerialization JSON = new KubernetesSerialization();

  /** Characters that a restart for some Secrets adds to a template. */
  private static final long MARKS = 400;

  private final ConcurrentHashMap<String, byte[]> items = new ConcurrentHashMap<>();
  private final Class<T> type;
  private final UnaryOperator<T> prune;
  private final UnreadableObjects unreadable;
  private final Room room;

  /**
   * What the last change took away. The informer asks the indexes of it, by identity, after it has
   * gone from here: they forget it by that.
   */
  private @Nullable T before;

  /** What has taken its place, if anything has. */
  private @Nullable T after;

  public PackedItemStore(Class<T> type, UnaryOperator<T> prune, UnreadableObjects unreadable) {
    this(type, prune, unreadable, ObjectRoom.SHARED);
  }

  PackedItemStore(Class<T> type, UnaryOperator<T> prune, UnreadableObjects unreadable, Room room) {
    this.type = type;
    this.prune = prune;
    this.unreadable = unreadable;
    this.room = room;
  }

  @Override
  public String getKey(T object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  @Override
  public synchronized @Nullable T put(String key, T object) {
    byte[] replaced = items.get(key);
    before = unpack(replaced);
    after = object;
    try {
      byte[] packed = pack(object);
      if (!room.replace(namespace(key), weight(replaced), weight(packed))) {
        throw new NoRoomForIt();
      }
      items.put(key, packed);
    } catch (RuntimeException e) {
      // It would end the watch; what is not kept is not there.
      unreadable.found(object.getKind(), key, e);
      after = null;
      items.remove(key);
      room.give(namespace(key), weight(replaced));
    }
    return before;
  }

  @Override
  public synchronized @Nullable T remove(String key) {
    byte[] packed = items.remove(key);
    room.give(namespace(key), weight(packed));
    before = unpack(packed);
    after = null;
    return before;
  }

  /** With room for our marks: who is followed is so after a restart. */
  private static long weight(byte @Nullable [] packed) {
    if (packed == null) {
      return 0;
    }
    return packed.length + (json(packed).contains(Annotations.RESTARTED_FOR) ? 0 : MARKS);
  }

  private static String namespace(String key) {
    return key.substring(0, Math.max(0, key.indexOf('/')));
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

  /**
   * The keys of an object in an index, when the informer asks for them. It takes out those of what
   * was replaced before it puts in the new ones: of those that stay nothing is told then, since
   * whoever looked in between would miss the object.
   */
  @SuppressWarnings("ReferenceEquality")
  public synchronized List<String> indexKeys(T object, Function<T, List<String>> keys) {
    if (object != before) {
      return items.containsKey(getKey(object)) ? keys.apply(object) : List.of();
    }
    List<String> gone = new ArrayList<>(keys.apply(object));
    Optional.ofNullable(after).map(keys).ifPresent(gone::removeAll);
    return gone;
  }

  private byte[] pack(T object) {
    return JSON.asJson(prune.apply(object)).getBytes(StandardCharsets.UTF_8);
  }

  private @Nullable T unpack(byte @Nullable [] packed) {
    return packed == null ? null : JSON.unmarshal(json(packed), type);
  }

  private static String json(byte[] packed) {
    return new String(packed, StandardCharsets.UTF_8);
  }
}
