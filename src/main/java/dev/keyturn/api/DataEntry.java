package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** One key of the Secret. */
@Part
public record DataEntry(
    @Required
        @Size(min = 1, max = 253)
        @ValidationRule(
            value = "self.matches('" + SchemaRules.SECRET_KEY + "')",
            message = "a key of a Secret has only letters, digits, '-', '_' and '.'")
        @JsonPropertyDescription("The key in the Secret. Each may be there once.")
        String secretKey,
    @Required @JsonPropertyDescription("What is read.") RemoteRef remoteRef,
    @Nullable @JsonPropertyDescription("Reads this entry from another store.")
        SourceRef sourceRef) {}
