package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step that changes key names. */
@Part
@ValidationRule(
    value = "[has(self.regexp), has(self.transform), has(self.merge)].exists_one(x, x)",
    message = "each entry of rewrite needs exactly one of regexp, transform and merge")
public record Rewrite(
    @Nullable @JsonPropertyDescription("Replaces all matches in each key name.") Regexp regexp,
    @Nullable @JsonPropertyDescription("Renders each key name.") Transform transform,
    @Nullable @JsonPropertyDescription("Merges the values of several secrets.") Merge merge) {

  /** Replaces by a regular expression. */
  @Part
  public record Regexp(
      @Required @Size(max = 1024) @JsonPropertyDescription("RE2.") String source,
      @Required @Size(max = 1024) @JsonPropertyDescription("$1 or ${name} is a group.")
          String target) {}

  /** Replaces by a template. */
  @Part
  public record Transform(
      @Required @Size(max = 65536) @JsonPropertyDescription("{{ .value }} is the key name.")
          String template) {}

  /** Merges the JSON values of the found secrets. */
  @Part
  @ValidationRule(
      value =
          "!has(self.strategy) || self.strategy != 'JSON' || (has(self.into) && self.into != '')",
      message = "rewrite.merge with strategy JSON needs into: the key that gets the merged value")
  public record Merge(
      @Size(max = 253) @JsonPropertyDescription("The key that gets the merged JSON.") String into,
      @Listed @Size(max = 500) @JsonPropertyDescription("Keys whose values win, the last one most.")
          List<@Size(max = 253) String> priority,
      @JsonPropertyDescription("Strict (default): each key of priority must be there.")
          PriorityPolicy priorityPolicy,
      @JsonPropertyDescription("Error (default): two values for one key fail the sync.")
          ConflictPolicy conflictPolicy,
      @JsonPropertyDescription("Extract (default): one key per merged field. JSON: one key, into.")
          Strategy strategy) {

    public Merge {
      into = Absent.or(into, "");
      priority = Absent.list(priority);
      priorityPolicy = Absent.or(priorityPolicy, PriorityPolicy.STRICT);
      conflictPolicy = Absent.or(conflictPolicy, ConflictPolicy.ERROR);
      strategy = Absent.or(strategy, Strategy.EXTRACT);
    }

    /** What a missing key of {@code priority} means. */
    public enum PriorityPolicy {
      @JsonProperty("Strict")
      STRICT,
      @JsonProperty("IgnoreNotFound")
      IGNORE_NOT_FOUND
    }

    /** What two values for one key mean. */
    public enum ConflictPolicy {
      @JsonProperty("Error")
      ERROR,
      @JsonProperty("Ignore")
      IGNORE
    }

    /** What comes out. */
    public enum Strategy {
      @JsonProperty("Extract")
      EXTRACT,
      @JsonProperty("JSON")
      JSON
    }
  }
}
