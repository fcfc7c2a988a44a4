package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a user wants of one Secret. */
@Part
@ValidationRule(
    value =
        "(has(self.data) && size(self.data) > 0) || (has(self.dataFrom) && size(self.dataFrom) >"
            + " 0)",
    message = "write at least one entry in data or dataFrom")
@ValidationRule(
    value =
        "(has(self.secretStoreRef) && has(self.secretStoreRef.name)) || ((!has(self.data) ||"
            + " self.data.all(d, has(d.sourceRef))) && (!has(self.dataFrom) ||"
            + " self.dataFrom.all(d, has(d.sourceRef))))",
    message =
        "secretStoreRef.name is missing: name the store to read from, or give every entry a"
            + " sourceRef.storeRef")
public record ExternalSecretSpec(
    @Nullable @JsonPropertyDescription("The store of every entry that names none.")
        StoreRef secretStoreRef,
    @JsonPropertyDescription(
            "Periodic (default): polls, events and repairs. OnChange: when this resource changes,"
                + " and repairs. CreatedOnce: written once.")
        RefreshPolicy refreshPolicy,
    @DurationText
        @Default("1h")
        @ValidationRule(value = SchemaRules.DURATION, message = SchemaRules.DURATION_SENTENCE)
        @JsonPropertyDescription(
            "Longest time that a change in AWS may go unseen when no event arrives (default 1h). 0:"
                + " no timer, events still count.")
        Duration refreshInterval,
    @Nullable @JsonPropertyDescription("When polls and events may lead to a sync.")
        SyncWindows syncWindows,
    @JsonPropertyDescription("The Secret that is written.") Target target,
    @Listed @Size(max = 500) @JsonPropertyDescription("Single keys.") List<DataEntry> data,
    @Listed
        @Size(max = 100)
        @JsonPropertyDescription("Many keys at once, before data, which wins on equal keys.")
        List<DataFromEntry> dataFrom,
    @JsonPropertyDescription("Which workloads restart after a change, and how.")
        RestartSpec restart) {

  /** As many stores may be read from: each is looked up, and wakes, for itself. */
  public static final int MOST_STORES = 50;

  /** Has nothing written and nothing restarted. */
  static final ExternalSecretSpec NOTHING =
      new ExternalSecretSpec(
          null,
          RefreshPolicy.ON_CHANGE,
          Duration.ZERO,
          null,
          Target.NONE,
          List.of(),
          List.of(),
          RestartSpec.NONE);

  public ExternalSecretSpec {
    refreshPolicy = Absent.or(refreshPolicy, RefreshPolicy.PERIODIC);
    refreshInterval = Absent.or(refreshInterval, Duration.ofHours(1));
    target = Absent.or(target, Target.DEFAULT);
    data = Absent.list(data);
    dataFrom = Absent.list(dataFrom);
    restart = Absent.or(restart, RestartSpec.DEFAULT);
  }

  /** The stores of all entries, as far as that many may be named. */
  public List<StoreRef> stores() {
    return Stream.concat(
            Stream.ofNullable(secretStoreRef),
            Stream.concat(
                    data.stream().map(DataEntry::sourceRef),
                    dataFrom.stream().map(DataFromEntry::sourceRef))
                .filter(Objects::nonNull)
                .map(SourceRef::storeRef)
                .filter(Objects::nonNull))
        .distinct()
        .limit(MOST_STORES + 1)
        .toList();
  }

  /** The stores it reads from, and the Secret that it wants to write. */
  ExternalSecretSpec abridged() {
    return new ExternalSecretSpec(
        null,
        refreshPolicy,
        refreshInterval,
        null,
        new Target(
            target.name(), target.creationPolicy(), target.deletionPolicy(), false, null, null),
        stores().stream()
            .map(store -> new DataEntry("", RemoteRef.NONE, new SourceRef(store, null)))
            .toList(),
        List.of(),
        RestartSpec.NONE);
  }

  /** What leads to a sync. */
  public enum RefreshPolicy {
    @JsonProperty("Periodic")
    PERIODIC,
    @JsonProperty("OnChange")
    ON_CHANGE,
    @JsonProperty("CreatedOnce")
    CREATED_ONCE
  }
}
