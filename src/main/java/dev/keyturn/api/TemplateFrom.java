package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Templates that are not in {@code template.data}. */
@Part
@ValidationRule(
    value = "has(self.configMap) || has(self.secret) || has(self.literal)",
    message = "each entry of templateFrom needs configMap, secret or literal")
public record TemplateFrom(
    @Nullable @JsonPropertyDescription("Templates in a ConfigMap of this namespace.") Ref configMap,
    @Nullable @JsonPropertyDescription("Templates in a Secret of this namespace.") Ref secret,
    @Nullable
        @Size(max = 1048576)
        @JsonPropertyDescription("One template that makes a YAML map of keys and values.")
        String literal,
    @Size(max = 253)
        @JsonPropertyDescription("What is made: Data (default), Labels or Annotations.")
        String target,
    @JsonPropertyDescription(
            "How what is made is decoded: None (default), Base64, Base64URL, Auto.")
        DecodingStrategy valuesDecodingStrategy) {

  public TemplateFrom {
    target = Absent.or(target, "Data");
    valuesDecodingStrategy = Absent.or(valuesDecodingStrategy, DecodingStrategy.NONE);
  }

  /** A ConfigMap or Secret that holds templates. */
  @Part
  public record Ref(
      @Required @Size(min = 1, max = 253) @Pattern(SchemaRules.OBJECT_NAME) String name,
      @Required @Listed @Size(min = 1, max = 200) List<Item> items) {
    public Ref {
      items = Absent.list(items);
    }
  }

  /** One key of it. */
  @Part
  public record Item(
      @Required @Size(min = 1, max = 253) @Pattern(SchemaRules.SECRET_KEY) String key,
      @JsonPropertyDescription(
              "Values (default): makes the value of that key. KeysAndValues: makes a YAML map.")
          TemplateAs templateAs) {
    public Item {
      templateAs = Absent.or(templateAs, TemplateAs.VALUES);
    }
  }

  /** What one template makes. */
  public enum TemplateAs {
    @JsonProperty("Values")
    VALUES,
    @JsonProperty("KeysAndValues")
    KEYS_AND_VALUES
  }
}
