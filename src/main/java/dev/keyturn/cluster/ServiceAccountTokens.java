package dev.keyturn.cluster;

import dev.keyturn.source.CredentialException;
import dev.keyturn.source.CredentialSubject.SecretKeyRef;
import dev.keyturn.source.CredentialSubject.StaticKeys;
import dev.keyturn.source.CredentialSubject.WebIdentity;
import dev.keyturn.source.StaticCredentials;
import dev.keyturn.source.TokenMinter;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tokens by the TokenRequest API and static keys from Secrets. */
@Singleton
public final class ServiceAccountTokens implements TokenMinter {
  /**
   * STS reads the token once, at the exchange: the shortest life the API server grants is enough.
   */
  private static final long TOKEN_SECONDS = 600;

  private final KubernetesClient client;

  public ServiceAccountTokens(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public String mint(WebIdentity subject) throws CredentialException {
    String account = subject.namespace() + "/" + subject.serviceAccount();
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(subject.audiences())
            .withExpirationSeconds(TOKEN_SECONDS)
            .endSpec()
            .build();
    try {
      @Nullable TokenRequest answer =
          client
              .serviceAccounts()
              .inNamespace(subject.namespace())
              .withName(subject.serviceAccount())
              .tokenRequest(request);
      if (answer == null || answer.getStatus() == null || answer.getStatus().getToken() == null) {
        throw CredentialException.passing(
            "the API server answered without a token for ServiceAccount %s; nothing to do here, Keyturn asks again"
                .formatted(account));
      }
      return answer.getStatus().getToken();
    } catch (KubernetesClientException e) {
      throw refused(
          "no token for ServiceAccount " + account,
          e,
          e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
              ? "create the ServiceAccount"
              : "the operator needs create on serviceaccounts/token");
    }
  }

  /** What the API server refuses for good wants a person; what it cannot do now is tried again. */
  private static CredentialException refused(
      String what, KubernetesClientException e, String remedy) {
    int code = SecretApplier.code(e);
    String told = "%s (%s): ".formatted(what, code == 0 ? "no answer" : "HTTP " + code);
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_NOT_FOUND ->
          new CredentialException(told + remedy);
      default ->
          CredentialException.passing(
              told + "the API server did not give it; nothing to do here, Keyturn asks again");
    };
  }

  @Override
  public StaticCredentials read(StaticKeys subject) throws CredentialException {
    Optional<String> session = Optional.empty();
    if (subject.sessionToken().isPresent()) {
      session = Optional.of(read(subject.sessionToken().get()));
    }
    return new StaticCredentials(
        read(subject.accessKeyId()), read(subject.secretAccessKey()), session);
  }

  private String read(SecretKeyRef ref) throws CredentialException {
    Secret secret = secret(ref);
    if (secret == null) {
      throw new CredentialException(
          "Secret %s/%s with the store's access keys does not exist: create it"
              .formatted(ref.namespace(), ref.name()));
    }
    String value = secret.getData() == null ? null : secret.getData().get(ref.key());
    if (value == null) {
      throw new CredentialException(
          "Secret %s/%s has no key %s: add it or correct the store's secretRef"
              .formatted(ref.namespace(), ref.name(), ref.key()));
    }
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8).strip();
  }

  private @Nullable Secret secret(SecretKeyRef ref) throws CredentialException {
    try {
      return client.secrets().inNamespace(ref.namespace()).withName(ref.name()).get();
    } catch (KubernetesClientException e) {
      throw refused(
          "no access keys from Secret %s/%s".formatted(ref.namespace(), ref.name()),
          e,
          "the operator needs get on secrets");
    }
  }
}
