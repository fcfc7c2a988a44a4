package dev.keyturn.render;

import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.SourceStatus;
import dev.keyturn.source.Find;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.VersionMark;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code status.sources} says.
 *
 * @param sources at most {@link ExternalSecretStatus#MAX_SOURCES}
 * @param count how many there are
 */
public record SourceList(List<SourceStatus> sources, int count) {
  public SourceList {
    sources = List.copyOf(sources);
  }

  /** What a status says already. */
  public static SourceList of(ExternalSecretStatus status) {
    return new SourceList(
        status.sources(),
        Optional.ofNullable(status.sourceCount()).orElse(status.sources().size()));
  }

  private record Read(StoreName store, SecretRef ref) {}

  /**
   * Lists every secret once. The time of a source whose version is the one that {@code before} has
   * stays; of a new one it is {@code seenAt}; of one that was never listed it is left out, because
   * nobody saw it change.
   */
  public static SourceList of(
      Request request, Inputs.Versions versions, List<SourceStatus> before, Instant seenAt) {
    Set<Read> reads = new LinkedHashSet<>();
    for (Request.Wanted wanted : request.wanted()) {
      StoreName store = wanted.entry().store();
      switch (wanted) {
        case Request.Wanted.Value(_, SecretRef ref) -> reads.add(new Read(store, ref));
        case Request.Wanted.Names(_, Find find) ->
            Request.refs(find, versions.names(store, find).orElse(List.of()))
                .forEach(ref -> reads.add(new Read(store, ref)));
      }
    }
    List<SourceStatus> listed = new ArrayList<>();
    int count = 0;
    for (Read read : reads) {
      Optional<VersionMark> mark = versions.of(read.store(), read.ref());
      if (mark.isPresent()) {
        count++;
        if (listed.size() < ExternalSecretStatus.MAX_SOURCES) {
          listed.add(status(read, mark.get(), before, seenAt));
        }
      }
    }
    return new SourceList(listed, count);
  }

  private static SourceStatus status(
      Read read, VersionMark mark, List<SourceStatus> before, Instant seenAt) {
    String store = read.store().toString();
    String key = read.ref().key();
    Optional<String> version = Optional.of(mark.versionId()).filter(id -> !id.isEmpty());
    List<SourceStatus> old =
        before.stream().filter(s -> s.store().equals(store) && s.key().equals(key)).toList();
    Optional<SourceStatus> same =
        old.stream().filter(s -> Optional.ofNullable(s.versionId()).equals(version)).findFirst();
    Optional<Instant> changedAt =
        same.isPresent()
            ? same.flatMap(s -> Optional.ofNullable(s.changedAt()))
            : Optional.of(seenAt.truncatedTo(ChronoUnit.SECONDS)).filter(_ -> !old.isEmpty());
    return new SourceStatus(
        store,
        key,
        version.orElse(null),
        mark.stages().stream().sorted().toList(),
        changedAt.orElse(null));
  }
}
