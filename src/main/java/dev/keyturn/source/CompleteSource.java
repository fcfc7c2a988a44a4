package dev.keyturn.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Calls the source so that every request gets an answer, whatever the source does. */
final class CompleteSource {
  private static final Logger LOG = Logger.getLogger(CompleteSource.class);

  private final SecretSource source;

  CompleteSource(SecretSource source) {
    this.source = source;
  }

  Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs) {
    return complete(refs, () -> source.read(identity, refs));
  }

  Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs) {
    return complete(refs, () -> source.look(identity, refs));
  }

  Answer<List<String>> find(Identity identity, Find find) {
    try {
      return source.find(identity, find).map(List::copyOf);
    } catch (RuntimeException e) {
      return Answer.failed(broken("find", e));
    }
  }

  private static <T> Map<SecretRef, Answer<T>> complete(
      Set<SecretRef> refs, Supplier<Map<SecretRef, Answer<T>>> call) {
    Map<SecretRef, Answer<T>> answers = new LinkedHashMap<>();
    try {
      Map<SecretRef, Answer<T>> given = call.get();
      for (SecretRef ref : refs) {
        answers.put(
            ref,
            Optional.ofNullable(given.get(ref)).orElseGet(() -> Answer.failed(unanswered(ref))));
      }
    } catch (RuntimeException e) {
      for (SecretRef ref : refs) {
        answers.put(ref, Answer.failed(broken(ref.key(), e)));
      }
    }
    return answers;
  }

  private static SourceFailure unanswered(SecretRef ref) {
    return new SourceFailure.Malformed(
        ref.key(), "NoAnswer", "AWS answered the request without a word about this secret.");
  }

  private static SourceFailure broken(String subject, RuntimeException failure) {
    String name = failure.getClass().getSimpleName();
    LOG.errorf("Reading %s broke down: %s", subject, name);
    return new SourceFailure.Unavailable(
        subject, name, "The request broke down inside the operator; it is repeated.");
  }
}
