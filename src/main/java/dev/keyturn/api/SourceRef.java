package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where one entry comes from, in place of {@code spec.secretStoreRef}. */
@Part
@ValidationRule(
    value = "has(self.storeRef) != has(self.generatorRef)",
    message = "sourceRef needs exactly one of storeRef and generatorRef")
@ValidationRule(
    value = "!has(self.storeRef) || has(self.storeRef.name)",
    message = "sourceRef.storeRef needs the name of a store")
public record SourceRef(
    @Nullable @JsonPropertyDescription("The store to read this entry from.") StoreRef storeRef,
    @Nullable
        @JsonPropertyDescription(
            "Not built: accepted so that a manifest can move over, and answered by Ready=False.")
        GeneratorRef generatorRef) {

  /** A generator resource of External Secrets Operator. */
  @Part
  public record GeneratorRef(
      @Nullable @Size(max = 253) @Default("generators.external-secrets.io/v1alpha1")
          String apiVersion,
      @Required @Size(min = 1, max = 63) String kind,
      @Required @Size(min = 1, max = 253) @Pattern(SchemaRules.OBJECT_NAME) String name) {}
}
