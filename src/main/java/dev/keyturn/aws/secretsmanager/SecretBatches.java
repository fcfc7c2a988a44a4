package dev.keyturn.aws.secretsmanager;

import dev.keyturn.aws.call.Failures;
import dev.keyturn.aws.call.Operation;
import dev.keyturn.aws.call.Pages;
import dev.keyturn.aws.call.Together;
import dev.keyturn.aws.identity.Denials;
import dev.keyturn.source.Answer;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SecretRef;
import dev.keyturn.source.SecretValue;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;

/**
 * Values, in batches where they are allowed and there is more than one. An identity without {@code
 * secretsmanager:BatchGetSecretValue} reads one by one and tries a batch again each hour.
 */
final class SecretBatches {
  private static final int MOST = 20;
  private static final Duration PROBE = Duration.ofHours(1);

  private final SecretsManager aws;
  private final Denials denials;

  SecretBatches(SecretsManager aws, Denials denials) {
    this.aws = aws;
    this.denials = denials;
  }

  boolean allowed(Identity identity) {
    return !denied(identity);
  }

  boolean denied(Identity identity) {
    return denials.standing(identity, Operation.BATCH_GET_SECRET_VALUE.permission()).isPresent();
  }

  Map<SecretRef, Answer<SecretValue>> current(Identity identity, List<SecretRef> refs) {
    List<SecretRef> alone = refs.stream().filter(ref -> goesAlone(identity, ref)).toList();
    List<SecretRef> together = refs.stream().filter(ref -> !alone.contains(ref)).toList();
    List<List<SecretRef>> chunks = new ArrayList<>(chunks(identity, together));
    alone.forEach(ref -> chunks.add(List.of(ref)));
    Map<SecretRef, Answer<SecretValue>> answers = new HashMap<>();
    Together.each(chunks, chunk -> read(identity, chunk)).forEach(answers::putAll);
    return answers;
  }

  /**
   * A batch names no stage, so it may be denied what a request that names one gets; and a name that
   * AWS calls invalid fails the whole of it.
   */
  private boolean goesAlone(Identity identity, SecretRef ref) {
    return !SecretKeys.mayBeValid(ref.key())
        || denials.standing(identity, inBatch(ref)).isPresent();
  }

  Answer<SecretValue> one(Identity identity, SecretRef ref) {
    String what = what(ref);
    Optional<SourceFailure> standing = denials.standing(identity, what);
    if (standing.isPresent()) {
      return Answer.failed(standing.get());
    }
    return switch (aws.get(identity, ref.key(), version(ref.version()))) {
      case Answer.Found<GetSecretValueResponse>(GetSecretValueResponse r) -> {
        denials.lifted(identity, what);
        yield Answer.found(value(r));
      }
      case Answer.Failed<GetSecretValueResponse>(SourceFailure failure) -> {
        if (Failures.lasts(failure)) {
          denials.denied(identity, what, failure);
        }
        yield Answer.failed(failure);
      }
    };
  }

  private List<List<SecretRef>> chunks(Identity identity, List<SecretRef> refs) {
    int size = allowed(identity) ? MOST : 1;
    List<List<SecretRef>> chunks = new ArrayList<>();
    for (int from = 0; from < refs.size(); from += size) {
      chunks.add(refs.subList(from, Math.min(from + size, refs.size())));
    }
    return chunks;
  }

  private Map<SecretRef, Answer<SecretValue>> read(Identity identity, List<SecretRef> chunk) {
    if (chunk.size() == 1 || !allowed(identity)) {
      return oneByOne(identity, chunk);
    }
    List<String> keys = chunk.stream().map(SecretRef::key).toList();
    return switch (whole(identity, keys)) {
      case Answer.Found<Batch>(Batch batch) -> {
        denials.lifted(identity, Operation.BATCH_GET_SECRET_VALUE.permission());
        yield answers(identity, chunk, batch);
      }
      case Answer.Failed<Batch>(SourceFailure failure) -> failed(identity, chunk, failure);
    };
  }

  private Map<SecretRef, Answer<SecretValue>> failed(
      Identity identity, List<SecretRef> chunk, SourceFailure failure) {
    if (Failures.forbids(failure, Operation.BATCH_GET_SECRET_VALUE)) {
      denials.denied(identity, Operation.BATCH_GET_SECRET_VALUE.permission(), failure, PROBE);
      return oneByOne(identity, chunk);
    }
    return switch (failure) {
      case SourceFailure.NotFound _,
          SourceFailure.Denied _,
          SourceFailure.MarkedForDeletion _,
          SourceFailure.Malformed _ ->
          apart(identity, chunk, failure);
      case SourceFailure.Throttled _,
          SourceFailure.Unavailable _,
          SourceFailure.BadCredentials _ -> {
        Map<SecretRef, Answer<SecretValue>> same = new HashMap<>();
        String asked = chunk.getFirst().key();
        chunk.forEach(
            ref -> same.put(ref, Answer.failed(Failures.about(failure, asked, ref.key()))));
        yield same;
      }
    };
  }

