package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thing that is true or not about a resource. Lists of it are maps by type. */
@Part
public record Condition(
    @Required String type,
    @Required Status status,
    @Nullable @JsonPropertyDescription("One word for programs.") String reason,
    @Nullable @JsonPropertyDescription("What happened and what to do, for people.") String message,
    @Nullable
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonPropertyDescription("When the status last changed.")
        Instant lastTransitionTime,
    @Nullable @JsonPropertyDescription("The metadata.generation that this was found for.")
        Long observedGeneration) {

  /** True, False or Unknown. */
  public enum Status {
    @JsonProperty("True")
    TRUE,
    @JsonProperty("False")
    FALSE,
    @JsonProperty("Unknown")
    UNKNOWN
  }

  @JsonIgnore
  public boolean isTrue() {
    return status == Status.TRUE;
  }

  /** Says the same, whenever that was found. */
  public boolean saysTheSameAs(Condition other) {
    return type.equals(other.type)
        && status == other.status
        && Objects.equals(reason, other.reason)
        && Objects.equals(message, other.message);
  }

  public static Optional<Condition> of(String type, List<Condition> conditions) {
    return conditions.stream().filter(c -> c.type.equals(type)).findFirst();
  }
}
