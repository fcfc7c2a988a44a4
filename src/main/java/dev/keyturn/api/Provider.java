package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The service behind a store.
 *
 * @param others providers that are not built, by name: kept, so that the answer can name them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@PreserveUnknownFields
public record Provider(
    @Nullable @JsonPropertyDescription("Amazon Web Services.") AwsProvider aws,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> others) {

  public Provider {
    others = Absent.map(others);
  }
}
