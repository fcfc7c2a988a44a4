package dev.keyturn.aws.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.aws.call.Failures.Reply;
import dev.keyturn.source.SourceFailure;
import dev.keyturn.source.SourceFailure.BadCredentials;
import dev.keyturn.source.SourceFailure.Denied;
import dev.keyturn.source.SourceFailure.Malformed;
import dev.keyturn.source.SourceFailure.MarkedForDeletion;
import dev.keyturn.source.SourceFailure.NotFound;
import dev.keyturn.source.SourceFailure.Throttled;
import dev.keyturn.source.SourceFailure.Unavailable;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

class FailuresTest {
  private static final String HOST = "secretsmanager.eu-central-1.amazonaws.com";
  private static final String CALLER = "arn:aws:sts::111122223333:assumed-role/reader/app=store";

  static Stream<Arguments> answers() {
    return Stream.of(
        row(
            "a missing secret is not found, in its region",
            Operation.GET_SECRET_VALUE,
            reply("ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
            NotFound.class,
            "no such secret in eu-central-1"),
        row(
            "a missing stage is not found, and the secret is there",
            Operation.GET_SECRET_VALUE,
            reply(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for staging label: X"),
            NotFound.class,
            "no such version"),
        row(
            "a missing version id is not found, and the secret is there",
            Operation.GET_SECRET_VALUE,
            reply(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for VersionId: 1"),
            NotFound.class,
            "no such version"),
        row(
            "a missing parameter is not found",
            Operation.GET_PARAMETERS,
            reply("ParameterNotFound", ""),
            NotFound.class,
            "no such parameter"),
        row(
            "tags of a missing parameter are not found",
            Operation.LIST_TAGS_FOR_RESOURCE,
            reply("InvalidResourceId", ""),
            NotFound.class,
            "no such parameter"),
        row(
            "a missing version of a parameter is not found",
            Operation.GET_PARAMETERS,
            reply("ParameterVersionNotFound", ""),
            NotFound.class,
            "no such version or label"),
        row(
            "a secret that waits for deletion says so",
            Operation.GET_SECRET_VALUE,
            reply(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for"
                    + " deletion."),
            MarkedForDeletion.class,
            "restore it"),
        row(
            "another invalid request is malformed",
            Operation.GET_SECRET_VALUE,
            reply("InvalidRequestException", "You must use a CMK"),
            Malformed.class,
            "spelling"),
        row(
            "a denial names who lacks which permission",
            Operation.GET_SECRET_VALUE,
            reply(
                "AccessDeniedException",
                "User: "
                    + CALLER
                    + " is not authorized to perform: secretsmanager:GetSecretValue on resource: x"
                    + " because no identity-based policy allows it"),
            Denied.class,
            CALLER + " may not secretsmanager:GetSecretValue"),
        row(
            "a denial without words names the call",
            Operation.DESCRIBE_SECRET,
            new Reply("", "", 403),
            Denied.class,
            "secretsmanager:DescribeSecret"),
        row(
            "a key that denies decryption is about KMS",
            Operation.GET_SECRET_VALUE,
            reply("AccessDeniedException", "Access to KMS is not allowed"),
            Denied.class,
            "kms:Decrypt"),
        row(
            "a parameter's key that denies decryption is about KMS",
            Operation.GET_PARAMETERS,
            reply(
                "AccessDeniedException",
                "User: " + CALLER + " is not authorized to perform: kms:Decrypt on resource: k"),
            Denied.class,
            "kms:Decrypt"),
        row(
            "a failed decryption is about KMS",
            Operation.GET_SECRET_VALUE,
            reply("DecryptionFailure", ""),
            Denied.class,
            "kms:Decrypt"),
        row(
            "a role that does not trust the ServiceAccount says what to check",
            Operation.ASSUME_ROLE_WITH_WEB_IDENTITY,
            reply("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
            Denied.class,
            "system:serviceaccount:"),
        row(
            "a role that cannot be assumed says what to check",
            Operation.ASSUME_ROLE,
            reply(
                "AccessDenied",
                "User: " + CALLER + " is not authorized to perform: sts:AssumeRole on resource: r"),
            Denied.class,
            "external id"),
        row(
            "an unknown OIDC provider says what to check",
            Operation.ASSUME_ROLE_WITH_WEB_IDENTITY,
            reply("InvalidIdentityToken", "No OpenIDConnect provider found in your account"),
            BadCredentials.class,
            "OIDC provider"),
        row(
            "an unreachable issuer says so",
            Operation.ASSUME_ROLE_WITH_WEB_IDENTITY,
            reply("IDPCommunicationError", ""),
            BadCredentials.class,
            "issuer"),
        row(
            "an expired session says what to renew",
            Operation.GET_SECRET_VALUE,
            reply("ExpiredTokenException", "The security token included in the request is expired"),
            BadCredentials.class,
            "expired"),
        row(
            "an unknown access key says what to check",
            Operation.GET_SECRET_VALUE,
            reply("UnrecognizedClientException", ""),
            BadCredentials.class,
            "access key id"),
        row(
            "a wrong secret key says what to check",
            Operation.GET_SECRET_VALUE,
            reply("InvalidSignatureException", ""),
            BadCredentials.class,
            "clock"),
        row(
            "throttling is throttling",
            Operation.GET_PARAMETERS,
            reply("ThrottlingException", "Rate exceeded"),
            Throttled.class,
            "GetParameters is over its rate in eu-central-1"),
        row(
            "429 is throttling, whatever it says",
            Operation.GET_SECRET_VALUE,
            new Reply("Whatever", "", 429),
            Throttled.class,
            "rate"),
        row(
            "5xx is an outage",
            Operation.GET_SECRET_VALUE,
            new Reply("InternalServiceError", "", 500),
            Unavailable.class,
            HOST + " answered 500"),
        row(
            "an unknown 4xx is malformed",
            Operation.GET_SECRET_VALUE,
            new Reply("ValidationException", "", 400),
            Malformed.class,
            "GetSecretValue"),
        row(
            "a queue that is gone says where it is set",
            Operation.RECEIVE_MESSAGE,
            reply("QueueDoesNotExist", ""),
            NotFound.class,
            "keyturn.events.queue-urls"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void says(
      String sentence,
      Operation operation,
      Reply reply,
      Class<? extends SourceFailure> kind,
      String advice) {
    SourceFailure failure = Failures.of(asked(operation), HOST, reply);
    assertThat(failure).as(sentence).isInstanceOf(kind);
    assertThat(failure.subject()).isEqualTo("app/db");
    assertThat(failure.message()).contains(advice).contains(reply.code());
  }

  static Stream<Arguments> outages() {
    return Stream.of(
        Arguments.of(new UnknownHostException("h"), "UnknownHost", true),
        Arguments.of(new ConnectException("refused"), "ConnectionRefused", true),
        Arguments.of(new NoRouteToHostException("r"), "NoRoute", true),
        Arguments.of(new SocketTimeoutException("t"), "Timeout", true),
        Arguments.of(new SSLHandshakeException("s"), "TlsFailure", true),
        Arguments.of(new SocketException("reset"), "ConnectionReset", false),
        Arguments.of(new IllegalStateException("x"), "BadAnswer", false));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("outages")
  void anEndpointWithoutAnswerIsNamed(Exception cause, String code, boolean silent) {
    SourceFailure failure =
        Failures.of(
            asked(Operation.GET_SECRET_VALUE),
            HOST,
            SdkClientException.create("Unable to execute HTTP request: s3cret body", cause));
    assertThat(failure)
        .isInstanceOf(Unavailable.class)
        .returns(code, SourceFailure::code)
        .satisfies(f -> assertThat(f.advice()).contains(HOST).doesNotContain("s3cret"));
    assertThat(Outages.silent(failure)).isEqualTo(silent);
  }

  @Test
  void timeoutsAndInterruptionsOfTheSdkAreTold() {
    assertThat(
            Failures.of(
                asked(Operation.GET_SECRET_VALUE), HOST, ApiCallTimeoutException.create(5000)))
        .returns("Timeout", SourceFailure::code);
    SourceFailure interrupted =
        Failures.of(
            asked(Operation.GET_SECRET_VALUE), HOST, AbortedException.create("interrupted"));
    assertThat(interrupted).returns("Interrupted", SourceFailure::code);
    assertThat(Outages.ours(interrupted)).isTrue();
  }

  @Test
  void whatACustomEndpointSaysIsNotRepeated() {
    Reply reply = new Reply("<b>p4ssword</b> is wrong", "p4ssword (Request ID: 1-2-3)", 400);
    SourceFailure failure = Failures.of(asked(Operation.GET_SECRET_VALUE), HOST, reply);
    assertThat(failure.message()).doesNotContain("p4ssword").doesNotContain("Request ID");
    assertThat(failure.code()).isEqualTo("HTTP400");
    assertThat(reply.toString()).doesNotContain("p4ssword");
  }

  @Test
  void onlyRejectedCredentialsAreWorthReplacing() {
    assertThat(rejected("ExpiredTokenException")).isTrue();
    assertThat(rejected("InvalidClientTokenId")).isTrue();
    assertThat(rejected("UnrecognizedClientException")).isTrue();
    assertThat(rejected("InvalidIdentityToken")).isFalse();
    assertThat(rejected("AccessDeniedException")).isFalse();
  }

  @Test
  void theFailureOfABatchIsToldOfEachThatWasAsked() {
    SourceFailure failure =
        Failures.of(asked(Operation.GET_PARAMETERS), HOST, new Reply("Throttling", "", 400));
    assertThat(Failures.about(failure, "app/db", "other")).returns("other", SourceFailure::subject);
    assertThat(Failures.about(failure, "something", "other"))
        .returns("app/db", SourceFailure::subject);
  }

  @Test
  void anOperationIsForbiddenOnlyWhereItsOwnPermissionIsMissing() {
    SourceFailure batch =
        Failures.of(
            asked(Operation.BATCH_GET_SECRET_VALUE),
            HOST,
            reply(
                "AccessDeniedException",
                "is not authorized to perform: secretsmanager:BatchGetSecretValue"));
    SourceFailure one =
        Failures.of(
            asked(Operation.BATCH_GET_SECRET_VALUE),
            HOST,
            reply(
                "AccessDeniedException",
                "is not authorized to perform: secretsmanager:GetSecretValue"));
    assertThat(Failures.forbids(batch, Operation.BATCH_GET_SECRET_VALUE)).isTrue();
    assertThat(Failures.forbids(one, Operation.BATCH_GET_SECRET_VALUE)).isFalse();
    assertThat(
            Failures.forbids(
                Failures.overOurRate(asked(Operation.GET_PARAMETERS)), Operation.GET_PARAMETERS))
        .isFalse();
  }

  @Test
  void ourOwnLimitIsNobodyElsesDoing() {
    assertThat(Failures.overOurRate(asked(Operation.GET_PARAMETERS)).advice())
        .startsWith("GetParameters is wanted more often in eu-central-1 than Keyturn allows itself")
        .contains("refreshInterval")
        .doesNotContain("who else");
    assertThat(
            Failures.of(asked(Operation.GET_PARAMETERS), HOST, reply("ThrottlingException", "Rate"))
                .advice())
        .contains("who else");
  }

  @Test
  void aDeniedQueueIsTheOperatorsOwnMatter() {
    assertThat(
            Failures.of(asked(Operation.RECEIVE_MESSAGE), HOST, reply("AccessDenied", "")).advice())
        .startsWith("the operator's role may not sqs:ReceiveMessage");
    assertThat(
            Failures.of(asked(Operation.GET_PARAMETERS), HOST, reply("AccessDenied", "")).advice())
        .startsWith("the store's role may not ssm:GetParameters");
  }

  private static boolean rejected(String code) {
    return Failures.rejectsCredentials(
        Failures.of(asked(Operation.GET_SECRET_VALUE), HOST, reply(code, "")));
  }

  private static Arguments row(
      String sentence,
      Operation operation,
      Reply reply,
      Class<? extends SourceFailure> kind,
      String advice) {
    return Arguments.of(sentence, operation, reply, kind, advice);
  }

  private static Reply reply(String code, String message) {
    return new Reply(code, message, 400);
  }

  private static Asked asked(Operation operation) {
    return new Asked(operation, "app/db", "111122223333", "eu-central-1");
  }
}
