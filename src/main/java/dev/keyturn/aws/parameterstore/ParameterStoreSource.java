package dev.keyturn.aws.parameterstore;

import dev.keyturn.aws.call.Tags;
import dev.keyturn.aws.call.Together;
import dev.keyturn.aws.identity.Connections;
import dev.keyturn.aws.identity.Denials;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Find;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretRef.Part;
import dev.keyturn.source.SecretSource;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.VersionMark;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.ssm.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Parameter Store. A version is the number and the time it was written, since a parameter that is
 * deleted and made again starts at 1 with another value.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html">Parameter
 *     versions</a>
 */
public final class ParameterStoreSource implements SecretSource {
  private final ParameterStore aws;
  private final ParameterBatches batches;
  private final ParameterListing listing;

  private ParameterStoreSource(
      ParameterStore aws, ParameterBatches batches, ParameterListing listing) {
    this.aws = aws;
    this.batches = batches;
    this.listing = listing;
  }

  public static SecretSource over(Connections aws, Denials denials) {
    ParameterStore parameters =
        new ParameterStore(aws.clients(), aws.calls(), aws.metrics(), aws.clock());
    return new ParameterStoreSource(
        parameters,
        new ParameterBatches(parameters, denials),
        new ParameterListing(parameters, denials));
  }

  @Override
  public Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs) {
    return get(identity, refs, true);
  }

  /** Without decryption: no KMS call, and the version all the same. */
  @Override
  public Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs) {
    Map<SecretRef, Answer<VersionMark>> marks = new HashMap<>();
    get(identity, refs, false)
        .forEach((ref, answer) -> marks.put(ref, answer.map(VersionMark::of)));
    return marks;
  }

  @Override
  public Answer<List<String>> find(Identity identity, Find find) {
    return listing.find(identity, find);
  }

  private Map<SecretRef, Answer<SecretValue>> get(
      Identity identity, Set<SecretRef> refs, boolean decrypt) {
    List<SecretRef> values = refs.stream().filter(ref -> ref.part() == Part.VALUE).toList();
    List<SecretRef> tagged = refs.stream().filter(ref -> ref.part() == Part.TAGS).toList();
    Map<ParameterKey, Answer<Parameter>> parameters =
        batches.get(identity, values.stream().map(ParameterKey::of).distinct().toList(), decrypt);
    Map<SecretRef, Answer<SecretValue>> answers = new HashMap<>();
    for (SecretRef ref : values) {
      ParameterKey key = ParameterKey.of(ref);
      Optional.ofNullable(parameters.get(key))
          .ifPresent(parameter -> answers.put(ref, value(key, parameter)));
    }
    List<Answer<SecretValue>> tags = Together.each(tagged, ref -> tags(identity, ref));
    for (int i = 0; i < tagged.size(); i++) {
      answers.put(tagged.get(i), tags.get(i));
    }
    return answers;
  }

  private static Answer<SecretValue> value(ParameterKey key, Answer<Parameter> answer) {
    return switch (answer) {
      case Answer.Failed<Parameter>(SourceFailure failure) -> Answer.failed(failure);
      case Answer.Found<Parameter>(Parameter p) when p.value() == null ->
          Answer.failed(
              new SourceFailure.Malformed(
                  key.asked(), "NoValue", "AWS answered without a value: see the parameter"));
      case Answer.Found<Parameter>(Parameter p) ->
          Answer.found(
              new SecretValue(
                  p.name(),
                  Optional.ofNullable(p.arn()).orElse(""),
                  version(p),
                  key.selector().isEmpty() ? Set.of() : Set.of(key.selector()),
                  p.value().getBytes(StandardCharsets.UTF_8)));
    };
  }

  /**
   * Empty, so that the bytes tell, where AWS counts nothing: a secret that is read through {@code
   * /aws/reference/secretsmanager/} is always version 0.
   */
  private static String version(Parameter parameter) {
    long number = Optional.ofNullable(parameter.version()).orElse(0L);
    String time =
        Optional.ofNullable(parameter.lastModifiedDate())
            .map(date -> String.valueOf(date.getEpochSecond()))
            .orElse("");
    return number == 0 ? "" : number + "@" + time;
  }

  private Answer<SecretValue> tags(Identity identity, SecretRef ref) {
    String name = ParameterKey.parse(ref.key()).name();
    return switch (aws.tags(identity, name)) {
      case Answer.Failed<ListTagsForResourceResponse>(SourceFailure failure) ->
          Answer.failed(failure);
      case Answer.Found<ListTagsForResourceResponse>(ListTagsForResourceResponse response) -> {
        TreeMap<String, String> tags = new TreeMap<>();
        response.tagList().forEach(tag -> tags.put(tag.key(), tag.value()));
        yield Answer.found(Tags.value(name, ref.key(), tags));
      }
    };
  }
}
