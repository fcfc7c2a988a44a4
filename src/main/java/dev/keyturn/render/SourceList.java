package dev.keyturn.render;

import dev.keyturn.api.ExternalSecretStatus;
import dev.keyturn.api.ExternalSecretStatus.SourceStatus;
import dev.keyturn.source.Find;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.VersionMark;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
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

  /** Stands for sources beyond those that are listed. */
  private static final String MORE = "more than are listed";

  /**
   * What is listed here and not there any more, though the manifest still names it or searches its
   * store.
   */
  public Set<String> lostSince(Request request, Inputs.Versions versions) {
    List<Read> found =
        reads(request, versions).stream()
            .filter(read -> versions.of(read.store(), read.ref()).isPresent())
            .toList();
    Set<String> there = new HashSet<>();
    found.forEach(read -> there.add(name(read.store().toString(), read.ref().key())));
    Set<String> asked = new HashSet<>();
    Set<String> searched = new HashSet<>();
    for (Request.Wanted wanted : request.wanted()) {
      String store = wanted.entry().store().toString();
      switch (wanted) {
        case Request.Wanted.Value(_, SecretRef ref) -> asked.add(name(store, ref.key()));
        case Request.Wanted.Names _ -> searched.add(store);
      }
    }
    Set<String> lost = new HashSet<>();
    for (SourceStatus source : sources) {
      String name = name(source.store(), source.key());
      if (!there.contains(name) && (asked.contains(name) || searched.contains(source.store()))) {
        lost.add(name);
      }
    }
    if (count > sources.size() && found.size() < count) {
      lost.add(MORE);
    }
    return lost;
  }

  private static String name(String store, String key) {
    return store + " " + key;
  }

  /**
   * Lists every secret once. The time of a source whose version is the one that {@code before} has
   * stays; of a new one it is {@code seenAt}; of one that was never listed it is left out, because
   * nobody saw it change.
   */
  public static SourceList of(
      Request request, Inputs.Versions versions, List<SourceStatus> before, Instant seenAt) {
    Set<Read> reads = reads(request, versions);
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

  private static Set<Read> reads(Request request, Inputs.Versions versions) {
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
    return reads;
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
