package dev.keyturn.source;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a source did not give a value. Messages name the secret, the AWS error code and what to do;
 * they never hold a value, a request id or the body of a custom endpoint.
 */
public sealed interface SourceFailure {

  /** The secret, parameter or role that was asked for. */
  String subject();

  /** AWS's error code, or a short word of ours where AWS gave none. */
  String code();

  /** What happened and what a person should do, as one or two sentences. */
  String advice();

  /** The code when a host that did not answer lately was left alone. */
  String NOT_ASKED = "NotAsked";

  /** Whether this tells nothing new: the failure before it is why nobody was asked. */
  default boolean notAsked() {
    return code().equals(NOT_ASKED);
  }

  /** When asking again may help without a person's doing. */
  default Retry retry() {
    return Retry.SLOW;
  }

  /** {@code subject: code: advice}, for conditions and events. */
  default String message() {
    return subject() + ": " + code() + ": " + advice();
  }

  /** How soon to ask again: at first, and at most. */
  enum Retry {
    /** Passing trouble of the service. */
    SOON(Duration.ofSeconds(1), Duration.ofMinutes(2)),
    /** A person has to do something; what they do usually wakes us anyway. */
    SLOW(Duration.ofSeconds(10), Duration.ofMinutes(10));

    private final Duration first;
    private final Duration longest;

    Retry(Duration first, Duration longest) {
      this.first = first;
      this.longest = longest;
    }

    public Duration first() {
      return first;
    }

    public Duration longest() {
      return longest;
    }
  }

  /** No such secret, parameter, version or stage. */
  record NotFound(String subject, String code, String advice) implements SourceFailure {

    /** Whether the version may be what is not there, not the secret: the advice is to check it. */
    public boolean mayBeOfVersion() {
      return advice.contains("remoteRef.version");
    }
  }

  /**
   * AWS said no.
   *
   * @param permission the action that is missing, such as {@code secretsmanager:GetSecretValue},
   *     where it is known
   */
  record Denied(String subject, String code, Optional<String> permission, String advice)
      implements SourceFailure {}

  record Throttled(String subject, String code, String advice) implements SourceFailure {
    @Override
    public Retry retry() {
      return Retry.SOON;
    }
  }

  /** Network trouble, 5xx, a time-out. */
  record Unavailable(String subject, String code, String advice) implements SourceFailure {
    @Override
    public Retry retry() {
      return Retry.SOON;
    }
  }

  /** The secret waits for its deletion; it can still be restored. */
  record MarkedForDeletion(String subject, String code, String advice) implements SourceFailure {}

  /** The request or what came back makes no sense: a wrong name, a wrong ARN, too many results. */
  record Malformed(String subject, String code, String advice) implements SourceFailure {}

  /**
   * No usable credentials: expired or unknown keys, a token STS refuses, a role that cannot be
   * taken.
   */
  record BadCredentials(String subject, String code, String advice) implements SourceFailure {}
}
