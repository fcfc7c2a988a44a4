package dev.keyturn.render;

import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that a Secret shall hold of ours, but its name and our own marks. Never prints values.
 *
 * @param data bytes that nobody may change
 * @param unsteady keys that a template makes anew each time, because something in it is random,
 *     salted or dated
 */
public record SecretData(
    SortedMap<String, byte[]> data,
    SortedSet<String> unsteady,
    String type,
    SortedMap<String, String> labels,
    SortedMap<String, String> annotations,
    List<String> finalizers,
    boolean immutable) {
  public static final String OPAQUE = "Opaque";

  public SecretData {
    data = Collections.unmodifiableSortedMap(new TreeMap<>(data));
    unsteady = Collections.unmodifiableSortedSet(new TreeSet<>(unsteady));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    finalizers = List.copyOf(finalizers);
  }

  /** A keyed hash per key, to compare with the live Secret and with what status records. */
  public ContentDigest digest(KeyedHash hash) {
    return ContentDigest.of(hash, data);
  }

  /**
   * The same with the live bytes of the {@link #unsteady} keys, for a drift repair: if its hash is
   * that of what we wrote, none of these keys drifted, and it is the content to write back.
   */
  public SecretData keeping(Map<String, byte[]> live) {
    SortedMap<String, byte[]> kept = new TreeMap<>(data);
    for (String key : unsteady) {
      Optional.ofNullable(live.get(key)).ifPresent(value -> kept.put(key, value));
    }
    return new SecretData(kept, unsteady, type, labels, annotations, finalizers, immutable);
  }

  /** What Kubernetes counts against its limit of 1 MiB. */
  public long size() {
    return data.values().stream().mapToLong(value -> value.length).sum();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SecretData that
        && sameBytes(that.data)
        && unsteady.equals(that.unsteady)
        && type.equals(that.type)
        && labels.equals(that.labels)
        && annotations.equals(that.annotations)
        && finalizers.equals(that.finalizers)
        && immutable == that.immutable;
  }

  private boolean sameBytes(SortedMap<String, byte[]> other) {
    return data.keySet().equals(other.keySet())
        && data.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), other.get(entry.getKey())));
  }

  @Override
  public int hashCode() {
    return data.keySet().hashCode();
  }

  @Override
  public String toString() {
    return "SecretData[" + type + ", keys " + data.keySet() + ", redacted]";
  }
}
