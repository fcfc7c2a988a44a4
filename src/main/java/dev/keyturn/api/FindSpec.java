package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A search for secrets; all criteria apply together. */
@Part
@ValidationRule(
    value =
        "has(self.path) || (has(self.tags) && size(self.tags) > 0) || (has(self.name) && has(self.name.regexp))",
    message = "find needs at least one of name.regexp, tags and path")
public record FindSpec(
    @Nullable
        @Size(max = 2048)
        @JsonPropertyDescription("Only names below this path; the store's prefix is put before it.")
        String path,
    @Nullable @JsonPropertyDescription("Only names that match.") Name name,
    @Listed
        @Size(max = 50)
        @ValidationRule(value = SchemaRules.TAG_KEYS, message = SchemaRules.TAG_KEYS_SENTENCE)
        @JsonPropertyDescription("Only secrets that have all of these tags, exactly.")
        Map<String, @Size(max = 256) String> tags,
    @JsonPropertyDescription(
            "What replaces illegal characters of key names: _ (Default) or _U002f_ (Unicode).")
        ConversionStrategy conversionStrategy,
    @JsonPropertyDescription("How the value is decoded: None (default), Base64, Base64URL, Auto.")
        DecodingStrategy decodingStrategy,
    @JsonPropertyDescription("Fail refuses values with NUL bytes; Ignore (default) keeps them.")
        NullBytePolicy nullBytePolicy) {

  public FindSpec {
    tags = Absent.map(tags);
    conversionStrategy = Absent.or(conversionStrategy, ConversionStrategy.DEFAULT);
    decodingStrategy = Absent.or(decodingStrategy, DecodingStrategy.NONE);
    nullBytePolicy = Absent.or(nullBytePolicy, NullBytePolicy.IGNORE);
  }

  /** A search by name. */
  @Part
  public record Name(
      @Nullable @Size(max = 1024) @JsonPropertyDescription("RE2, unanchored.") String regexp) {}
}
