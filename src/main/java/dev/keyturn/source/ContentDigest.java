package dev.keyturn.source;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What stays in memory of a Secret's data: a keyed hash per key, from which the hash of the whole,
 * or of the keys that are ours, follows.
 */
public record ContentDigest(SortedMap<String, String> keys) {
  public ContentDigest {
    keys = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(keys));
  }

  public static ContentDigest of(KeyedHash hash, Map<String, byte[]> data) {
    TreeMap<String, String> keys = new TreeMap<>();
    data.forEach((key, value) -> keys.put(key, hash.of(value)));
    return new ContentDigest(keys);
  }

  /** The digest of the named keys alone. */
  public ContentDigest only(Set<String> wanted) {
    TreeMap<String, String> kept = new TreeMap<>(keys);
    kept.keySet().retainAll(wanted);
    return new ContentDigest(kept);
  }

  /** {@code <key id>:<HMAC>} over all keys, as {@code status.content.hash} records it. */
  public String overall(KeyedHash hash) {
    byte[][] parts =
        keys.entrySet().stream()
            .flatMap(entry -> java.util.stream.Stream.of(entry.getKey(), entry.getValue()))
            .map(part -> part.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    return hash.keyId() + ":" + hash.of(parts);
  }

  /** Keys that were added, removed or differ. */
  public SortedSet<String> changedSince(ContentDigest earlier) {
    TreeSet<String> changed = new TreeSet<>(keys.keySet());
    changed.addAll(earlier.keys.keySet());
    changed.removeIf(key -> Objects.equals(keys.get(key), earlier.keys.get(key)));
    return changed;
  }
}
