package dev.keyturn.aws.call;

/**
 * What to check when AWS does not accept who we are.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html">AssumeRoleWithWebIdentity:
 *     errors</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html">Troubleshooting
 *     roles</a>
 */
final class Remedies {
  private Remedies() {}

  static String role(Operation operation) {
    return operation == Operation.ASSUME_ROLE_WITH_WEB_IDENTITY
        ? "the role does not trust this ServiceAccount: check that the role exists, and in its"
            + " trust policy the OIDC provider of this cluster and the conditions on sub"
            + " (system:serviceaccount:<namespace>:<name>) and aud"
        : "the role cannot be assumed: check that it exists, that its trust policy names the"
            + " caller, the external id and sts:TagSession where session tags are set, and that"
            + " the caller's own policy allows sts:AssumeRole on it";
  }

  static String credentials(Asked asked, String code) {
    return switch (code) {
      case "InvalidIdentityToken", "InvalidIdentityTokenException" ->
          "STS does not accept the ServiceAccount's token: check that an IAM OIDC provider exists"
              + " for this cluster's issuer, that its audience is the store's, and that the role"
              + " is in the same account";
      case "IDPCommunicationError" ->
          "STS could not reach this cluster's OIDC issuer: it must serve its discovery document"
              + " and keys to the internet";
      case "IDPRejectedClaim" ->
          "STS rejects the ServiceAccount's token (expired or revoked): check the clock of the API"
              + " server";
      case "RegionDisabledException" ->
          "STS is not activated for "
              + asked.region()
              + " in this account: activate it, or use another region";
      case "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature" ->
          "the secret access key does not belong to the access key id, or this machine's clock is"
              + " wrong";
      case "ExpiredToken", "ExpiredTokenException", "RequestExpired" ->
          asked.operation() == Operation.ASSUME_ROLE_WITH_WEB_IDENTITY
              ? "the ServiceAccount's token had expired: check the clocks of API server and"
                  + " operator"
              : "the credentials have expired: renew the session token that the store refers to";
      case "MissingAuthenticationToken", "MissingAuthenticationTokenException" ->
          "the request was not signed: the store's credentials are empty";
      default ->
          "AWS does not know these credentials: check the access key id and session token that the"
              + " store refers to, and that the key is active";
    };
  }
}
