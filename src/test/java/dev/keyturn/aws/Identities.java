package dev.keyturn.aws;

import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.CredentialSubject.SecretKeyRef;
import dev.keyturn.source.EndpointOverrides;
import dev.keyturn.source.Identity;
import dev.keyturn.source.RoleHop;
import dev.keyturn.source.Service;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Identities for tests. */
public final class Identities {
  public static final CredentialSubject.StaticKeys KEYS =
      new CredentialSubject.StaticKeys(
          "store-uid",
          "fingerprint",
          new SecretKeyRef("app", "aws", "id"),
          new SecretKeyRef("app", "aws", "key"),
          Optional.empty());

  public static final CredentialSubject.WebIdentity WEB =
      new CredentialSubject.WebIdentity(
          "app",
          "reader",
          "sa-uid",
          List.of("sts.amazonaws.com"),
          "arn:aws:iam::111122223333:role/reader",
          "app=store");

  private Identities() {}

  public static Identity of(
      Service service, URI endpoint, CredentialSubject subject, RoleHop... chain) {
    return new Identity(
        service,
        "eu-central-1",
        new EndpointOverrides(Optional.of(endpoint), Optional.of(endpoint), Optional.of(endpoint)),
        subject,
        List.of(chain));
  }
}
