package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where secrets are read, as whom, and who may use it: the spec of both kinds of store.
 *
 * @param controller null: the class of this operator
 * @param refreshInterval seconds between two checks of the store; 0: the operator's default
 */
@Part
public record SecretStoreSpec(
    @Nullable
        @Size(max = 253)
        @JsonPropertyDescription(
            "Class of the operator that serves this store; one of another class is left alone.")
        String controller,
    @Required @Size(min = 1, max = 1) @JsonPropertyDescription("Exactly one; only aws is built.")
        Provider provider,
    @Nullable @JsonPropertyDescription("How failed requests are repeated.")
        RetrySettings retrySettings,
    @Min(0)
        @Max(SchemaRules.YEAR)
        @JsonPropertyDescription(
            "Seconds between two checks of the store, from a minute to a year; 0: the operator's"
                + " default.")
        Integer refreshInterval,
    @Listed
        @Size(max = 100)
        @JsonPropertyDescription(
            "ClusterSecretStore: the namespaces that may use it; one condition is enough. Empty:"
                + " all. A SecretStore ignores it.")
        List<NamespaceCondition> conditions) {

  /** Nothing can be read from it. */
  static final SecretStoreSpec NOTHING =
      new SecretStoreSpec(null, new Provider(null, Map.of()), null, 0, List.of());

  public SecretStoreSpec {
    refreshInterval = Absent.or(refreshInterval, 0);
    conditions = Absent.list(conditions);
  }
}
