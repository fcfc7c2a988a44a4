package dev.keyturn.source;

/** Gives what an identity is proven with. Both throw {@link CredentialException}. */
public interface TokenMinter {

  /** A fresh token of the ServiceAccount for the identity's audience. */
  String mint(CredentialSubject.WebIdentity subject) throws CredentialException;

  /** The static keys as their Secrets hold them now. */
  StaticCredentials read(CredentialSubject.StaticKeys subject) throws CredentialException;
}
