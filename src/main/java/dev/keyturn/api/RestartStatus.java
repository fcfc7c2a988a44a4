package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Workloads that still use an older content; there while something is pending. */
@Part
public record RestartStatus(
    @JsonPropertyDescription("Idle, Waiting, Restarting or Halted.") State state,
    @Nullable @JsonPropertyDescription("Why, and what to do.") String reason,
    @Nullable
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription("When it goes on by itself.")
        Instant until,
    @Listed List<WorkloadStatus> workloads,
    @Nullable @JsonPropertyDescription("The value of keyturn.dev/restart-now that was obeyed last.")
        String restartedNow,
    @Nullable
        @JsonPropertyDescription("The value of keyturn.dev/restart-resume that was obeyed last.")
        String resumed) {

  public RestartStatus {
    workloads = Absent.list(workloads);
  }

  /** What is going on. */
  public enum State {
    @JsonProperty("Idle")
    IDLE,
    @JsonProperty("Waiting")
    WAITING,
    @JsonProperty("Restarting")
    RESTARTING,
    @JsonProperty("Halted")
    HALTED
  }

  /**
   * One workload.
   *
   * @param askedFor the change that we asked it to restart for; gone from its template, somebody
   *     undid it
   */
  @Part
  public record WorkloadStatus(
      String kind,
      String name,
      @JsonPropertyDescription("Idle, Waiting, Restarting or Halted.") State state,
      @Nullable @JsonPropertyDescription("Why, in one word.") String reason,
      @Nullable @JsonPropertyDescription("Containers that still use an older content.")
          Integer staleContainers,
      @Nullable
          @JsonFormat(shape = JsonFormat.Shape.STRING)
          @JsonPropertyDescription("The change that it was asked to restart for.")
          Instant askedFor) {}
}
