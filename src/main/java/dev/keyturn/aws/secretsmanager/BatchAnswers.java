package dev.keyturn.aws.secretsmanager;

import dev.keyturn.aws.call.Failures.Reply;
import dev.keyturn.source.Answer;
import dev.keyturn.source.SecretValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;

/**
 * Tells which part of a batch answers which question. AWS answers with names and ARNs, whatever was
 * asked, and once for a secret that was asked for twice; what cannot be told for certain is left
 * out and to be asked alone.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html">BatchGetSecretValue</a>
 */
final class BatchAnswers {
  private BatchAnswers() {}

  static Map<String, Answer<SecretValue>> match(
      List<String> asked,
      List<SecretValueEntry> entries,
      List<APIErrorType> errors,
      BiFunction<String, Reply, Answer<SecretValue>> failed) {
    Map<String, Answer<SecretValue>> answers = new HashMap<>();
    for (String key : asked) {
      Optional<APIErrorType> error = errors.stream().filter(e -> isAbout(e, key)).findFirst();
      Optional<Answer<SecretValue>> answer =
          error.isPresent()
              ? error.map(e -> failed.apply(key, reply(e)))
              : entry(key, asked, entries).map(e -> Answer.found(value(e)));
      answer.ifPresent(a -> answers.put(key, a));
    }
    return answers;
  }

  private static boolean isAbout(APIErrorType error, String key) {
    String id = Optional.ofNullable(error.secretId()).orElse("");
    return id.equals(key) || SecretKeys.meansArn(key, id);
  }

  private static Optional<SecretValueEntry> entry(
      String key, List<String> asked, List<SecretValueEntry> entries) {
    if (SecretKeys.isArn(key)) {
      return only(entries.stream().filter(e -> SecretKeys.meansArn(key, e.arn())).toList());
    }
    List<SecretValueEntry> named = entries.stream().filter(e -> key.equals(e.name())).toList();
    List<SecretValueEntry> byNameAlone = new ArrayList<>(named);
    byNameAlone.removeIf(e -> asked.stream().anyMatch(a -> SecretKeys.meansArn(a, e.arn())));
    return byNameAlone.isEmpty() ? only(named) : only(byNameAlone);
  }

  /** Two entries for one question (a name in two accounts, say): ask alone. */
  private static Optional<SecretValueEntry> only(List<SecretValueEntry> entries) {
    boolean same = entries.stream().map(SecretValueEntry::arn).distinct().count() == 1;
    return same ? Optional.of(entries.getFirst()) : Optional.empty();
  }

  private static SecretValue value(SecretValueEntry entry) {
    return new SecretValue(
        entry.name(),
        entry.arn(),
        entry.versionId(),
        Set.copyOf(entry.versionStages()),
        SecretBytes.of(entry.secretString(), entry.secretBinary()));
  }

  private static Reply reply(APIErrorType error) {
    return new Reply(
        Optional.ofNullable(error.errorCode()).orElse(""),
        Optional.ofNullable(error.message()).orElse(""),
        0);
  }
}
