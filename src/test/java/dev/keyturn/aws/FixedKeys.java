package dev.keyturn.aws;

import dev.keyturn.source.CredentialException;
import dev.keyturn.source.CredentialSubject;
import dev.keyturn.source.StaticCredentials;
import dev.keyturn.source.TokenMinter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** The Kubernetes side of credentials, by hand: the keys and the token that a test sets. */
public final class FixedKeys implements TokenMinter {
  public final AtomicInteger minted = new AtomicInteger();
  public final AtomicInteger read = new AtomicInteger();
  public volatile StaticCredentials keys;
  volatile String token = "a.b.c";
  public volatile Optional<String> refusal = Optional.empty();

  public FixedKeys(AwsCredentials credentials) {
    this.keys = of(credentials);
  }

  static StaticCredentials of(AwsCredentials credentials) {
    return new StaticCredentials(
        credentials.accessKeyId(),
        credentials.secretAccessKey(),
        credentials instanceof AwsSessionCredentials session
            ? Optional.of(session.sessionToken())
            : Optional.empty());
  }

  @Override
  public String mint(CredentialSubject.WebIdentity subject) throws CredentialException {
    minted.incrementAndGet();
    refuse();
    return token;
  }

  @Override
  public StaticCredentials read(CredentialSubject.StaticKeys subject) throws CredentialException {
    read.incrementAndGet();
    refuse();
    return keys;
  }

  private void refuse() throws CredentialException {
    if (refusal.isPresent()) {
      throw new CredentialException(refusal.get());
    }
  }
}
