package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Many keys at once. */
@Part
@ValidationRule(
    value =
        "[has(self.extract), has(self.find), has(self.sourceRef) &&"
            + " has(self.sourceRef.generatorRef)].exists_one(x, x)",
    message =
        "each entry of dataFrom needs exactly one of extract, find and sourceRef.generatorRef")
public record DataFromEntry(
    @Nullable @JsonPropertyDescription("All top-level keys of one JSON secret.") RemoteRef extract,
    @Nullable @JsonPropertyDescription("All secrets that match.") FindSpec find,
    @Listed
        @Size(max = 20)
        @JsonPropertyDescription("Changes the key names, one step after the other.")
        List<Rewrite> rewrite,
    @Nullable @JsonPropertyDescription("Reads this entry from another store.")
        SourceRef sourceRef) {

  public DataFromEntry {
    rewrite = Absent.list(rewrite);
  }
}
