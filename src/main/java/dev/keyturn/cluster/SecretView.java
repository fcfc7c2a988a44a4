package dev.keyturn.cluster;

import static java.util.stream.Collectors.toSet;

import dev.keyturn.api.Labels;
import dev.keyturn.source.ContentDigest;
import dev.keyturn.source.KeyedHash;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A Secret without its values.
 *
 * @param terminating whether it is being deleted, which waits until the finalizers are gone
 * @param writtenAt the API server's time of the newest write to the data, by any manager
 * @param managers who wrote anything, newest first; empty for who gave no name
 * @param ownedKeys the data keys that each of our field managers owns
 * @param isAbridged whether only what names it and its controller is kept: there may be more keys,
 *     labels and annotations than there is room for
 */
public record SecretView(
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    String type,
    boolean immutable,
    boolean terminating,
    List<String> finalizers,
    Map<String, String> labels,
    Map<String, String> annotations,
    Optional<OwnerReference> controller,
    ContentDigest digest,
    Optional<Instant> writtenAt,
    List<String> managers,
    Map<String, Set<String>> ownedKeys,
    boolean isAbridged) {

  /** Of each string that is kept, beside its characters, in a map. */
  private static final long ENTRY = 120;

  /** Of a key: its digest, too. */
  private static final long KEY = 2 * ENTRY;

  private static final long REST = 1_000;

  ResourceVersion version() {
    return ResourceVersion.of(resourceVersion);
  }

  public static SecretView of(Secret secret, KeyedHash hash) {
    ObjectMeta metadata = secret.getMetadata();
    List<ManagedFieldsEntry> entries =
        metadata.getManagedFields().stream()
            .filter(entry -> entry.getTime() != null)
            .sorted((a, b) -> b.getTime().compareTo(a.getTime()))
            .toList();
    List<ManagedFieldsEntry> writers = entries.stream().filter(SecretView::ownsData).toList();
    return new SecretView(
        metadata.getNamespace(),
        metadata.getName(),
        metadata.getUid(),
        metadata.getResourceVersion(),
        Optional.ofNullable(secret.getType()).orElse("Opaque"),
        Boolean.TRUE.equals(secret.getImmutable()),
        metadata.getDeletionTimestamp() != null,
        List.copyOf(metadata.getFinalizers()),
        Map.copyOf(orEmpty(metadata.getLabels())),
        Map.copyOf(orEmpty(metadata.getAnnotations())),
        metadata.getOwnerReferences().stream()
            .filter(owner -> Boolean.TRUE.equals(owner.getController()) && owner.getUid() != null)
            .findFirst(),
        ContentDigest.of(hash, bytes(secret)),
        writers.stream().findFirst().flatMap(SecretView::time),
        entries.stream().map(SecretView::manager).distinct().toList(),
        ownedKeys(writers),
        false);
  }

  /** What little is kept of one that finds no room; who needs more reads the Secret. */
  SecretView abridged() {
    return new SecretView(
        namespace,
        name,
        uid,
        resourceVersion,
        type,
        immutable,
        terminating,
        List.of(),
        Map.of(),
        Map.of(),
        controller,
        new ContentDigest(new TreeMap<>()),
        Optional.empty(),
        List.of(),
        Map.of(),
        true);
  }

  /** What it takes in the heap, about. */
  long weight() {
    return REST
        + sum(digest.keys().keySet(), KEY)
        + ownedKeys.values().stream().mapToLong(keys -> sum(keys, ENTRY)).sum()
        + sum(labels.keySet(), ENTRY)
        + sum(labels.values(), ENTRY)
        + sum(annotations.keySet(), ENTRY)
        + sum(annotations.values(), ENTRY)
        + sum(finalizers, ENTRY)
        + sum(managers, ENTRY);
  }

  private static long sum(Collection<String> strings, long each) {
    return strings.stream().mapToLong(string -> string.length() + each).sum();
  }

  /**
   * When one of these keys was first written as it is, by whom it may be. Who only takes keys away
   * leaves no trace.
   */
  public static Optional<Instant> writtenAt(Secret secret, Set<String> keys) {
    return secret.getMetadata().getManagedFields().stream()
        .filter(SecretView::ownsData)
        .filter(entry -> !Collections.disjoint(keys(entry), keys))
        .flatMap(entry -> time(entry).stream())
        .min(Instant::compareTo);
  }

  /** Absent where a write had neither a field manager nor a User-Agent. */
  private static String manager(ManagedFieldsEntry entry) {
    return Optional.ofNullable(entry.getManager()).orElse("");
  }

  /** Whoever writes may write this, too. */
  private static Optional<Instant> time(ManagedFieldsEntry entry) {
    try {
      return Optional.ofNullable(entry.getTime()).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Map<String, Set<String>> ownedKeys(List<ManagedFieldsEntry> writers) {
    Map<String, Set<String>> owned = new HashMap<>();
    writers.stream()
        .filter(writer -> manager(writer).startsWith(SecretApplier.MANAGER_PREFIX))
        .forEach(
            writer ->
                owned.computeIfAbsent(manager(writer), _ -> new HashSet<>()).addAll(keys(writer)));
    return Map.copyOf(owned);
  }

  private static Set<String> keys(ManagedFieldsEntry writer) {
    return writer.getFieldsV1().getAdditionalProperties().get("f:data") instanceof Map<?, ?> data
        ? data.keySet().stream()
            .map(String::valueOf)
            .filter(field -> field.startsWith("f:"))
            .map(field -> field.substring(2))
            .collect(toSet())
        : Set.of();
  }

  /** Whether that is the field manager of this ExternalSecret. */
  public static boolean isManager(String manager, String externalSecretUid) {
    return manager.equals(SecretApplier.manager(externalSecretUid));
  }

  /** The keys that the field manager of this ExternalSecret owns. */
  public Set<String> keysOf(String externalSecretUid) {
    return ownedKeys.getOrDefault(SecretApplier.manager(externalSecretUid), Set.of());
  }

  /** The Secret's values, decoded. */
  public static Map<String, byte[]> bytes(Secret secret) {
    Map<String, byte[]> bytes = new HashMap<>();
    orEmpty(secret.getData())
        .forEach((key, value) -> bytes.put(key, Base64.getDecoder().decode(value)));
    return bytes;
  }

  public boolean managed() {
    return "true".equals(labels.get(Labels.MANAGED));
  }

  public boolean controlledBy(String uid) {
    return controller.map(owner -> owner.getUid().equals(uid)).orElse(false);
  }

  private static boolean ownsData(ManagedFieldsEntry entry) {
    return entry.getFieldsV1() != null
        && entry.getFieldsV1().getAdditionalProperties().containsKey("f:data");
  }

  private static Map<String, String> orEmpty(
      @org.jspecify.annotations.Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
