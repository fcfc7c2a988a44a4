package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How failed requests are repeated. */
@Part
public record RetrySettings(
    @Nullable @Min(0) @Max(100) @JsonPropertyDescription("How often a request is repeated.")
        Integer maxRetries,
    @Nullable
        @DurationText
        @ValidationRule(value = SchemaRules.DURATION, message = SchemaRules.DURATION_SENTENCE)
        @JsonPropertyDescription("How long to wait before.")
        Duration retryInterval) {}
