package dev.keyturn.source;

import java.util.List;
import java.util.Optional;

/** Whose credentials the first call is made with. */
public sealed interface CredentialSubject {

  /**
   * IRSA: a token of this ServiceAccount is exchanged for {@code roleArn} at STS.
   *
   * @param uid of the ServiceAccount, so that a re-created one is another identity
   * @param sessionName {@code <namespace>=<store>}, of a cluster store {@code
   *     <namespace>==<store>}; cut and hashed at 64 characters
   */
  record WebIdentity(
      String namespace,
      String serviceAccount,
      String uid,
      List<String> audiences,
      String roleArn,
      String sessionName)
      implements CredentialSubject {
    public WebIdentity {
      audiences = List.copyOf(audiences);
    }
  }

  /**
   * Static keys held in Secrets.
   *
   * @param fingerprint keyed hash of all fields, so that changed keys are another identity at once
   */
  record StaticKeys(
      String storeUid,
      String fingerprint,
      SecretKeyRef accessKeyId,
      SecretKeyRef secretAccessKey,
      Optional<SecretKeyRef> sessionToken)
      implements CredentialSubject {}

  /** The operator's own: the AWS SDK's default chain. */
  record Operator() implements CredentialSubject {}

  /** One key of a Kubernetes Secret. */
  record SecretKeyRef(String namespace, String name, String key) {}
}
