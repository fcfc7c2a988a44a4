package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Namespaces that may use a cluster store: those that any of the three names. */
@Part
public record NamespaceCondition(
    @Nullable @JsonPropertyDescription("Namespaces with these labels.")
        LabelSelector namespaceSelector,
    @Listed @Size(max = 500) @JsonPropertyDescription("Namespaces by name.")
        List<@Size(min = 1, max = 63) @Pattern(SchemaRules.NAMESPACE_NAME) String> namespaces,
    @Listed @Size(max = 100) @JsonPropertyDescription("RE2 that match the whole name.")
        List<@Size(min = 1, max = 1024) String> namespaceRegexes) {

  public NamespaceCondition {
    namespaces = Absent.list(namespaces);
    namespaceRegexes = Absent.list(namespaceRegexes);
  }
}
