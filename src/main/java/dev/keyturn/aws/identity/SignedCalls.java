package dev.keyturn.aws.identity;

import dev.keyturn.aws.call.Asked;
import dev.keyturn.aws.call.Calls;
import dev.keyturn.aws.call.Connected;
import dev.keyturn.source.Answer;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * Makes calls as an identity. Each request carries the credentials itself, since many identities
 * share one client.
 */
public final class SignedCalls {
  private final Sessions sessions;
  private final Calls calls;

  SignedCalls(Sessions sessions, Calls calls) {
    this.sessions = sessions;
    this.calls = calls;
  }

  /**
   * @param caller as whom
   * @param asked what is being asked, as {@link SessionKey#asks} tells it
   */
  public <C, T> Answer<T> call(
      SessionKey caller, Asked asked, Connected<C> service, Request<C, T> request) {
    return sessions.with(
        caller,
        credentials ->
            calls.call(
                asked,
                service.endpoint(),
                () -> request.send(service.client(), signedBy(credentials))));
  }

  static AwsRequestOverrideConfiguration signedBy(AwsCredentials credentials) {
    return AwsRequestOverrideConfiguration.builder()
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
  }

  /** A request to be sent, perhaps more than once, each time as it is signed then. */
  @FunctionalInterface
  public interface Request<C, T> {
    T send(C client, AwsRequestOverrideConfiguration signed);
  }
}
