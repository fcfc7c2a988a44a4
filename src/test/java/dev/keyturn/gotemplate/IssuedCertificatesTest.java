package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.gotemplate.value.Allowance;
import dev.keyturn.testbed.ProcessorTime;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates that templates issue, as the JDK reads them. */
class IssuedCertificatesTest {

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
  private static final String SERVER = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

  private static List<X509Certificate> issue(String template, String key)
      throws GeneralSecurityException, TemplateException {
    byte[] pem =
        Template.parse("t", template)
            .render(
                Map.of("k", key.getBytes(StandardCharsets.US_ASCII)),
                new Rendering(
                    Allowance.STANDARD,
                    InstantSource.fixed(NOON),
                    ProcessorTime::nanos,
                    new SecureRandom()));
    List<X509Certificate> certificates = new ArrayList<>();
    for (var certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      certificates.add((X509Certificate) certificate);
    }
    return certificates;
  }

  private static String p256() throws GeneralSecurityException {
    return TestKeys.pem(TestKeys.generate("secp256r1").getPrivate());
  }

  private static List<Integer> usage(X509Certificate certificate) {
    boolean[] bits = certificate.getKeyUsage();
    List<Integer> set = new ArrayList<>();
    for (int i = 0; i < bits.length; i++) {
      if (bits[i]) {
        set.add(i);
      }
    }
    return set;
  }

  @Test
  void anAuthoritySignsOthers() throws Exception {
    X509Certificate authority =
        issue("{{ (genCAWithKey \"my ca\" 365 .k).Cert }}", p256()).getFirst();
    authority.verify(authority.getPublicKey());
    assertThat(authority.getSubjectX500Principal().getName()).isEqualTo("CN=my ca");
    assertThat(authority.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
    assertThat(authority.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThat(authority.getNotBefore()).isEqualTo(NOON);
    assertThat(authority.getNotAfter()).isEqualTo(NOON.plus(Duration.ofDays(365)));
    // Signatures, encryption of keys, signatures of certificates.
    assertThat(usage(authority)).containsExactly(0, 2, 5);
    assertThat(authority.getExtendedKeyUsage()).containsExactly(SERVER, CLIENT);
    assertThat(authority.getSubjectAlternativeNames()).isNull();
    assertThat(authority.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder(Extension.keyUsage.getId(), Extension.basicConstraints.getId());
    assertThat(authority.getExtensionValue(Extension.subjectKeyIdentifier.getId())).isNotNull();
  }

  @Test
  void aSelfSignedCertificateSignsNoOthers() throws Exception {
    X509Certificate certificate =
        issue(
                "{{ (genSelfSignedCertWithKey \"h\" (list \"10.0.0.1\" \"::1\") (list \"a.example\" \"*.b.example\") 7 .k).Cert }}",
                p256())
            .getFirst();
    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(usage(certificate)).containsExactly(0, 2);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly(SERVER, CLIENT);
    assertThat(certificate.getNotAfter()).isEqualTo(NOON.plus(Duration.ofDays(7)));
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(name -> name.get(1))
        .map(Object::toString)
        .containsExactly("a.example", "*.b.example", "10.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(certificate.getNonCriticalExtensionOIDs())
        .contains(Extension.subjectAlternativeName.getId());
    assertThat(certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId())).isNull();
  }

  @Test
  void withoutACommonNameTheOtherNamesAreCritical() throws Exception {
    X509Certificate certificate =
        issue(
                "{{ (genSignedCertWithKey \"\" nil (list \"a\") 1 (genCAWithKey \"ca\" 1 .k) .k).Cert }}",
                p256())
            .getFirst();
    assertThat(certificate.getSubjectX500Principal().getName()).isEmpty();
    assertThat(certificate.getCriticalExtensionOIDs())
        .contains(Extension.subjectAlternativeName.getId());
  }

  @Test
  void aSignedCertificateNamesItsAuthority() throws Exception {
    List<X509Certificate> both =
        issue(
            "{{ $ca := genCAWithKey \"my ca\" 365 .k }}{{ $ca.Cert }}"
                + "{{ (genSignedCertWithKey \"host\" (list \"10.0.0.1\") (list \"a\") 30 $ca .k).Cert }}",
            p256());
    X509Certificate authority = both.getFirst();
    X509Certificate signed = both.getLast();
    signed.verify(authority.getPublicKey());
    assertThat(signed.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
    assertThat(signed.getSubjectX500Principal().getName()).isEqualTo("CN=host");
    assertThat(signed.getBasicConstraints()).isEqualTo(-1);
    assertThat(usage(signed)).containsExactly(0, 2);
    assertThat(signed.getNotAfter()).isEqualTo(NOON.plus(Duration.ofDays(30)));
    byte[] named =
        AuthorityKeyIdentifier.fromExtensions(
                new X509CertificateHolder(signed.getEncoded()).getExtensions())
            .getKeyIdentifierOctets();
    byte[] own =
        SubjectKeyIdentifier.fromExtensions(
                new X509CertificateHolder(authority.getEncoded()).getExtensions())
            .getKeyIdentifier();
    assertThat(Arrays.equals(named, own)).isTrue();
  }

  @Test
  void serialNumbersDiffer() throws Exception {
    Collection<X509Certificate> two =
        issue("{{ (genCAWithKey \"a\" 1 .k).Cert }}{{ (genCAWithKey \"a\" 1 .k).Cert }}", p256());
    assertThat(two).extracting(X509Certificate::getSerialNumber).doesNotHaveDuplicates();
    assertThat(two)
        .extracting(X509Certificate::getSerialNumber)
        .allMatch(serial -> serial.signum() > 0 && serial.bitLength() <= 128);
  }

  @ParameterizedTest(name = "{0} signs with {1}")
  @CsvSource({
    "secp256r1, SHA256withECDSA",
    "secp384r1, SHA384withECDSA",
    "secp521r1, SHA512withECDSA",
    "Ed25519, Ed25519",
    "RSA, SHA256withRSA"
  })
  void theHashIsAsLargeAsTheKey(String key, String algorithm) throws Exception {
    X509Certificate certificate =
        issue(
                "{{ (genCAWithKey \"a\" 1 .k).Cert }}",
                TestKeys.pem(TestKeys.generate(key).getPrivate()))
            .getFirst();
    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getSigAlgName()).isEqualToIgnoringCase(algorithm);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 100_000, -100_000})
  void certificatesMayBeOverOrLong(long days) throws Exception {
    X509Certificate certificate =
        issue("{{ (genCAWithKey \"a\" " + days + " .k).Cert }}", p256()).getFirst();
    assertThat(certificate.getNotAfter()).isEqualTo(NOON.plus(Duration.ofDays(days)));
  }

  @ParameterizedTest
  @ValueSource(longs = {100_001, -100_001})
  void certificatesAreNotForEver(long days) {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> issue("{{ (genCAWithKey \"a\" " + days + " .k).Cert }}", p256()))
        .withMessageContaining("so many days");
  }
}
