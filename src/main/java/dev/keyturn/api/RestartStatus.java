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
    @Listed
        @JsonPropertyDescription("What the operator has to remember of restarts that are not over.")
        List<AskedStatus> asked,
    @Nullable @JsonPropertyDescription("The value of keyturn.dev/restart-now that was obeyed last.")
        String restartedNow,
    @Nullable
        @JsonPropertyDescription("The value of keyturn.dev/restart-resume that was obeyed last.")
        String resumed) {

  public RestartStatus {
    workloads = Absent.list(workloads);
    asked = Absent.list(asked);
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

  /** One workload, for people. */
  @Part
  public record WorkloadStatus(
      String kind,
      String name,
      @JsonPropertyDescription("Idle, Waiting, Restarting or Halted.") State state,
      @Nullable @JsonPropertyDescription("Why, in one word.") String reason,
      @Nullable @JsonPropertyDescription("Containers that still use an older content.")
          Integer staleContainers) {}

  /**
   * That we asked a workload to restart, for the operator itself.
   *
   * @param change that it was asked to restart for; gone from its template, somebody undid it
   * @param passedOver whether it failed, and a person said to go on with the others
   * @param resumed whether somebody undid it, and a person said to restart it again
   */
  @Part
  public record AskedStatus(
      String kind,
      String name,
      @JsonFormat(shape = JsonFormat.Shape.STRING)
          @JsonPropertyDescription("The change that it was asked to restart for.")
          Instant change,
      @Nullable @JsonPropertyDescription("It failed, and a person said to go on with the others.")
          Boolean passedOver,
      @Nullable
          @JsonPropertyDescription("Somebody undid it, and a person said to restart it again.")
          Boolean resumed) {}
}
