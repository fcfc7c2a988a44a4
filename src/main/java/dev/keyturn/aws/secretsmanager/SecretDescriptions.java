package dev.keyturn.aws.secretsmanager;

import dev.keyturn.aws.call.Operation;
import dev.keyturn.aws.call.Tags;
import dev.keyturn.aws.identity.Denials;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.MarkedForDeletion;
import dev.keyturn.source.SourceFailure.NotFound;
import dev.keyturn.source.Version;
import dev.keyturn.source.VersionMark;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;

/**
 * What can be known of a secret without its value: its tags, and which version has which stage.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html">DescribeSecret</a>
 */
final class SecretDescriptions {
  private static final Duration PROBE = Duration.ofHours(1);
  static final String CURRENT = "AWSCURRENT";

  private final SecretsManager aws;
  private final Denials denials;

  SecretDescriptions(SecretsManager aws, Denials denials) {
    this.aws = aws;
    this.denials = denials;
  }

  /** Whether this identity may not describe, so that versions must be read to be known. */
  boolean forbidden(Identity identity) {
    return denials.standing(identity, Operation.DESCRIBE_SECRET.permission()).isPresent();
  }

  Answer<SecretValue> tags(Identity identity, String key) {
    return switch (aws.describe(identity, key)) {
      case Answer.Failed<DescribeSecretResponse>(SourceFailure failure) -> Answer.failed(failure);
      case Answer.Found<DescribeSecretResponse>(DescribeSecretResponse secret) ->
          secret.deletedDate() == null ? Answer.found(tags(secret)) : Answer.failed(deleted(key));
    };
  }

  /**
   * One description for all that is asked about a secret.
   *
   * @param reading how to know the version where descriptions are forbidden
   */
  Map<SecretRef, Answer<VersionMark>> look(
      Identity identity,
      String key,
      List<SecretRef> refs,
      Function<SecretRef, Answer<VersionMark>> reading) {
    Answer<DescribeSecretResponse> described = aws.describe(identity, key);
    Map<SecretRef, Answer<VersionMark>> marks = new HashMap<>();
    for (SecretRef ref : refs) {
      marks.put(
          ref,
          switch (described) {
            case Answer.Found<DescribeSecretResponse>(DescribeSecretResponse secret) ->
                mark(secret, ref);
            case Answer.Failed<DescribeSecretResponse>(SourceFailure.Denied denied)
                when ref.part() == SecretRef.Part.VALUE -> {
              denials.denied(identity, Operation.DESCRIBE_SECRET.permission(), denied, PROBE);
              yield reading.apply(ref);
            }
            case Answer.Failed<DescribeSecretResponse>(SourceFailure failure) ->
                Answer.failed(failure);
          });
    }
    return marks;
  }

  private static Answer<VersionMark> mark(DescribeSecretResponse secret, SecretRef ref) {
    if (secret.deletedDate() != null) {
      return Answer.failed(deleted(ref.key()));
    }
    if (ref.part() == SecretRef.Part.TAGS) {
      return Answer.found(VersionMark.of(tags(secret)));
    }
    Map<String, List<String>> versions = secret.versionIdsToStages();
    Optional<String> id =
        switch (ref.version()) {
          case Version.Current _ -> staged(versions, CURRENT);
          case Version.Stage(String label) -> staged(versions, label);
          case Version.Exact(String exact) -> Optional.of(exact).filter(versions::containsKey);
        };
    return id.<Answer<VersionMark>>map(
            version ->
                Answer.found(
                    new VersionMark(
                        secret.name(),
                        secret.arn(),
                        version,
                        Set.copyOf(versions.getOrDefault(version, List.of())),
                        "")))
        .orElseGet(
            () ->
                Answer.failed(
                    new NotFound(
                        ref.key(),
                        "NoSuchVersion",
                        "the secret exists but has no such version: check remoteRef.version")));
  }

  private static Optional<String> staged(Map<String, List<String>> versions, String label) {
    return versions.entrySet().stream()
        .filter(version -> version.getValue().contains(label))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static SecretValue tags(DescribeSecretResponse secret) {
    TreeMap<String, String> tags = new TreeMap<>();
    secret.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    return Tags.value(secret.name(), secret.arn(), tags);
  }

  private static SourceFailure deleted(String key) {
    return new MarkedForDeletion(
        key,
        "InvalidRequestException",
        "the secret is marked for deletion: restore it, or remove the reference to it");
  }
}
