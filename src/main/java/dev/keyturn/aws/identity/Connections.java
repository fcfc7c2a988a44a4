package dev.keyturn.aws.identity;

import dev.keyturn.aws.call.Calls;
import dev.keyturn.aws.call.Clients;
import dev.keyturn.aws.call.Pause;
import dev.keyturn.ops.AwsCalls;
import dev.keyturn.source.TokenMinter;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** What everything that calls AWS shares. */
public record Connections(
    Clients clients, SignedCalls calls, Sessions sessions, InstantSource clock, AwsCalls metrics) {

  /**
   * @param waits for how long something lasts, where {@code clock} tells when it is
   * @param operator the operator's own identity
   * @param background where sessions are renewed
   */
  public static Connections open(
      InstantSource clock,
      InstantSource waits,
      Pause pause,
      TokenMinter minter,
      AwsCredentialsProvider operator,
      AwsCalls metrics,
      Executor background) {
    Clients clients = new Clients();
    Calls calls = new Calls(waits, pause, metrics);
    Issuer issuer = new Issuer(minter, operator, clients, calls, clock);
    Sessions sessions = new Sessions(issuer, clock, background);
    return new Connections(clients, new SignedCalls(sessions, calls), sessions, clock, metrics);
  }
}
