package dev.keyturn.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Secrets Manager or Parameter Store of one region, and as whom it is read. */
@Part
public record AwsProvider(
    @Required
        @JsonPropertyDescription(
            "SecretsManager or ParameterStore. CertificateManager is accepted, and answered by"
                + " Ready=False.")
        Service service,
    @Required
        @Size(min = 1, max = 50)
        @ValidationRule(
            value = "self.matches('^[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}$')",
            message = "write the code of an AWS region, such as eu-central-1")
        @JsonPropertyDescription("AWS region of the secrets.")
        String region,
    @Nullable @JsonPropertyDescription("As whom; without it the operator's own identity.")
        AwsAuth auth,
    @Nullable
        @Size(min = 20, max = 2048)
        @ValidationRule(value = SchemaRules.ROLE_ARN, message = SchemaRules.ROLE_ARN_SENTENCE)
        @JsonPropertyDescription("IAM role to assume, after additionalRoles.")
        String role,
    @Listed
        @Size(max = 10)
        @ValidationRule(value = SchemaRules.ROLE_ARNS, message = SchemaRules.ROLE_ARN_SENTENCE)
        @JsonPropertyDescription("IAM roles to assume before role, in this order.")
        List<@Size(min = 20, max = 2048) String> additionalRoles,
    @Nullable @Size(min = 2, max = 1224) @JsonPropertyDescription("External id for the last role.")
        String externalID,
    @Listed
        @Size(max = 50)
        @ValidationRule(
            value =
                "self.all(t, " + AwsProvider.FREE_TAG + "t.key" + AwsProvider.FREE_TAG_END + ")",
            message = AwsProvider.FREE_TAG_SENTENCE)
        @JsonPropertyDescription("Session tags for the last role.")
        List<Tag> sessionTags,
    @Listed
        @Size(max = 50)
        @JsonPropertyDescription("Keys of session tags that following roles see, too.")
        List<@Size(min = 1, max = 128) String> transitiveTagKeys,
    @Default("None")
        @JsonPropertyDescription(
            "None (default). Simple: adds the tags esoNamespace, esoStoreName and esoStoreKind for"
                + " the last role. Custom: adds customSessionTags, too.")
        SessionTagsPolicy sessionTagsPolicy,
    @Listed
        @Size(max = 50)
        @ValidationRule(
            value = "self.all(k, " + AwsProvider.FREE_TAG + "k" + AwsProvider.FREE_TAG_END + ")",
            message = AwsProvider.FREE_TAG_SENTENCE)
        @ValidationRule(value = SchemaRules.TAG_KEYS, message = SchemaRules.TAG_KEYS_SENTENCE)
        @JsonPropertyDescription("Tags that sessionTagsPolicy Custom adds.")
        Map<String, @Size(max = 256) String> customSessionTags,
    @Size(max = 1024)
        @JsonPropertyDescription(
            "Put before names and before find.path, once. In a ClusterSecretStore $(namespace)"
                + " stands for the namespace of the ExternalSecret.")
        String prefix,
    @Nullable
        @JsonPropertyDescription(
            "URLs in place of the regional endpoints, such as those of VPC endpoints.")
        Endpoints endpoints,
    @Nullable
        @JsonPropertyDescription(
            "As in External Secrets Operator; concerns deletion, which we never do.")
        SecretsManager secretsManager) {

  // Tag keys of a session are not case-sensitive.
  static final String FREE_TAG = "!(";
  static final String FREE_TAG_END =
      ".lowerAscii() in ['esonamespace', 'esostorename', 'esostorekind'])";
  static final String FREE_TAG_SENTENCE =
      "the tags esoNamespace, esoStoreName and esoStoreKind are set by the operator: remove them"
          + " here";

  public AwsProvider {
    additionalRoles = Absent.list(additionalRoles);
    sessionTags = Absent.list(sessionTags);
    transitiveTagKeys = Absent.list(transitiveTagKeys);
    sessionTagsPolicy = Absent.or(sessionTagsPolicy, SessionTagsPolicy.NONE);
    customSessionTags = Absent.map(customSessionTags);
    prefix = Absent.or(prefix, "");
  }

  /** The AWS service that holds the secrets. */
  public enum Service {
    @JsonProperty("SecretsManager")
    SECRETS_MANAGER,
    @JsonProperty("ParameterStore")
    PARAMETER_STORE,
    @JsonProperty("CertificateManager")
    CERTIFICATE_MANAGER
  }

  /** Which session tags are added. */
  public enum SessionTagsPolicy {
    @JsonProperty("None")
    NONE,
    @JsonProperty("Simple")
    SIMPLE,
    @JsonProperty("Custom")
    CUSTOM
  }

  /** A session tag. */
  @Part
  public record Tag(
      @Required @Size(min = 1, max = 128) String key, @Required @Size(max = 256) String value) {}

  /** URLs in place of the regional endpoints. */
  @Part
  public record Endpoints(
      @Nullable
          @Size(max = 2048)
          @ValidationRule(value = Endpoints.URL, message = Endpoints.SENTENCE)
          String secretsManager,
      @Nullable
          @Size(max = 2048)
          @ValidationRule(value = Endpoints.URL, message = Endpoints.SENTENCE)
          String ssm,
      @Nullable
          @Size(max = 2048)
          @ValidationRule(value = Endpoints.URL, message = Endpoints.SENTENCE)
          String sts) {
    static final String URL = "isURL(self) && url(self).getScheme() in ['http', 'https']";
    static final String SENTENCE =
        "write a URL, such as https://vpce-1.secretsmanager.eu-central-1.vpce.amazonaws.com";
  }

  /** How Secrets Manager deletes, which we never ask for. */
  @Part
  public record SecretsManager(
      @Nullable Boolean forceDeleteWithoutRecovery,
      @Nullable @Min(0) @Max(30) Long recoveryWindowInDays) {}
}
