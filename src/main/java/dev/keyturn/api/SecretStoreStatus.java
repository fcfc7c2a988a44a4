package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a store. */
@Part
public record SecretStoreStatus(
    @Listed List<Condition> conditions,
    @Nullable @JsonPropertyDescription("What can be done with the store.")
        Capabilities capabilities,
    @Nullable @JsonPropertyDescription("The metadata.generation that this was found for.")
        Long observedGeneration) {

  public static final SecretStoreStatus EMPTY = new SecretStoreStatus(List.of(), null, null);

  public SecretStoreStatus {
    conditions = Absent.list(conditions);
  }

  /** What can be done with a store. Ours are read-only. */
  public enum Capabilities {
    @JsonProperty("ReadOnly")
    READ_ONLY,
    @JsonProperty("WriteOnly")
    WRITE_ONLY,
    @JsonProperty("ReadWrite")
    READ_WRITE
  }
}
