package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.KeyPair;
import dev.keyturn.gotemplate.value.Utf8;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcContentSignerBuilder;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.operator.bc.BcEdECContentSignerBuilder;
import org.bouncycastle.operator.bc.BcRSAContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/** Issues certificates with the properties that Sprig gives them. */
public final class Issuing {

  private static final long COST = 20_000;

  /** What a certificate is for. */
  public record Subject(String commonName, List<String> ips, List<String> names, long days) {

    public Subject {
      ips = List.copyOf(ips);
      names = List.copyOf(names);
    }
  }

  private final Budget budget;
  private final SecureRandom random;
  private final Instant now;

  public Issuing(Budget budget, SecureRandom random, Instant now) {
    this.budget = budget;
    this.random = random;
    this.now = now;
  }

  /** Signed by its own key; an authority if it is to sign others. */
  public KeyPair selfSigned(Subject subject, boolean authority, AsymmetricKeyParameter key)
      throws Failure {
    return issue(subject, authority, key, name(subject), Optional.empty(), key);
  }

  /** Signed by an authority. */
  public KeyPair signed(Subject subject, AsymmetricKeyParameter key, KeyPair authority)
      throws Failure {
    X509CertificateHolder issuer = Certificates.parse(Pem.first(authority.cert(), budget).bytes());
    AsymmetricKeyParameter signer = Keys.readPem(Pem.first(authority.key(), budget), budget);
    Optional<byte[]> keyId = Certificates.subjectKeyId(issuer);
    return issue(subject, false, key, issuer.getSubject(), keyId, signer);
  }

  private static X500Name name(Subject subject) {
    X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
    if (!subject.commonName().isEmpty()) {
      builder.addRDN(BCStyle.CN, Utf8.toUnicode(subject.commonName()));
    }
    return builder.build();
  }

  private KeyPair issue(
      Subject subject,
      boolean authority,
      AsymmetricKeyParameter key,
      X500Name issuer,
      Optional<byte[]> issuerKeyId,
      AsymmetricKeyParameter signer)
      throws Failure {
    budget.spend(COST);
    if (Math.abs(subject.days()) > 100_000) {
      throw Failure.because("a certificate cannot be valid for so many days");
    }
    try {
      SubjectPublicKeyInfo publicKey =
          SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(Keys.publicOf(key));
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              issuer,
              new BigInteger(128, random),
              Date.from(now),
              Date.from(now.plus(Duration.ofDays(subject.days()))),
              name(subject),
              publicKey);
      extend(builder, subject, authority, publicKey);
      if (issuerKeyId.isPresent()) {
        builder.addExtension(
            Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuerKeyId.get()));
      }
      X509CertificateHolder certificate = builder.build(signer(signer));
      return new KeyPair(Certificates.write(List.of(certificate)), Keys.writePem(key));
    } catch (IOException | OperatorCreationException | RuntimeException e) {
      // What the library says may quote names or keys.
      throw Failure.because("unable to create the certificate");
    }
  }

  private static void extend(
      X509v3CertificateBuilder builder,
      Subject subject,
      boolean authority,
      SubjectPublicKeyInfo publicKey)
      throws Failure, IOException {
    int usage = KeyUsage.keyEncipherment | KeyUsage.digitalSignature;
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(authority ? usage | KeyUsage.keyCertSign : usage));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (authority) {
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new BcX509ExtensionUtils().createSubjectKeyIdentifier(publicKey));
    }
    List<GeneralName> names = new ArrayList<>();
    for (String name : subject.names()) {
      names.add(new GeneralName(GeneralName.dNSName, Utf8.toUnicode(name)));
    }
    for (String ip : subject.ips()) {
      if (!IPAddress.isValid(ip)) {
        throw Failure.because("error parsing an IP address");
      }
      names.add(new GeneralName(GeneralName.iPAddress, ip));
    }
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          subject.commonName().isEmpty(),
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
  }

  private ContentSigner signer(AsymmetricKeyParameter key)
      throws Failure, OperatorCreationException {
    BcContentSignerBuilder builder =
        switch (key) {
          case RSAKeyParameters _ ->
              new BcRSAContentSignerBuilder(algorithm("SHA256WITHRSA"), digest("SHA256WITHRSA"));
          case ECPrivateKeyParameters ec -> {
            int bits = ec.getParameters().getN().bitLength();
            String name = "SHA%dWITHECDSA".formatted(bits > 384 ? 512 : bits > 256 ? 384 : 256);
            yield new BcECContentSignerBuilder(algorithm(name), digest(name));
          }
          case Ed25519PrivateKeyParameters _ ->
              new BcEdECContentSignerBuilder(algorithm("ED25519"));
          default -> throw Failure.because("keys of this type cannot sign certificates");
        };
    return builder.setSecureRandom(random).build(key);
  }

  private static AlgorithmIdentifier algorithm(String name) {
    return new DefaultSignatureAlgorithmIdentifierFinder().find(name);
  }

  private static AlgorithmIdentifier digest(String name) {
    return new DefaultDigestAlgorithmIdentifierFinder().find(algorithm(name));
  }
}
