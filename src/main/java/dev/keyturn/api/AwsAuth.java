package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As whom AWS is asked. Neither: the operator's own identity. */
@Part
@ValidationRule(
    value = "!(has(self.jwt) && has(self.secretRef))",
    message = "auth needs either jwt or secretRef, not both")
public record AwsAuth(
    @Nullable @JsonPropertyDescription("A ServiceAccount (IRSA).") Jwt jwt,
    @Nullable @JsonPropertyDescription("Static keys.") Keys secretRef) {

  /** A ServiceAccount whose token STS exchanges for a role. */
  @Part
  @ValidationRule(
      value = "has(self.serviceAccountRef)",
      message = "auth.jwt needs serviceAccountRef with the name of a ServiceAccount")
  public record Jwt(@Nullable ServiceAccountRef serviceAccountRef) {}

  /**
   * Names a ServiceAccount.
   *
   * @param namespace null: the store's, of a cluster store the ExternalSecret's
   */
  @Part
  public record ServiceAccountRef(
      @Required @Size(min = 1, max = 253) @Pattern(SchemaRules.OBJECT_NAME) String name,
      @Nullable
          @Size(min = 1, max = 63)
          @Pattern(SchemaRules.NAMESPACE_NAME)
          @JsonPropertyDescription(
              "ClusterSecretStore: default is the namespace of the ExternalSecret. SecretStore: only"
                  + " its own.")
          String namespace,
      @Listed @Size(max = 10) @JsonPropertyDescription("Audiences of the token.")
          List<@Size(min = 1, max = 1024) String> audiences) {
    public ServiceAccountRef {
      audiences = Absent.list(audiences);
    }
  }

  /** Static keys, each in a Secret. */
  @Part
  @ValidationRule(
      value = "has(self.accessKeyIDSecretRef) && has(self.secretAccessKeySecretRef)",
      message = "auth.secretRef needs both accessKeyIDSecretRef and secretAccessKeySecretRef")
  public record Keys(
      @Nullable SecretKeyRef accessKeyIDSecretRef,
      @Nullable SecretKeyRef secretAccessKeySecretRef,
      @Nullable @JsonPropertyDescription("Only for temporary keys.")
          SecretKeyRef sessionTokenSecretRef) {}

  /**
   * Names one key of a Secret.
   *
   * @param namespace null: the store's, of a cluster store the ExternalSecret's
   */
  @Part
  @ValidationRule(
      value = "has(self.name) && has(self.key)",
      message = "a reference to a Secret needs its name and a key of it")
  public record SecretKeyRef(
      @Nullable @Size(min = 1, max = 253) @Pattern(SchemaRules.OBJECT_NAME) String name,
      @Nullable
          @Size(min = 1, max = 63)
          @Pattern(SchemaRules.NAMESPACE_NAME)
          @JsonPropertyDescription(
              "ClusterSecretStore: default is the namespace of the ExternalSecret. SecretStore: only"
                  + " its own.")
          String namespace,
      @Nullable @Size(min = 1, max = 253) @Pattern(SchemaRules.SECRET_KEY) String key) {}
}
