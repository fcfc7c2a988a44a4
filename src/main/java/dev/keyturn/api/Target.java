package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The Secret that is written. */
@Part
@ValidationRule(
    value =
        "!has(self.deletionPolicy) || self.deletionPolicy != 'Delete' || !has(self.creationPolicy)"
            + " || self.creationPolicy == 'Owner'",
    message = "deletionPolicy Delete needs creationPolicy Owner: we delete only what we own")
@ValidationRule(
    value =
        "!has(self.deletionPolicy) || self.deletionPolicy != 'Merge' || !has(self.creationPolicy)"
            + " || self.creationPolicy != 'None'",
    message = "deletionPolicy Merge needs a Secret: use another creationPolicy than None")
@ValidationRule(
    value =
        "has(self.manifest) || !has(self.template) || !has(self.template.templateFrom) ||"
            + " self.template.templateFrom.all(t, !has(t.target) || t.target.lowerAscii() in ['',"
            + " 'data', 'labels', 'annotations'])",
    message = "templateFrom[].target must be Data, Labels or Annotations")
public record Target(
    @Nullable
        @Size(min = 1, max = 253)
        @Pattern(SchemaRules.OBJECT_NAME)
        @JsonPropertyDescription("Name of the Secret; default: the name of the ExternalSecret.")
        String name,
    @Default("Owner")
        @JsonPropertyDescription(
            "Owner (default): create, own, garbage-collect. Orphan: create and write, no owner."
                + " Merge: never create; our keys overwrite, others stay. CreateOrMerge. None.")
        CreationPolicy creationPolicy,
    @Default("Retain")
        @JsonPropertyDescription(
            "When the source is gone. Retain (default): keep, and say so. Delete: delete the"
                + " Secret once all entries are gone. Merge: remove just the missing keys.")
        DeletionPolicy deletionPolicy,
    @JsonPropertyDescription("Makes the Secret immutable; a change then needs a new target.name.")
        Boolean immutable,
    @Nullable @JsonPropertyDescription("What the Secret is made of beside the fetched keys.")
        Template template,
    @Nullable
        @JsonPropertyDescription(
            "Not built: accepted so that a manifest can move over, and answered by Ready=False.")
        Manifest manifest) {

  /** What holds where a manifest has no {@code target}. */
  public static final Target DEFAULT =
      new Target(null, CreationPolicy.OWNER, DeletionPolicy.RETAIN, false, null, null);

  /** Nothing is written. */
  static final Target NONE =
      new Target(null, CreationPolicy.NONE, DeletionPolicy.RETAIN, false, null, null);

  public Target {
    creationPolicy = Absent.or(creationPolicy, CreationPolicy.OWNER);
    deletionPolicy = Absent.or(deletionPolicy, DeletionPolicy.RETAIN);
    immutable = Absent.or(immutable, false);
  }

  /** Who creates and owns the Secret. */
  public enum CreationPolicy {
    @JsonProperty("Owner")
    OWNER,
    @JsonProperty("Orphan")
    ORPHAN,
    @JsonProperty("Merge")
    MERGE,
    @JsonProperty("CreateOrMerge")
    CREATE_OR_MERGE,
    @JsonProperty("None")
    NONE
  }

  /** What happens when the source is gone. */
  public enum DeletionPolicy {
    @JsonProperty("Retain")
    RETAIN,
    @JsonProperty("Delete")
    DELETE,
    @JsonProperty("Merge")
    MERGE
  }

  /** Another kind than Secret. */
  @Part
  public record Manifest(
      @Required @Size(min = 1, max = 253) String apiVersion,
      @Required @Size(min = 1, max = 63) String kind) {}
}
