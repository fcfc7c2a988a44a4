package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one Secret. {@code restart} and its condition belong to the restart reconciler,
 * all else to the sync reconciler.
 */
@Part
public record ExternalSecretStatus(
    @Listed List<Condition> conditions,
    @Nullable @JsonPropertyDescription("The metadata.generation that was synced last.")
        Long observedGeneration,
    @Nullable
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription("When the Secret was written last.")
        Instant refreshTime,
    @Nullable @JsonPropertyDescription("As in External Secrets Operator; not written.")
        String syncedResourceVersion,
    @Nullable @JsonPropertyDescription("The Secret, for servicebinding.io.") Binding binding,
    @Listed @JsonPropertyDescription("What the content was made of; at most 50.")
        List<SourceStatus> sources,
    @Nullable @JsonPropertyDescription("How many sources there are.") Integer sourceCount,
    @Nullable @JsonPropertyDescription("What the Secret holds and when that changed.")
        Content content,
    @Nullable @JsonPropertyDescription("The keyturn.dev/force-sync that was obeyed last.")
        String forceSync,
    @Nullable @JsonPropertyDescription("Workloads that still use an older content.")
        RestartStatus restart) {

  /** At most this many of {@link #sources} are listed. */
  public static final int MAX_SOURCES = 50;

  public static final ExternalSecretStatus EMPTY =
      new ExternalSecretStatus(
          List.of(), null, null, null, null, List.of(), null, null, null, null);

  public ExternalSecretStatus {
    conditions = Absent.list(conditions);
    sources = Absent.list(sources);
  }

  public Optional<Condition> condition(String type) {
    return Condition.of(type, conditions);
  }

  /** Whether this was found for the resource as it is now specified. */
  public boolean observed(ExternalSecret resource) {
    return resource.getMetadata().getGeneration().equals(observedGeneration);
  }

  /** Whether the resource as it is now specified was synced, and nothing has failed since. */
  public boolean isGood(ExternalSecret resource) {
    return observed(resource)
        && condition(ConditionTypes.READY).filter(Condition::isTrue).isPresent();
  }

  /** Names the Secret. */
  @Part
  public record Binding(String name) {}

  /**
   * One secret of the source.
   *
   * @param store kind and name: {@code SecretStore/aws}
   */
  @Part
  public record SourceStatus(
      String store,
      String key,
      @Nullable String versionId,
      @Listed List<String> versionStages,
      @Nullable @JsonFormat(shape = JsonFormat.Shape.STRING) Instant changedAt) {
    public SourceStatus {
      versionStages = Absent.list(versionStages);
    }
  }

  /**
   * The truth about what the Secret holds.
   *
   * @param hash {@code <key id>:<HMAC>} of what we wrote
   * @param inputs keyed hash of versions and templates that it was made from
   * @param changes per key ({@code *}: any; {@code **}: each that is not there by itself) the API
   *     server's time at which its bytes last went from one known value to another
   * @param created when we made the Secret, if nothing was recorded of an earlier one
   * @param stood what it held before that
   */
  @Part
  public record Content(
      @Nullable @JsonPropertyDescription("Keyed hash of what was written.") String hash,
      @Nullable @JsonPropertyDescription("Keyed hash of what it was made from.") String inputs,
      @Listed
          @JsonPropertyDescription(
              "When the bytes of a key last changed; *: of any key; **: of each that is not there.")
          Map<String, Instant> changes,
      @Nullable
          @JsonFormat(shape = JsonFormat.Shape.STRING)
          @JsonPropertyDescription("When the Secret was made, if there was none before.")
          Instant created,
      @Nullable @JsonPropertyDescription("What it held before.") Stood stood) {

    /** The key of {@link #changes} that stands for all. */
    public static final String ANY = "*";

    /** The key of {@link #changes} that stands for each that is not there by itself. */
    public static final String EACH = "**";

    public Content {
      changes = Absent.map(changes);
    }

    /** One that has always been there, and of whose earlier content nothing is known. */
    public Content(@Nullable String hash, @Nullable String inputs, Map<String, Instant> changes) {
      this(hash, inputs, changes, null, null);
    }

    /** Whether a key of {@link #changes} is that of a Secret. */
    public static boolean isKey(String changed) {
      return !changed.equals(ANY) && !changed.equals(EACH);
    }

    /** Since when and until when it held before what it holds now again, if it does. */
    public Optional<Stood> again() {
      return Optional.ofNullable(stood).filter(before -> before.hash().equals(hash));
    }
  }

  /**
   * A content that the Secret held for a while, until it changed.
   *
   * @param hash as in {@link Content}
   * @param since absent: from the beginning
   */
  @Part
  public record Stood(
      @JsonPropertyDescription("Keyed hash of it.") String hash,
      @Nullable
          @JsonFormat(shape = JsonFormat.Shape.STRING)
          @JsonPropertyDescription("When it came; absent: it was there from the beginning.")
          Instant since,
      @JsonFormat(shape = JsonFormat.Shape.STRING) @JsonPropertyDescription("When it went.")
          Instant until) {}
}
