package dev.keyturn.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A source in memory, with failure switches, that notes every request. */
public final class FakeSource implements SecretSource {

  /** A request that was made. */
  public record Request(String kind, Identity identity, Set<String> keys) {}

  private record Stored(String versionId, String value) {}

  private final Map<String, Stored> secrets = new HashMap<>();
  private final Map<String, SourceFailure> failures = new HashMap<>();
  private final Map<String, SourceFailure> unreadable = new HashMap<>();
  private final List<Request> requests = new ArrayList<>();
  private Optional<SourceFailure> outage = Optional.empty();
  private Optional<RuntimeException> defect = Optional.empty();
  private Runnable during = () -> {};

  public static Identity identity(String region) {
    return identity(Service.SECRETS_MANAGER, region);
  }

  public static Identity identity(Service service, String region) {
    return new Identity(
        service, region, EndpointOverrides.DEFAULT, new CredentialSubject.Operator(), List.of());
  }

  public static Reference reference(String region, String key) {
    return new Reference(identity(region), SecretRef.current(key));
  }

  public static KeyedHash hash() {
    return new KeyedHash("test", new byte[32]);
  }

  public synchronized void put(String key, String versionId, String value) {
    secrets.put(key, new Stored(versionId, value));
  }

  public synchronized void remove(String key) {
    secrets.remove(key);
  }

  public synchronized void fail(String key, SourceFailure failure) {
    failures.put(key, failure);
  }

  public synchronized void heal(String key) {
    failures.remove(key);
  }

  /** Has reads fail where looks succeed. */
  public synchronized void failReads(String key, SourceFailure failure) {
    unreadable.put(key, failure);
  }

  public synchronized void outage(SourceFailure failure) {
    outage = Optional.of(failure);
  }

  public synchronized void recover() {
    outage = Optional.empty();
    defect = Optional.empty();
  }

  public synchronized void breakDown(RuntimeException failure) {
    defect = Optional.of(failure);
  }

  /** Has something happen while the next request is under way. */
  public synchronized void during(Runnable event) {
    during = event;
  }

  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  public synchronized void forgetRequests() {
    requests.clear();
  }

  @Override
  public Map<SecretRef, Answer<SecretValue>> read(Identity identity, Set<SecretRef> refs) {
    begin("read", identity, refs.stream().map(SecretRef::key).toList());
    Map<SecretRef, Answer<SecretValue>> answers = new LinkedHashMap<>();
    refs.forEach(
        ref ->
            answers.put(
                ref,
                readable(ref)
                    ? answer(ref).map(stored -> value(ref, stored))
                    : Answer.failed(unreadable.get(ref.key()))));
    end();
    return answers;
  }

  @Override
  public Map<SecretRef, Answer<VersionMark>> look(Identity identity, Set<SecretRef> refs) {
    begin("look", identity, refs.stream().map(SecretRef::key).toList());
    Map<SecretRef, Answer<VersionMark>> answers = new LinkedHashMap<>();
    refs.forEach(
        ref ->
            answers.put(
                ref,
                answer(ref)
                    .map(
                        stored ->
                            new VersionMark(
                                ref.key(), "arn:" + ref.key(), stored.versionId(), Set.of(), ""))));
    end();
    return answers;
  }

  @Override
  public Answer<List<String>> find(Identity identity, Find find) {
    begin("find", identity, List.of(find.path().orElse("")));
    Answer<List<String>> answer;
    synchronized (this) {
      answer =
          outage
              .<Answer<List<String>>>map(Answer::failed)
              .orElseGet(() -> Answer.found(secrets.keySet().stream().sorted().toList()));
    }
    end();
    return answer;
  }

  private synchronized void begin(String kind, Identity identity, List<String> keys) {
    requests.add(new Request(kind, identity, Set.copyOf(keys)));
    defect.ifPresent(
        failure -> {
          throw failure;
        });
  }

  private void end() {
    Runnable event;
    synchronized (this) {
      event = during;
      during = () -> {};
    }
    event.run();
  }

  private synchronized Answer<Stored> answer(SecretRef ref) {
    Optional<SourceFailure> failure = outage.or(() -> Optional.ofNullable(failures.get(ref.key())));
    Optional<Stored> stored = Optional.ofNullable(secrets.get(ref.key()));
    return failure
        .<Answer<Stored>>map(Answer::failed)
        .or(() -> stored.map(Answer::found))
        .orElseGet(() -> Answer.failed(notFound(ref.key())));
  }

  private synchronized boolean readable(SecretRef ref) {
    return !unreadable.containsKey(ref.key());
  }

  private static SecretValue value(SecretRef ref, Stored stored) {
    return new SecretValue(
        ref.key(),
        "arn:" + ref.key(),
        stored.versionId(),
        Set.of("AWSCURRENT"),
        stored.value().getBytes(StandardCharsets.UTF_8));
  }

  public static SourceFailure notFound(String key) {
    return new SourceFailure.NotFound(key, "ResourceNotFoundException", "Create it.");
  }

  public static SourceFailure denied(String key) {
    return new SourceFailure.Denied(key, "AccessDeniedException", Optional.empty(), "Allow it.");
  }

  public static SourceFailure throttled(String key) {
    return new SourceFailure.Throttled(key, "ThrottlingException", "Wait.");
  }

  public static SourceFailure unavailable(String key) {
    return new SourceFailure.Unavailable(key, "503", "Wait.");
  }
}
