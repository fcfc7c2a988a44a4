package dev.keyturn.aws.identity;

import dev.keyturn.aws.call.Calls;
import dev.keyturn.aws.call.Clients;
import dev.keyturn.aws.call.Connected;
import dev.keyturn.aws.call.Operation;
import dev.keyturn.source.Answer;
import dev.keyturn.source.CredentialException;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.RoleHop;
import dev.keyturn.source.SourceFailure.BadCredentials;
import dev.keyturn.source.SourceFailure.Unavailable;
import dev.keyturn.source.StaticCredentials;
import dev.keyturn.source.TokenMinter;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.Tag;

/**
 * Gets credentials: a ServiceAccount's token exchanged at STS, static keys, the operator's own, and
 * on top of any of them a chain of roles.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html">AssumeRoleWithWebIdentity</a>
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html">Session
 *     tags</a>
 */
final class Issuer {
  private final TokenMinter minter;
  private final AwsCredentialsProvider own;
  private final Clients clients;
  private final Calls calls;
  private final InstantSource clock;

  Issuer(
      TokenMinter minter,
      AwsCredentialsProvider own,
      Clients clients,
      Calls calls,
      InstantSource clock) {
    this.minter = minter;
    this.own = own;
    this.clients = clients;
    this.calls = calls;
    this.clock = clock;
  }

  Answer<Issued> issue(SessionKey key, Sessions.AsCaller asCaller) {
    if (!key.chain().isEmpty()) {
      return asCaller.with(key.caller(), caller -> assume(key, caller));
    }
    try {
      return switch (key.subject()) {
        case CredentialSubject.WebIdentity web -> exchange(key, web, minter.mint(web));
        case CredentialSubject.StaticKeys keys ->
            Answer.found(lasting(legible(keys, minter.read(keys))));
        case CredentialSubject.Operator _ -> operator(key);
      };
    } catch (CredentialException e) {
      String why = Optional.ofNullable(e.getMessage()).orElse("");
      return Answer.failed(
          e.isPassing()
              ? new Unavailable(key.describe(), "NoCredentials", why)
              : new BadCredentials(key.describe(), "NoCredentials", why));
    }
  }

  private Answer<Issued> exchange(SessionKey key, CredentialSubject.WebIdentity web, String token) {
    Connected<StsClient> sts = clients.sts(key.region(), key.sts());
    return calls.call(
        key.asks(Operation.ASSUME_ROLE_WITH_WEB_IDENTITY, key.describe()),
        sts.endpoint(),
        () ->
            issued(
                sts.client()
                    .assumeRoleWithWebIdentity(
                        AssumeRoleWithWebIdentityRequest.builder()
                            .roleArn(web.roleArn())
                            .roleSessionName(web.sessionName())
                            .webIdentityToken(token)
                            .build())
                    .credentials()));
  }

  private Answer<Issued> assume(SessionKey key, AwsCredentials caller) {
    Connected<StsClient> sts = clients.sts(key.region(), key.sts());
    AssumeRoleRequest request = request(key.chain().getLast(), caller);
    return calls.call(
        key.asks(Operation.ASSUME_ROLE, key.describe()),
        sts.endpoint(),
        () -> issued(sts.client().assumeRole(request).credentials()));
  }

  private static AssumeRoleRequest request(RoleHop hop, AwsCredentials caller) {
    AssumeRoleRequest.Builder request =
        AssumeRoleRequest.builder()
            .roleArn(hop.roleArn())
            .roleSessionName(hop.sessionName())
            .overrideConfiguration(SignedCalls.signedBy(caller));
    hop.externalId().ifPresent(request::externalId);
    if (!hop.tags().isEmpty()) {
      request.tags(
          hop.tags().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
              .toList());
    }
    if (!hop.transitiveTagKeys().isEmpty()) {
      request.transitiveTagKeys(hop.transitiveTagKeys());
    }
    return request.build();
  }

  private Answer<Issued> operator(SessionKey key) {
    try {
      AwsCredentials credentials = own.resolveCredentials();
      return Answer.found(Issued.briefly(credentials, clock.instant()));
    } catch (SdkException e) {
      return Answer.failed(
          new BadCredentials(
              key.describe(),
              "NoCredentials",
              "the operator has no AWS identity (IRSA, Pod Identity, instance role or variables):"
                  + " give it one, or set auth in the store"));
    }
  }

  private Issued issued(Credentials c) {
    return Issued.until(
        AwsSessionCredentials.create(c.accessKeyId(), c.secretAccessKey(), c.sessionToken()),
        clock.instant(),
        c.expiration());
  }

  /** Each goes into a header: a line break or a blank in it breaks every request down. */
  private static StaticCredentials legible(
      CredentialSubject.StaticKeys named, StaticCredentials keys) throws CredentialException {
    legible(named.accessKeyId(), keys.accessKeyId());
    legible(named.secretAccessKey(), keys.secretAccessKey());
    if (named.sessionToken().isPresent() && keys.sessionToken().isPresent()) {
      legible(named.sessionToken().get(), keys.sessionToken().get());
    }
    return keys;
  }

  private static void legible(CredentialSubject.SecretKeyRef named, String text)
      throws CredentialException {
    if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new CredentialException(
          "key %s of Secret %s/%s %s: put the access key there, as one line of letters, digits and signs"
              .formatted(
                  named.key(),
                  named.namespace(),
                  named.name(),
                  text.isEmpty() ? "is empty" : "holds a line break, a blank or a foreign letter"));
    }
  }

  private static Issued lasting(StaticCredentials keys) {
    return Issued.lasting(
        keys.sessionToken()
            .<AwsCredentials>map(
                token ->
                    AwsSessionCredentials.create(keys.accessKeyId(), keys.secretAccessKey(), token))
            .orElseGet(
                () -> AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())));
  }
}