  /**
   * Those at fault are asked alone from now on; where all are well, no batch is tried for a while.
   * Passing trouble of one says nothing of the batch.
   */
  private Map<SecretRef, Answer<SecretValue>> apart(
      Identity identity, List<SecretRef> chunk, SourceFailure failure) {
    Map<SecretRef, Answer<SecretValue>> answers = oneByOne(identity, chunk);
    chunk.stream()
        .filter(ref -> isAtFault(answers.get(ref)))
        .forEach(ref -> denials.denied(identity, inBatch(ref), failure, PROBE));
    if (answers.values().stream().allMatch(Answer.Found.class::isInstance)) {
      denials.denied(identity, Operation.BATCH_GET_SECRET_VALUE.permission(), failure, PROBE);
    }
    return answers;
  }

  private static boolean isAtFault(@Nullable Answer<SecretValue> answer) {
    return answer instanceof Answer.Failed<SecretValue>(SourceFailure failure)
        && switch (failure) {
          case SourceFailure.NotFound _,
              SourceFailure.Denied _,
              SourceFailure.MarkedForDeletion _,
              SourceFailure.Malformed _ ->
              true;
          case SourceFailure.Throttled _,
              SourceFailure.Unavailable _,
              SourceFailure.BadCredentials _ ->
              false;
        };
  }

  private Map<SecretRef, Answer<SecretValue>> answers(
      Identity identity, List<SecretRef> chunk, Batch batch) {
    List<String> keys = chunk.stream().map(SecretRef::key).toList();
    Map<String, Answer<SecretValue>> matched =
        BatchAnswers.match(
            keys,
            batch.entries(),
            batch.errors(),
            (key, reply) -> Answer.failed(aws.failure(identity, key, reply)));
    Map<SecretRef, Answer<SecretValue>> answers = new HashMap<>();
    List<SecretRef> unsure = new ArrayList<>();
    for (SecretRef ref : chunk) {
      Answer<SecretValue> answer = matched.get(ref.key());
      if (answer instanceof Answer.Failed<SecretValue>(SourceFailure failure)
          && Failures.forbids(failure, Operation.GET_SECRET_VALUE)) {
        denials.denied(identity, inBatch(ref), failure, PROBE);
        unsure.add(ref);
      } else if (answer == null) {
        unsure.add(ref);
      } else {
        answers.put(ref, answer);
      }
    }
    answers.putAll(oneByOne(identity, unsure));
    return answers;
  }

  private Map<SecretRef, Answer<SecretValue>> oneByOne(Identity identity, List<SecretRef> refs) {
    Map<SecretRef, Answer<SecretValue>> answers = new HashMap<>();
    List<Answer<SecretValue>> each = Together.each(refs, ref -> one(identity, ref));
    for (int i = 0; i < refs.size(); i++) {
      answers.put(refs.get(i), each.get(i));
    }
    return answers;
  }

  private Answer<Batch> whole(Identity identity, List<String> keys) {
    List<SecretValueEntry> entries = new ArrayList<>();
    List<APIErrorType> errors = new ArrayList<>();
    Optional<String> next = Optional.empty();
    Pages pages = aws.pages();
    do {
      switch (aws.batch(identity, keys, next)) {
        case Answer.Failed<BatchGetSecretValueResponse>(SourceFailure failure) -> {
          return Answer.failed(failure);
        }
        case Answer.Found<BatchGetSecretValueResponse>(BatchGetSecretValueResponse page) -> {
          entries.addAll(page.secretValues());
          errors.addAll(page.errors());
          next = Optional.ofNullable(page.nextToken());
        }
      }
      if (pages.endless(next)) {
        return Answer.failed(Pages.failure(keys.getFirst()));
      }
    } while (next.isPresent() && entries.size() + errors.size() < keys.size());
    return Answer.found(new Batch(entries, errors));
  }

  private static Consumer<GetSecretValueRequest.Builder> version(Version version) {
    return request -> {
      switch (version) {
        // Said, though it is the default: a policy's condition sees only what the request says.
        case Version.Current _ -> request.versionStage(SecretDescriptions.CURRENT);
        case Version.Stage(String label) -> request.versionStage(label);
        case Version.Exact(String id) -> request.versionId(id);
      }
    };
  }

  /** Denied in one version is not denied in another: policies tell stages apart. */
  private static String what(SecretRef ref) {
    return switch (ref.version()) {
      case Version.Current _ -> "current " + ref.key();
      case Version.Stage(String label) -> "stage " + label + " " + ref.key();
      case Version.Exact(String id) -> "version " + id + " " + ref.key();
    };
  }

  private static String inBatch(SecretRef ref) {
    return "in a batch " + ref.key();
  }

  private static SecretValue value(GetSecretValueResponse r) {
    return new SecretValue(
        r.name(),
        r.arn(),
        r.versionId(),
        Set.copyOf(r.versionStages()),
        SecretBytes.of(r.secretString(), r.secretBinary()));
  }

  private record Batch(List<SecretValueEntry> entries, List<APIErrorType> errors) {
    @Override
    public String toString() {
      return "Batch[redacted]";
    }
  }
}
