package dev.keyturn.aws.call;

import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.BadCredentials;
import dev.keyturn.source.SourceFailure.Denied;
import dev.keyturn.source.SourceFailure.Malformed;
import dev.keyturn.source.SourceFailure.MarkedForDeletion;
import dev.keyturn.source.SourceFailure.NotFound;
import dev.keyturn.source.SourceFailure.Throttled;
import dev.keyturn.source.SourceFailure.Unavailable;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Says what an error of AWS means and what a person should do about it. Of AWS's own text only the
 * code, the missing permission and the caller's ARN are passed on, each checked for its shape: no
 * request id, no value, nothing that a custom endpoint might have put there.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html">Secrets
 *     Manager: common errors</a>
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html">STS: common
 *     errors</a>
 */
public final class Failures {
  private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9._]{0,79}");
  private static final Pattern PERMISSION =
      Pattern.compile("not authorized to perform:? ([a-z0-9-]{2,30}:[A-Za-z]{3,60})");
  private static final Pattern CALLER =
      Pattern.compile("arn:aws[a-z-]*:(?:sts|iam)::\\d{12}:[\\w+=,.@/-]{3,200}");
  private static final Set<String> REJECTED =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "InvalidClientTokenId",
          "UnrecognizedClientException",
          "UnrecognizedClient",
          "InvalidAccessKeyId",
          "InvalidToken",
          "RequestExpired");

  private static final Set<String> INVALID =
      Set.of("ValidationException", "ValidationError", "InvalidParameterException");

  private Failures() {}

  /** Whether AWS refused the credentials themselves, so that newer ones may be accepted. */
  public static boolean rejectsCredentials(SourceFailure failure) {
    return failure instanceof BadCredentials bad && REJECTED.contains(bad.code());
  }

  /** Whether the operation itself is forbidden to the caller, whatever it is asked about. */
  public static boolean forbids(SourceFailure failure, Operation operation) {
    return failure instanceof Denied denied
        && denied.permission().filter(operation.permission()::equals).isPresent();
  }

  /** Whether asking the same again is in vain until a person has changed something. */
  public static boolean lasts(SourceFailure failure) {
    return failure instanceof Denied
        || (failure instanceof Malformed malformed && INVALID.contains(malformed.code()));
  }

  /** The failure of a whole batch, as one of those asked for sees it. */
  public static SourceFailure about(SourceFailure failure, String asked, String subject) {
    if (!failure.subject().equals(asked)) {
      return failure;
    }
    return switch (failure) {
      case NotFound f -> new NotFound(subject, f.code(), f.advice());
      case Denied f -> new Denied(subject, f.code(), f.permission(), f.advice());
      case Throttled f -> new Throttled(subject, f.code(), f.advice());
      case Unavailable f -> new Unavailable(subject, f.code(), f.advice());
      case MarkedForDeletion f -> new MarkedForDeletion(subject, f.code(), f.advice());
      case Malformed f -> new Malformed(subject, f.code(), f.advice());
      case BadCredentials f -> new BadCredentials(subject, f.code(), f.advice());
    };
  }

  static SourceFailure of(Asked asked, String host, SdkException e) {
    return e instanceof AwsServiceException answer
        ? of(asked, host, Reply.of(answer))
        : Outages.of(asked.subject(), host, e);
  }

  public static SourceFailure of(Asked asked, String host, Reply reply) {
    String subject = asked.subject();
    String code = reply.code();
    return switch (code) {
      case "ResourceNotFoundException" ->
          reply.says("staging label") || reply.says("versionid")
              ? new NotFound(
                  subject,
                  code,
                  "the secret exists in "
                      + asked.region()
                      + " but has no such version: check remoteRef.version")
              : missing(asked, code, "secret");
      case "ParameterNotFound", "InvalidResourceId" -> missing(asked, code, "parameter");
      case "QueueDoesNotExist",
          "QueueDoesNotExistException",
          "AWS.SimpleQueueService.NonExistentQueue" ->
          new NotFound(
              subject, code, "no such queue: check keyturn.events.queue-urls and the account");
      case "ParameterVersionNotFound" ->
          new NotFound(
              subject, code, "the parameter has no such version or label: check remoteRef.version");
      case "InvalidRequestException" ->
          reply.says("marked for deletion") || reply.says("marked deleted")
              ? new MarkedForDeletion(
                  subject,
                  code,
                  "the secret is marked for deletion: restore it, or remove the reference to it")
              : malformed(asked, code);
      case "DecryptionFailure", "InvalidKeyId", "KMSAccessDeniedException" ->
          undecryptable(asked, reply);
      case "AccessDenied",
          "AccessDeniedException",
          "UnauthorizedOperation",
          "NotAuthorized",
          "OptInRequired" ->
          denied(asked, reply);
      case "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "TooManyRequestsException",
          "RequestLimitExceeded",
          "RequestThrottled",
          "RequestThrottledException",
          "BandwidthLimitExceeded",
          "SlowDown",
          "PriorRequestNotComplete" ->
          throttled(asked, code);
      case "ExpiredToken",
          "ExpiredTokenException",
          "InvalidClientTokenId",
          "UnrecognizedClientException",
          "UnrecognizedClient",
          "InvalidAccessKeyId",
          "InvalidToken",
          "RequestExpired",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "SignatureDoesNotMatch",
          "InvalidSignatureException",
          "IncompleteSignature",
          "InvalidIdentityToken",
          "InvalidIdentityTokenException",
          "IDPCommunicationError",
          "IDPRejectedClaim",
          "RegionDisabledException" ->
          new BadCredentials(subject, code, Remedies.credentials(asked, code));
      default -> byStatus(asked, host, reply);
    };
  }

  private static SourceFailure byStatus(Asked asked, String host, Reply reply) {
    int status = reply.status();
    if (status == 429) {
      return throttled(asked, reply.code());
    }
    if (status == 401 || status == 403) {
      return denied(asked, reply);
    }
    if (status >= 500) {
      return new Unavailable(
          asked.subject(),
          reply.code(),
          host + " answered " + status + ": nothing to do here, Keyturn asks again");
    }
    return malformed(asked, reply.code());
  }

  private static SourceFailure missing(Asked asked, String code, String kind) {
    return new NotFound(
        asked.subject(),
        code,
        "no such "
            + kind
            + " in "
            + asked.region()
            + ": check remoteRef.key, and the region and account of the store");
  }

  private static SourceFailure malformed(Asked asked, String code) {
    return new Malformed(
        asked.subject(),
        code,
        "AWS refuses "
            + asked.operation().action()
            + " as invalid: check the spelling of remoteRef.key and remoteRef.version and the"
            + " store's settings");
  }

  private static SourceFailure throttled(Asked asked, String code) {
    return new Throttled(
        asked.subject(),
        code,
        asked.operation().action()
            + " is over its rate in "
            + asked.region()
            + ": Keyturn slows down and asks again; if it lasts, look who else calls it in this"
            + " account");
  }

  /**
   * Not asked at all: our own limit, lowered by earlier throttling, would have us wait too long.
   */
  static SourceFailure overOurRate(Asked asked) {
    return new Throttled(
        asked.subject(),
        "Throttled",
        asked.operation().action()
            + " is wanted more often in "
            + asked.region()
            + " than Keyturn allows itself, which is less for a while after AWS has throttled it: it"
            + " asks again; if it lasts, have fewer secrets read there, or with a longer"
            + " refreshInterval");
  }

  private static SourceFailure undecryptable(Asked asked, Reply reply) {
    return new Denied(
        asked.subject(),
        reply.code(),
        Optional.of("kms:Decrypt"),
        who(asked, reply)
            + " cannot decrypt it: allow kms:Decrypt on its KMS key, in the role's policy and in"
            + " the key's policy, and see that the key is enabled");
  }

  private static SourceFailure denied(Asked asked, Reply reply) {
    if (reply.says("kms:decrypt") || reply.says("access to kms")) {
      return undecryptable(asked, reply);
    }
    if (asked.operation().takesRole()) {
      return new Denied(
          asked.subject(),
          reply.code(),
          Optional.of(asked.operation().permission()),
          Remedies.role(asked.operation()));
    }
    Matcher permission = PERMISSION.matcher(reply.message());
    String missing = permission.find() ? permission.group(1) : asked.operation().permission();
    return new Denied(
        asked.subject(),
        reply.code(),
        Optional.of(missing),
        who(asked, reply)
            + " may not "
            + missing
            + " on it: allow it in the role's policy (from another account also in the resource's"
            + " policy), and see that no explicit deny, permissions boundary or SCP forbids it");
  }

  private static String who(Asked asked, Reply reply) {
    Matcher caller = CALLER.matcher(reply.message());
    String unknown =
        asked.operation().service().equals("sqs") ? "the operator's role" : "the store's role";
    return caller.find() ? caller.group() : unknown;
  }

  /** An error as AWS words it, in an exception or in the {@code Errors} of a batch. */
  public record Reply(String code, String message, int status) {
    public Reply {
      code = CODE.matcher(code).matches() ? code : status == 0 ? "Error" : "HTTP" + status;
    }

    static Reply of(AwsServiceException e) {
      Optional<AwsErrorDetails> details = Optional.ofNullable(e.awsErrorDetails());
      return new Reply(
          details.map(AwsErrorDetails::errorCode).orElse(""),
          details.map(AwsErrorDetails::errorMessage).orElse(""),
          e.statusCode());
    }

    boolean says(String words) {
      return message.toLowerCase(Locale.ROOT).contains(words);
    }

    @Override
    public String toString() {
      return code;
    }
  }
}
