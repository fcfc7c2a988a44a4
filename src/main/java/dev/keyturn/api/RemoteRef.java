package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One secret, or a part of it, as AWS holds it. */
@Part
public record RemoteRef(
    @Required
        @Size(min = 1, max = 2048)
        @JsonPropertyDescription(
            "Secrets Manager: name, ARN or partial ARN of the secret. Parameter Store: name or ARN"
                + " of the parameter. The store's prefix is put before names.")
        String key,
    @Nullable
        @Size(max = 1024)
        @JsonPropertyDescription(
            "Dotted path into the JSON of the value: a.b, friends.1.first, and \\. for a literal"
                + " dot. Without it the whole value.")
        String property,
    @Nullable
        @Size(max = 256)
        @JsonPropertyDescription(
            "Secrets Manager: a version stage (AWSCURRENT by default) or uuid/<version id>."
                + " Parameter Store: a version number or label.")
        String version,
    @JsonPropertyDescription("Fetch reads the tags, as JSON, in place of the value.")
        MetadataPolicy metadataPolicy,
    @JsonPropertyDescription("How the value is decoded: None (default), Base64, Base64URL, Auto.")
        DecodingStrategy decodingStrategy,
    @JsonPropertyDescription(
            "What replaces illegal characters of key names: _ (Default) or _U002f_ (Unicode).")
        ConversionStrategy conversionStrategy,
    @JsonPropertyDescription("Fail refuses values with NUL bytes; Ignore (default) keeps them.")
        NullBytePolicy nullBytePolicy) {

  /** Reads nothing. */
  static final RemoteRef NONE =
      new RemoteRef(
          "",
          null,
          null,
          MetadataPolicy.NONE,
          DecodingStrategy.NONE,
          ConversionStrategy.DEFAULT,
          NullBytePolicy.IGNORE);

  public RemoteRef {
    metadataPolicy = Absent.or(metadataPolicy, MetadataPolicy.NONE);
    decodingStrategy = Absent.or(decodingStrategy, DecodingStrategy.NONE);
    conversionStrategy = Absent.or(conversionStrategy, ConversionStrategy.DEFAULT);
    nullBytePolicy = Absent.or(nullBytePolicy, NullBytePolicy.IGNORE);
  }

  /** Whether the value or the tags are read. */
  public enum MetadataPolicy {
    @JsonProperty("None")
    NONE,
    @JsonProperty("Fetch")
    FETCH
  }
}
