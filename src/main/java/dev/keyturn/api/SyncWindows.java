package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.List;

/** When polls and events may lead to a sync, in UTC. First writes and repairs are not held back. */
@Part
public record SyncWindows(
    @Required
        @JsonPropertyDescription(
            "allow: syncs only while a window is open. deny: no syncs while a window is open.")
        Kind kind,
    @Required @Listed @Size(min = 1, max = 20) List<Window> windows) {

  public SyncWindows {
    windows = Absent.list(windows);
  }

  /** What an open window means. */
  public enum Kind {
    @JsonProperty("allow")
    ALLOW,
    @JsonProperty("deny")
    DENY
  }

  /** One window. */
  @Part
  public record Window(
      @Required
          @Size(min = 1, max = 128)
          @ValidationRule(
              value =
                  "self.matches('^(@(annually|yearly|monthly|weekly|daily|midnight|hourly)|@every"
                      + " [^\\\\s]+.*|[^\\\\s]+( [^\\\\s]+){4})$')",
              message =
                  "write a cron expression of five fields, such as '0 22 * * 1-5', or @daily and"
                      + " its like")
          @JsonPropertyDescription("When the window opens: cron of five fields, in UTC.")
          String schedule,
      @Required
          @DurationText
          @ValidationRule(value = SchemaRules.DURATION, message = SchemaRules.DURATION_SENTENCE)
          @JsonPropertyDescription("How long it stays open.")
          Duration duration) {}
}
