package dev.keyturn.aws.parameterstore;

import dev.keyturn.aws.call.Failures;
import dev.keyturn.aws.call.Together;
import dev.keyturn.aws.identity.Denials;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.NotFound;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ssm.model.GetParametersResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Parameters, ten at a time. One name that is denied or invalid fails a whole batch: it is looked
 * for by halving, remembered, and from then on asked for alone, now and then.
 */
final class ParameterBatches {
  private static final int MOST = 10;

  private final ParameterStore aws;
  private final Denials denials;

  ParameterBatches(ParameterStore aws, Denials denials) {
    this.aws = aws;
    this.denials = denials;
  }

  /**
   * @param decrypt without it the value of a SecureString stays encrypted, and no KMS key is used
   */
  Map<ParameterKey, Answer<Parameter>> get(
      Identity identity, List<ParameterKey> keys, boolean decrypt) {
    Map<ParameterKey, Answer<Parameter>> answers = new HashMap<>();
    List<List<ParameterKey>> chunks = new ArrayList<>();
    List<ParameterKey> together = new ArrayList<>();
    for (ParameterKey key : keys) {
      Optional<SourceFailure> standing = denials.standing(identity, what(key, decrypt));
      if (standing.isPresent()) {
        answers.put(key, Answer.failed(standing.get()));
      } else if (denials.known(identity, what(key, decrypt))) {
        chunks.add(List.of(key));
      } else {
        together.add(key);
      }
    }
    chunks.addAll(chunks(together));
    Together.each(chunks, chunk -> ask(identity, chunk, decrypt)).forEach(answers::putAll);
    return answers;
  }

  /** No batch holds two versions of one parameter: the answer need not tell them apart. */
  private static List<List<ParameterKey>> chunks(List<ParameterKey> keys) {
    List<List<ParameterKey>> chunks = new ArrayList<>();
    for (ParameterKey key : keys) {
      chunks.stream()
          .filter(chunk -> chunk.size() < MOST && chunk.stream().noneMatch(key::meansSameAs))
          .findFirst()
          .orElseGet(
              () -> {
                chunks.add(new ArrayList<>());
                return chunks.getLast();
              })
          .add(key);
    }
    return chunks;
  }

  private Map<ParameterKey, Answer<Parameter>> ask(
      Identity identity, List<ParameterKey> chunk, boolean decrypt) {
    List<String> names = chunk.stream().map(ParameterKey::asked).toList();
    return switch (aws.get(identity, names, decrypt)) {
      case Answer.Found<GetParametersResponse>(GetParametersResponse response) ->
          answers(identity, chunk, response, decrypt);
      case Answer.Failed<GetParametersResponse>(SourceFailure failure) ->
          switch (failure) {
            case SourceFailure.Denied _,
                SourceFailure.Malformed _,
                SourceFailure.NotFound _,
                SourceFailure.MarkedForDeletion _ ->
                chunk.size() > 1
                    ? halves(identity, chunk, decrypt)
                    : Map.of(chunk.getFirst(), alone(identity, chunk.getFirst(), failure, decrypt));
            case SourceFailure.Throttled _,
                SourceFailure.Unavailable _,
                SourceFailure.BadCredentials _ ->
                all(chunk, failure);
          };
    };
  }

  private Map<ParameterKey, Answer<Parameter>> halves(
      Identity identity, List<ParameterKey> chunk, boolean decrypt) {
    int middle = chunk.size() / 2;
    Map<ParameterKey, Answer<Parameter>> answers =
        new HashMap<>(ask(identity, chunk.subList(0, middle), decrypt));
    answers.putAll(ask(identity, chunk.subList(middle, chunk.size()), decrypt));
    return answers;
  }

  private Answer<Parameter> alone(
      Identity identity, ParameterKey key, SourceFailure failure, boolean decrypt) {
    if (Failures.lasts(failure)) {
      denials.denied(identity, what(key, decrypt), failure);
    }
    return Answer.failed(failure);
  }

  private static Map<ParameterKey, Answer<Parameter>> all(
      List<ParameterKey> chunk, SourceFailure failure) {
    Map<ParameterKey, Answer<Parameter>> same = new HashMap<>();
    String asked = chunk.getFirst().asked();
    chunk.forEach(key -> same.put(key, Answer.failed(Failures.about(failure, asked, key.asked()))));
    return same;
  }

  private Map<ParameterKey, Answer<Parameter>> answers(
      Identity identity,
      List<ParameterKey> chunk,
      GetParametersResponse response,
      boolean decrypt) {
    Map<ParameterKey, Answer<Parameter>> answers = new HashMap<>();
    for (ParameterKey key : chunk) {
      Optional<Parameter> parameter =
          response.parameters().stream().filter(key::isAnsweredBy).findFirst();
      if (parameter.isPresent()) {
        denials.lifted(identity, what(key, decrypt));
        answers.put(key, Answer.found(parameter.get()));
      } else if (chunk.size() > 1 && !response.invalidParameters().contains(key.asked())) {
        answers.putAll(ask(identity, List.of(key), decrypt));
      } else {
        answers.put(key, Answer.failed(missing(identity, key)));
      }
    }
    return answers;
  }

  private static SourceFailure missing(Identity identity, ParameterKey key) {
    return new NotFound(
        key.asked(),
        "InvalidParameters",
        "no such parameter"
            + (key.selector().isEmpty() ? "" : ", version or label")
            + " in "
            + identity.region()
            + ": check remoteRef.key and remoteRef.version, and the region and account of the"
            + " store");
  }

  private static String what(ParameterKey key, boolean decrypt) {
    return (decrypt ? "read " : "look ") + key.asked();
  }
}
