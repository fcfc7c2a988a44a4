package dev.keyturn.aws.secretsmanager;

import dev.keyturn.aws.call.Together;
import dev.keyturn.aws.identity.Connections;
import dev.keyturn.aws.identity.Denials;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretRef.Part;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.Version;
import dev.keyturn.source.VersionMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Secrets Manager: current values twenty at a time, everything else one by one.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets.html">Get
 *     secrets</a>
 */
public final class SecretsManagerSource implements SecretSource {
  private final SecretBatches batches;
  private final SecretDescriptions descriptions;
  private final SecretListing listing;

  private SecretsManagerSource(
      SecretBatches batches, SecretDescriptions descriptions, SecretListing listing) {
    this.batches = batches;
    this.descriptions = descriptions;
    this.listing = listing;
  }

  public static SecretSource over(Connections aws, Denials denials) {
    SecretsManager secrets =
        new SecretsManager(aws.clients(), aws.calls(), aws.metrics(), aws.clock());
    return new SecretsManagerSource(
        new SecretBatches(secrets, denials),
        new SecretDescriptions(secrets, denials),
        new SecretListing(secrets));
  }

  @Override
  public Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs) {
    List<SecretRef> current = refs.stream().filter(SecretsManagerSource::isCurrent).toList();
    List<Function<Identity, Map<SecretRef, Answer<SecretValue>>>> parts = new ArrayList<>();
    parts.add(id -> batches.current(id, current));
    refs.stream()
        .filter(ref -> !isCurrent(ref))
        .forEach(ref -> parts.add(id -> Map.of(ref, readAlone(id, ref))));
    return gather(identity, parts);
  }

  /**
   * Current versions by batch, which costs least; others, and current ones where batches are
   * forbidden, by their description, which needs neither the value nor its key.
   */
  @Override
  public Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs) {
    List<SecretRef> current = refs.stream().filter(SecretsManagerSource::isCurrent).toList();
    boolean batch = current.size() > 1 && batches.allowed(identity);
    List<SecretRef> described =
        batch ? refs.stream().filter(ref -> !isCurrent(ref)).toList() : List.copyOf(refs);
    List<Function<Identity, Map<SecretRef, Answer<VersionMark>>>> parts = new ArrayList<>();
    if (batch) {
      parts.add(id -> marks(batches.current(id, current)));
    }
    Map<String, List<SecretRef>> bySecret = new HashMap<>();
    described.forEach(ref -> bySecret.computeIfAbsent(ref.key(), k -> new ArrayList<>()).add(ref));
    bySecret.forEach((key, of) -> parts.add(id -> lookAt(id, key, of)));
    return gather(identity, parts);
  }

  @Override
  public Answer<List<String>> find(Identity identity, Find find) {
    return listing.find(identity, find);
  }

  private Answer<SecretValue> readAlone(Identity identity, SecretRef ref) {
    return switch (ref.part()) {
      case VALUE -> batches.one(identity, ref);
      case TAGS -> descriptions.tags(identity, ref.key());
    };
  }

  private Map<SecretRef, Answer<VersionMark>> lookAt(
      Identity identity, String key, List<SecretRef> refs) {
    boolean currentOnly = refs.stream().allMatch(SecretsManagerSource::isCurrent);
    if ((currentOnly && batches.allowed(identity)) || descriptions.forbidden(identity)) {
      Map<SecretRef, Answer<VersionMark>> marks = new HashMap<>();
      refs.forEach(ref -> marks.put(ref, readAlone(identity, ref).map(VersionMark::of)));
      return marks;
    }
    return descriptions.look(
        identity, key, refs, ref -> readAlone(identity, ref).map(VersionMark::of));
  }

  private static Map<SecretRef, Answer<VersionMark>> marks(
      Map<SecretRef, Answer<SecretValue>> values) {
    Map<SecretRef, Answer<VersionMark>> marks = new HashMap<>();
    values.forEach((ref, value) -> marks.put(ref, value.map(VersionMark::of)));
    return marks;
  }

  private static boolean isCurrent(SecretRef ref) {
    return ref.version() instanceof Version.Current && ref.part() == Part.VALUE;
  }

  private static <T> Map<SecretRef, Answer<T>> gather(
      Identity identity, List<Function<Identity, Map<SecretRef, Answer<T>>>> parts) {
    Map<SecretRef, Answer<T>> all = new HashMap<>();
    Together.each(parts, part -> part.apply(identity)).forEach(all::putAll);
    return all;
  }
}
