package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * Names the store to read from.
 *
 * @param name null only where every entry has a store of its own
 */
@Part
public record StoreRef(
    @Nullable
        @Size(min = 1, max = 253)
        @Pattern(SchemaRules.OBJECT_NAME)
        @JsonPropertyDescription("Name of the SecretStore or ClusterSecretStore.")
        String name,
    @JsonPropertyDescription("SecretStore (default) or ClusterSecretStore.") StoreKind kind) {

  public StoreRef {
    kind = Absent.or(kind, StoreKind.SECRET_STORE);
  }
}
