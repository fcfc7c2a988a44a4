package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the Secret is made of beside the fetched keys. */
@Part
public record Template(
    @Nullable
        @Size(max = 253)
        @ValidationRule(
            value =
                "!(self in ['kubernetes.io/service-account-token',"
                    + " 'bootstrap.kubernetes.io/token'])",
            message =
                "tokens for Kubernetes cannot be written from a secret store: use type Opaque")
        @ValidationRule(
            value = "!self.startsWith('helm.sh/')",
            message = "releases of Helm are Helm's alone: use type Opaque")
        @JsonPropertyDescription("Type of the Secret; default Opaque.")
        String type,
    @JsonPropertyDescription("Only v2.") EngineVersion engineVersion,
    @JsonPropertyDescription("Labels, annotations and finalizers of the Secret.") Metadata metadata,
    @JsonPropertyDescription(
            "Replace (default): the Secret holds only what templates make. Merge: beside the"
                + " fetched keys.")
        MergePolicy mergePolicy,
    @Listed
        @Size(max = 500)
        @ValidationRule(value = SchemaRules.SECRET_KEYS, message = SchemaRules.SECRET_KEYS_SENTENCE)
        @JsonPropertyDescription("Templates by key of the Secret.")
        Map<String, @Size(max = 1048576) String> data,
    @Listed @Size(max = 50) @JsonPropertyDescription("Templates from elsewhere.")
        List<TemplateFrom> templateFrom) {

  public Template {
    engineVersion = Absent.or(engineVersion, EngineVersion.V2);
    metadata = Absent.or(metadata, Metadata.NONE);
    mergePolicy = Absent.or(mergePolicy, MergePolicy.REPLACE);
    data = Absent.map(data);
    templateFrom = Absent.list(templateFrom);
  }

  /** The template language. */
  public enum EngineVersion {
    @JsonProperty("v2")
    V2
  }

  /** What becomes of the fetched keys. */
  public enum MergePolicy {
    @JsonProperty("Replace")
    REPLACE,
    @JsonProperty("Merge")
    MERGE
  }

  /** Metadata of the Secret; values are templates. */
  @Part
  public record Metadata(
      @Listed
          @Size(max = 50)
          @ValidationRule(value = Metadata.OURS, message = Metadata.SENTENCE)
          @ValidationRule(value = SchemaRules.LABEL_KEYS, message = SchemaRules.LABEL_KEYS_SENTENCE)
          Map<String, @Size(max = 4096) String> labels,
      @Listed
          @Size(max = 50)
          @ValidationRule(value = Metadata.OURS, message = Metadata.SENTENCE)
          @ValidationRule(value = SchemaRules.LABEL_KEYS, message = SchemaRules.LABEL_KEYS_SENTENCE)
          Map<String, @Size(max = 262144) String> annotations,
      @Listed @Size(max = 20) List<@Size(max = 253) String> finalizers) {
    static final String OURS =
        "self.all(k, !k.startsWith('keyturn.dev/') &&"
            + " !k.startsWith('kubernetes.io/service-account.'))";
    static final String SENTENCE =
        "remove the keys that start with keyturn.dev/ or kubernetes.io/service-account.: they are"
            + " not for templates";
    static final Metadata NONE = new Metadata(Map.of(), Map.of(), List.of());

    public Metadata {
      labels = Absent.map(labels);
      annotations = Absent.map(annotations);
      finalizers = Absent.list(finalizers);
    }
  }
}
