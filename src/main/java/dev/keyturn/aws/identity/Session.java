package dev.keyturn.aws.identity;

import dev.keyturn.source.Answer;
import dev.keyturn.source.SourceFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/**
 * The credentials of one identity: got once for all who wait, renewed in the background ahead of
 * their end, and a refusal remembered for a while so that STS is not asked in vain.
 */
final class Session {
  private static final Duration LAST_MOMENT = Duration.ofSeconds(30);
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Supplier<Answer<Issued>> issuer;
  private final InstantSource clock;
  private final Executor background;
  private final ReentrantLock issuing = new ReentrantLock();
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile Optional<Issued> issued = Optional.empty();
  private volatile Optional<Refusal> refusal = Optional.empty();

  Session(Supplier<Answer<Issued>> issuer, InstantSource clock, Executor background) {
    this.issuer = issuer;
    this.clock = clock;
    this.background = background;
  }

  Answer<AwsCredentials> credentials() {
    Optional<Issued> held = usable();
    if (held.isEmpty()) {
      return issueOnce();
    }
    if (!clock.instant().isBefore(held.get().refreshAt()) && renewing.compareAndSet(false, true)) {
      background.execute(this::renew);
    }
    return Answer.found(held.get().credentials());
  }

  /**
   * AWS refused these credentials: they are not used again. Says whether getting others now is
   * worth a try; credentials that were refused as soon as they were issued are not.
   */
  boolean rejected(AwsCredentials credentials, SourceFailure failure) {
    issuing.lock();
    try {
      boolean current = issued.filter(i -> i.credentials().equals(credentials)).isPresent();
      if (!current) {
        return true;
      }
      issued = Optional.empty();
      if (refusal.isPresent()) {
        refuse(failure);
        return false;
      }
      refusal = Optional.of(Refusal.suspicion(failure));
      return true;
    } finally {
      issuing.unlock();
    }
  }

  /** What AWS said of the last ones that it refused; empty once some have worked. */
  Optional<SourceFailure> lastRefusal() {
    return refusal.map(Refusal::failure);
  }

  /** The credentials worked. */
  void accepted() {
    if (refusal.isPresent()) {
      refusal = Optional.empty();
    }
  }

  private Answer<AwsCredentials> issueOnce() {
    issuing.lock();
    try {
      Optional<Issued> held = usable();
      if (held.isPresent()) {
        return Answer.found(held.get().credentials());
      }
      Optional<Refusal> standing = refusal.filter(r -> clock.instant().isBefore(r.until()));
      if (standing.isPresent()) {
        return Answer.failed(standing.get().failure());
      }
      return switch (issue()) {
        case Answer.Found<Issued>(Issued fresh) -> {
          issued = Optional.of(fresh);
          yield Answer.found(fresh.credentials());
        }
        case Answer.Failed<Issued>(SourceFailure failure) -> {
          refuse(failure);
          yield Answer.failed(failure);
        }
      };
    } finally {
      issuing.unlock();
    }
  }

  private void renew() {
    Answer<Issued> answer = issue();
    issuing.lock();
    try {
      issued =
          switch (answer) {
            case Answer.Found<Issued>(Issued fresh) -> Optional.of(fresh);
            case Answer.Failed<Issued> _ ->
                issued.map(i -> i.refreshingAt(clock.instant().plus(AGAIN)));
          };
    } finally {
      issuing.unlock();
      renewing.set(false);
    }
  }

  /** What breaks down on the way is a refusal like any other, not to be repeated at once. */
  private Answer<Issued> issue() {
    try {
      return issuer.get();
    } catch (RuntimeException e) {
      return Answer.failed(
          new SourceFailure.Unavailable(
              "credentials",
              e.getClass().getSimpleName(),
              "Getting them broke down inside the operator; it is repeated."));
    }
  }

  private void refuse(SourceFailure failure) {
    Duration wait = refusal.map(r -> r.next(failure)).orElse(failure.retry().first());
    refusal = Optional.of(new Refusal(failure, clock.instant().plus(wait), wait));
  }

  private Optional<Issued> usable() {
    return issued.filter(i -> clock.instant().isBefore(before(i.expires())));
  }

  private static Instant before(Instant end) {
    return end.equals(Instant.MAX) ? end : end.minus(LAST_MOMENT);
  }

  /** Why there are no credentials, and until when nobody need ask again. */
  private record Refusal(SourceFailure failure, Instant until, Duration pause) {
    static Refusal suspicion(SourceFailure failure) {
      return new Refusal(failure, Instant.MIN, Duration.ZERO);
    }

    Duration next(SourceFailure now) {
      Duration doubled = pause.multipliedBy(2);
      Duration first = now.retry().first();
      Duration longest = now.retry().longest();
      Duration atLeast = doubled.compareTo(first) < 0 ? first : doubled;
      return atLeast.compareTo(longest) > 0 ? longest : atLeast;
    }
  }
}
