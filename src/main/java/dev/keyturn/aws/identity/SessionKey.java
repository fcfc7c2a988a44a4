package dev.keyturn.aws.identity;

import dev.keyturn.aws.call.Asked;
import dev.keyturn.aws.call.Operation;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.Identity;
import dev.keyturn.source.RoleHop;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a session depends on: an identity without the service, or the first hops of its chain. */
public record SessionKey(
    String region, Optional<URI> sts, CredentialSubject subject, List<RoleHop> chain) {
  private static final Pattern ACCOUNT = Pattern.compile("arn:aws[a-z-]*:iam::(\\d{12}):.*");

  public SessionKey {
    chain = List.copyOf(chain);
  }

  public static SessionKey of(Identity identity) {
    return new SessionKey(
        identity.region(), identity.endpoints().sts(), identity.subject(), identity.chain());
  }

  /** Whoever assumes the last role of the chain. */
  SessionKey caller() {
    return new SessionKey(region, sts, subject, chain.subList(0, chain.size() - 1));
  }

  /** What a call asks, which counts against the quota of this identity's account. */
  public Asked asks(Operation operation, String subject) {
    return new Asked(operation, subject, account(), region);
  }

  /** The account of the last role, or what stands for it where no role tells. */
  private String account() {
    String last =
        chain.isEmpty()
            ? switch (subject) {
              case CredentialSubject.WebIdentity web -> web.roleArn();
              case CredentialSubject.StaticKeys keys -> "store " + keys.storeUid();
              case CredentialSubject.Operator _ -> "operator";
            }
            : chain.getLast().roleArn();
    Matcher account = ACCOUNT.matcher(last);
    return account.matches() ? account.group(1) : last;
  }

  /** For messages about the credentials themselves. */
  String describe() {
    return chain.isEmpty()
        ? switch (subject) {
          case CredentialSubject.WebIdentity web -> web.roleArn();
          case CredentialSubject.StaticKeys keys ->
              "Secret " + keys.accessKeyId().namespace() + "/" + keys.accessKeyId().name();
          case CredentialSubject.Operator _ -> "the operator's own AWS identity";
        }
        : chain.getLast().roleArn();
  }
}
