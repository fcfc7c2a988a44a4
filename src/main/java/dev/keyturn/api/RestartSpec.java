package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which workloads restart after a change of the Secret, and how.
 *
 * @param policy null: the operator's {@code keyturn.restart.default-policy}
 */
@Part
public record RestartSpec(
    @Nullable
        @JsonPropertyDescription(
            "Auto: every workload of the namespace that consumes the Secret. OptIn: those annotated"
                + " keyturn.dev/restart: \"true\". None. Default: as the operator is set.")
        Policy policy,
    @Listed
        @Size(max = 500)
        @JsonPropertyDescription(
            "Only changes of these keys count; default: those each workload reads.")
        List<@Size(max = 253) String> keys,
    @Default("Restart")
        @JsonPropertyDescription(
            "Whether consuming by volume alone needs a restart: Restart (default) or Ignore.")
        Volumes volumes,
    @DurationText
        @Default("2s")
        @ValidationRule(value = SchemaRules.DURATION, message = SchemaRules.DURATION_SENTENCE)
        @ValidationRule(
            value = SchemaRules.AT_LEAST_A_SECOND,
            message = "settle must be at least 1s")
        @JsonPropertyDescription("Waits this long after the last change (default 2s, at least 1s).")
        Duration settle,
    @DurationText
        @Default("1m")
        @ValidationRule(value = SchemaRules.DURATION, message = SchemaRules.DURATION_SENTENCE)
        @JsonPropertyDescription(
            "Shortest time between two restarts of one workload by us (default 1m, doubling to 1h"
                + " while they recur).")
        Duration minInterval,
    @Min(0)
        @Max(1000)
        @Default("1")
        @JsonPropertyDescription("Workloads that restart at a time (default 1; 0: all).")
        Integer maxConcurrent,
    @DurationText
        @Default("10m")
        @ValidationRule(value = SchemaRules.DURATION, message = SchemaRules.DURATION_SENTENCE)
        @ValidationRule(
            value = SchemaRules.AT_MOST_TWO_HOURS,
            message = "progressDeadline must be at most 2h: nothing is waited for any longer")
        @JsonPropertyDescription(
            "Longest wait for a workload to become healthy (default 10m, at most 2h).")
        Duration progressDeadline,
    @Default("Halt")
        @JsonPropertyDescription(
            "Halt (default): if one does not become healthy, the others keep running on what they"
                + " have. Continue: go on with the others.")
        OnFailure onFailure,
    @Listed
        @Size(max = 20)
        @JsonPropertyDescription("Restarts only while one of these is open; default: at any time.")
        List<Window> windows) {

  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration MIN_INTERVAL = Duration.ofMinutes(1);
  private static final Duration PROGRESS_DEADLINE = Duration.ofMinutes(10);

  /** What holds where a manifest has no {@code restart}. */
  public static final RestartSpec DEFAULT = of(null);

  /** Nothing is restarted. */
  static final RestartSpec NONE = of(Policy.NONE);

  private static RestartSpec of(@Nullable Policy policy) {
    return new RestartSpec(
        policy,
        List.of(),
        Volumes.RESTART,
        SETTLE,
        MIN_INTERVAL,
        1,
        PROGRESS_DEADLINE,
        OnFailure.HALT,
        List.of());
  }

  public RestartSpec {
    keys = Absent.list(keys);
    volumes = Absent.or(volumes, Volumes.RESTART);
    settle = Absent.or(settle, SETTLE);
    minInterval = Absent.or(minInterval, MIN_INTERVAL);
    maxConcurrent = Absent.or(maxConcurrent, 1);
    progressDeadline = Absent.or(progressDeadline, PROGRESS_DEADLINE);
    onFailure = Absent.or(onFailure, OnFailure.HALT);
    windows = Absent.list(windows);
  }

  /** Which workloads. */
  public enum Policy {
    @JsonProperty("Auto")
    AUTO,
    @JsonProperty("OptIn")
    OPT_IN,
    @JsonProperty("None")
    NONE
  }

  /** Whether consuming by volume alone needs a restart. */
  public enum Volumes {
    @JsonProperty("Restart")
    RESTART,
    @JsonProperty("Ignore")
    IGNORE
  }

  /** What a workload that does not become healthy means for the others. */
  public enum OnFailure {
    @JsonProperty("Halt")
    HALT,
    @JsonProperty("Continue")
    CONTINUE
  }

  /** A time in which restarts are welcome. */
  @Part
  public record Window(
      @Required
          @Size(min = 1, max = 128)
          @ValidationRule(
              value = "self.matches('^[0-9A-Za-z*,/?#-]+( [0-9A-Za-z*,/?#-]+){4}$')",
              message = "write a cron expression of five fields, such as '0 2 * * SUN'")
          @JsonPropertyDescription("When the window opens: cron of five fields.")
          String schedule,
      @Size(min = 1, max = 64)
          @ValidationRule(
              value = "self.matches('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$')",
              message = "write the name of a time zone, such as Europe/Berlin or UTC")
          @JsonPropertyDescription("Time zone of the schedule; default UTC.")
          String timeZone,
      @Required
          @DurationText
          @ValidationRule(value = SchemaRules.DURATION, message = SchemaRules.DURATION_SENTENCE)
          @ValidationRule(
              value = SchemaRules.AT_LEAST_A_SECOND,
              message = "a window must stay open for a while: write a duration such as 2h")
          @JsonPropertyDescription("How long it stays open.")
          Duration duration) {
    public Window {
      timeZone = Absent.or(timeZone, "UTC");
    }
  }
}
