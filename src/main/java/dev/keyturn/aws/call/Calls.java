package dev.keyturn.aws.call;

import dev.keyturn.ops.AwsCalls;
import dev.keyturn.source.Answer;
import dev.keyturn.source.SourceFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes calls as a good guest: within the rate, few at a time, not at all where nobody answers, and
 * again when that may help at once. What AWS says is returned, never thrown.
 */
public final class Calls {
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration BREATH = Duration.ofMillis(50);
  private static final int ATTEMPTS = 3;

  private final InstantSource clock;
  private final Pause pause;
  private final AwsCalls metrics;

  public Calls(InstantSource clock, Pause pause, AwsCalls metrics) {
    this.clock = clock;
    this.pause = pause;
    this.metrics = metrics;
  }

  public <T> Answer<T> call(Asked asked, Endpoint endpoint, Supplier<T> request) {
    Instant deadline = clock.instant().plus(LONGEST);
    try {
      Answer<T> answer = attempt(asked, endpoint, request);
      for (int made = 1; made < ATTEMPTS && worthRepeating(answer, made); made++) {
        pause.sleep(BREATH.multipliedBy(made));
        if (clock.instant().plus(LONGEST_WAIT).isAfter(deadline)) {
          return answer;
        }
        answer = attempt(asked, endpoint, request);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.failed(Outages.interrupted(asked.subject()));
    }
  }

  private static <T> boolean worthRepeating(Answer<T> answer, int made) {
    return answer instanceof Answer.Failed<T>(SourceFailure failure)
        && switch (failure) {
          case SourceFailure.Throttled _ -> true;
          case SourceFailure.Unavailable _ -> made == 1 && !Outages.silent(failure);
          case SourceFailure.NotFound _,
              SourceFailure.Denied _,
              SourceFailure.MarkedForDeletion _,
              SourceFailure.Malformed _,
              SourceFailure.BadCredentials _ ->
              false;
        };
  }

  private <T> Answer<T> attempt(Asked asked, Endpoint endpoint, Supplier<T> request)
      throws InterruptedException {
    if (endpoint.circuit().refuses(clock.instant())) {
      return Answer.failed(Outages.notAsked(asked.subject(), endpoint.host()));
    }
    Rate rate = endpoint.rate(asked);
    Optional<Duration> wait = rate.reserve(clock.instant(), LONGEST_WAIT);
    if (wait.isEmpty()) {
      return Answer.failed(Failures.overOurRate(asked));
    }
    if (wait.get().isPositive()) {
      pause.sleep(wait.get());
    }
    if (!endpoint.enter(LONGEST_WAIT)) {
      return Answer.failed(Outages.busy(asked.subject(), endpoint.host(), LONGEST_WAIT));
    }
    try {
      return endpoint.circuit().pass(clock.instant())
          ? send(asked, endpoint, rate, request)
          : Answer.failed(Outages.notAsked(asked.subject(), endpoint.host()));
    } finally {
      endpoint.leave();
    }
  }

  private <T> Answer<T> send(Asked asked, Endpoint endpoint, Rate rate, Supplier<T> request) {
    try {
      T answer = request.get();
      endpoint.circuit().answered();
      rate.served(clock.instant());
      count(asked, "ok");
      return Answer.found(answer);
    } catch (SdkException e) {
      SourceFailure failure = Failures.of(asked, endpoint.host(), e);
      switch (failure) {
        case SourceFailure.Unavailable _ when Outages.ours(failure) ->
            endpoint.circuit().abandoned();
        case SourceFailure.Unavailable _ -> endpoint.circuit().failed(clock.instant());
        case SourceFailure.Throttled _ -> {
          endpoint.circuit().answered();
          rate.throttled(clock.instant());
        }
        case SourceFailure.NotFound _,
            SourceFailure.Denied _,
            SourceFailure.MarkedForDeletion _,
            SourceFailure.Malformed _,
            SourceFailure.BadCredentials _ -> {
          endpoint.circuit().answered();
          rate.served(clock.instant());
        }
      }
      count(asked, outcome(failure));
      return Answer.failed(failure);
    } catch (RuntimeException | Error e) {
      endpoint.circuit().abandoned();
      throw e;
    }
  }

  private void count(Asked asked, String outcome) {
    metrics.called(asked.operation().service(), asked.operation().action(), outcome);
  }

  private static String outcome(SourceFailure failure) {
    return switch (failure) {
      case SourceFailure.NotFound _ -> "not_found";
      case SourceFailure.Denied _ -> "denied";
      case SourceFailure.Throttled _ -> "throttled";
      case SourceFailure.Unavailable _ -> "unavailable";
      case SourceFailure.MarkedForDeletion _ -> "marked_for_deletion";
      case SourceFailure.Malformed _ -> "malformed";
      case SourceFailure.BadCredentials _ -> "bad_credentials";
    };
  }
}
