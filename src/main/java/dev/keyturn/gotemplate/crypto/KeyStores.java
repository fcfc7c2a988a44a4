package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Utf8;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.style.RFC4519Style;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.bc.BcPKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/** Writes PKCS#12 with AES-256 and SHA-256, as base64. */
public final class KeyStores {

  private static final int ITERATIONS = 2048;
  private static final long COST = 50_000;

  /** Java takes a certificate for a trust anchor only if it bears this mark. */
  private static final ASN1ObjectIdentifier TRUSTED =
      new ASN1ObjectIdentifier("2.16.840.1.113894.746875.1.1");

  private final Budget budget;
  private final SecureRandom random;
  private final char[] password;

  public KeyStores(Budget budget, SecureRandom random, String password) {
    this.budget = budget;
    this.random = random;
    this.password = password(password);
  }

  /**
   * An empty password is two zero bytes for Go, OpenSSL and Java, but none for the library. One
   * zero char makes the same key: both are padded with zeros.
   */
  static char[] password(String password) {
    return password.isEmpty() ? new char[] {0} : Utf8.toUnicode(password).toCharArray();
  }

  /** A key with its certificate and those of its issuers. */
  public String withKey(
      AsymmetricKeyParameter key,
      X509CertificateHolder certificate,
      List<X509CertificateHolder> issuers)
      throws Failure {
    try {
      DEROctetString localKeyId = new DEROctetString(sha1(certificate.getEncoded()));
      List<PKCS12SafeBag> certificates = new ArrayList<>();
      certificates.add(
          new PKCS12SafeBagBuilder(certificate)
              .addBagAttribute(PKCS12SafeBag.localKeyIdAttribute, localKeyId)
              .build());
      for (X509CertificateHolder issuer : issuers) {
        certificates.add(new PKCS12SafeBagBuilder(issuer).build());
      }
      PKCS12SafeBag keyBag =
          new PKCS12SafeBagBuilder(Keys.pkcs8Info(key), encryptor())
              .addBagAttribute(PKCS12SafeBag.localKeyIdAttribute, localKeyId)
              .build();
      return write(certificates, Optional.of(keyBag));
    } catch (IOException e) {
      throw cannotWrite();
    }
  }

  /** Certificates to be trusted. */
  public String ofTrusted(List<X509CertificateHolder> certificates) throws Failure {
    List<PKCS12SafeBag> bags = new ArrayList<>();
    try {
      for (X509CertificateHolder certificate : certificates) {
        String name = RFC4519Style.INSTANCE.toString(certificate.getSubject());
        bags.add(
            new PKCS12SafeBagBuilder(certificate)
                .addBagAttribute(PKCS12SafeBag.friendlyNameAttribute, new DERBMPString(name))
                .addBagAttribute(TRUSTED, KeyPurposeId.anyExtendedKeyUsage)
                .build());
      }
    } catch (IOException e) {
      throw cannotWrite();
    }
    return write(bags, Optional.empty());
  }

  private static Failure cannotWrite() {
    return Failure.because("unable to write the key store");
  }

  private String write(List<PKCS12SafeBag> certificates, Optional<PKCS12SafeBag> key)
      throws Failure {
    try {
      PKCS12PfxPduBuilder builder = new PKCS12PfxPduBuilder();
      builder.addEncryptedData(encryptor(), certificates.toArray(PKCS12SafeBag[]::new));
      if (key.isPresent()) {
        builder.addData(key.get());
      }
      budget.spend(COST);
      BcPKCS12MacCalculatorBuilder mac =
          new BcPKCS12MacCalculatorBuilder(
              new SHA256Digest(),
              new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE));
      byte[] der =
          builder.build(mac.setIterationCount(ITERATIONS), password).getEncoded(ASN1Encoding.DER);
      return Base64.getEncoder().encodeToString(der);
    } catch (IOException | PKCSException e) {
      throw cannotWrite();
    }
  }

  private OutputEncryptor encryptor() throws Failure {
    budget.spend(COST);
    try {
      return new JcePKCSPBEOutputEncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
          .setProvider(BouncyCastle.provider(budget))
          .setPRF(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE))
          .setIterationCount(ITERATIONS)
          .setRandom(random)
          .build(password);
    } catch (OperatorCreationException e) {
      throw cannotWrite();
    }
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
