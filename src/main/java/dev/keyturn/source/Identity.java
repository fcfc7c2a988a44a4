package dev.keyturn.source;

import java.util.List;

/**
 * Everything AWS sees of a caller. A value is served only to the identity that fetched it, so this
 * is the first half of every cache key.
 */
public record Identity(
    Service service,
    String region,
    EndpointOverrides endpoints,
    CredentialSubject subject,
    List<RoleHop> chain) {
  public Identity {
    chain = List.copyOf(chain);
  }

  /** Of what tells identities apart; it is asked for thousands of times a minute. */
  @Override
  public int hashCode() {
    return 31 * (31 * subject.hashCode() + chain.hashCode()) + region.hashCode();
  }
}
