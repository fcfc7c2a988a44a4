package dev.keyturn.aws.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyturn.aws.call.Failures;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.BadCredentials;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/**
 * One session per identity, shared by the services it uses and, for chains, by all who start with
 * the same hops. Bounded; a session that nobody uses is forgotten.
 */
public final class Sessions {
  private static final int MOST = 2_000;
  private static final Duration UNUSED = Duration.ofHours(1);

  /** Whoever asks for new credentials in a loop has STS asked for all who share them. */
  private static final Duration FORGOTTEN_AT_MOST_EVERY = Duration.ofSeconds(5);

  private final Cache<SessionKey, Session> sessions;
  private final Cache<SessionKey, Boolean> forgotten;
  private final Issuer issuer;
  private final InstantSource clock;
  private final Executor background;

  Sessions(Issuer issuer, InstantSource clock, Executor background) {
    this.issuer = issuer;
    this.clock = clock;
    this.background = background;
    this.sessions =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(UNUSED)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
    this.forgotten =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(FORGOTTEN_AT_MOST_EVERY)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  /**
   * Why this identity has no credentials, or none that AWS takes; empty when it has some, which AWS
   * may still reject when they are first used.
   */
  public Optional<SourceFailure> refusal(Identity identity) {
    SessionKey key = SessionKey.of(identity);
    Session session = session(key);
    if (session.credentials() instanceof Answer.Failed<AwsCredentials>(SourceFailure failure)) {
      return Optional.of(failure);
    }
    // Static keys are got without asking AWS, so that only what comes of their use proves them.
    boolean proven =
        !key.chain().isEmpty() || !(key.subject() instanceof CredentialSubject.StaticKeys);
    return proven
        ? Optional.empty()
        : session
            .lastRefusal()
            .map(it -> new BadCredentials(key.describe(), it.code(), it.advice()));
  }

  /**
   * Somebody changed something for this identity: credentials and refusals are forgotten, unless
   * they were a few seconds ago.
   */
  public void forget(Identity identity) {
    SessionKey key = SessionKey.of(identity);
    forget(key);
    while (!key.chain().isEmpty()) {
      key = key.caller();
      forget(key);
    }
  }

  private void forget(SessionKey key) {
    if (forgotten.asMap().putIfAbsent(key, true) == null) {
      sessions.invalidate(key);
    }
  }

  /**
   * Does something with an identity's credentials. If AWS rejects them, newer ones are got and it
   * is done once more.
   */
  <T> Answer<T> with(SessionKey key, Function<AwsCredentials, Answer<T>> work) {
    Session session = session(key);
    return switch (session.credentials()) {
      case Answer.Failed<AwsCredentials>(SourceFailure failure) -> Answer.failed(failure);
      case Answer.Found<AwsCredentials>(AwsCredentials credentials) -> {
        Answer<T> answer = attempt(session, credentials, work);
        yield answer instanceof Answer.Failed<T>(SourceFailure failure)
                && Failures.rejectsCredentials(failure)
                && session.rejected(credentials, failure)
            ? again(session, answer, work)
            : answer;
      }
    };
  }

  private static <T> Answer<T> again(
      Session session, Answer<T> first, Function<AwsCredentials, Answer<T>> work) {
    if (!(session.credentials() instanceof Answer.Found<AwsCredentials>(AwsCredentials newer))) {
      return first;
    }
    Answer<T> second = attempt(session, newer, work);
    if (second instanceof Answer.Failed<T>(SourceFailure failure)
        && Failures.rejectsCredentials(failure)) {
      session.rejected(newer, failure);
    }
    return second;
  }

  private static <T> Answer<T> attempt(
      Session session, AwsCredentials credentials, Function<AwsCredentials, Answer<T>> work) {
    Answer<T> answer = work.apply(credentials);
    boolean unsure =
        answer instanceof Answer.Failed<T>(SourceFailure failure)
            && switch (failure) {
              case SourceFailure.BadCredentials _,
                  SourceFailure.Throttled _,
                  SourceFailure.Unavailable _ ->
                  true;
              case SourceFailure.NotFound _,
                  SourceFailure.Denied _,
                  SourceFailure.MarkedForDeletion _,
                  SourceFailure.Malformed _ ->
                  false;
            };
    if (!unsure) {
      session.accepted();
    }
    return answer;
  }

  private Session session(SessionKey key) {
    return sessions.get(
        key, k -> new Session(() -> issuer.issue(k, this::<Issued>with), clock, background));
  }

  /** Does something as whoever assumes a role. */
  @FunctionalInterface
  interface AsCaller {
    Answer<Issued> with(SessionKey caller, Function<AwsCredentials, Answer<Issued>> work);
  }
}
