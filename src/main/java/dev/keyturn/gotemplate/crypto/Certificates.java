package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Url;
import dev.keyturn.gotemplate.value.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;

/** Certificates that a template was given: parsed, put in order, and what names they are for. */
public final class Certificates {

  private Certificates() {}

  /** Parses one certificate. */
  public static X509CertificateHolder parse(byte[] der) throws Failure {
    try {
      return new X509CertificateHolder(der);
    } catch (IOException | RuntimeException e) {
      throw Failure.because("unable to parse a certificate");
    }
  }

  /** All certificates of a PEM text. */
  public static List<X509CertificateHolder> parseAll(String pem, Budget budget) throws Failure {
    List<X509CertificateHolder> certificates = new ArrayList<>();
    for (Pem.Block block : Pem.read(pem, budget).blocks()) {
      budget.spend(1000);
      certificates.add(parse(block.bytes()));
    }
    return certificates;
  }

  /** PEM of certificates, one after the other. */
  public static String write(List<X509CertificateHolder> certificates) throws Failure {
    StringBuilder out = new StringBuilder();
    for (X509CertificateHolder certificate : certificates) {
      out.append(Pem.write("CERTIFICATE", encoded(certificate)));
    }
    return out.toString();
  }

  private static byte[] encoded(X509CertificateHolder certificate) throws Failure {
    try {
      return certificate.getEncoded();
    } catch (IOException e) {
      throw Failure.because("unable to encode a certificate");
    }
  }

  private static Optional<byte[]> authorityKeyId(X509CertificateHolder certificate) {
    return Optional.ofNullable(AuthorityKeyIdentifier.fromExtensions(certificate.getExtensions()))
        .map(AuthorityKeyIdentifier::getKeyIdentifierOctets);
  }

  static Optional<byte[]> subjectKeyId(X509CertificateHolder certificate) {
    return Optional.ofNullable(SubjectKeyIdentifier.fromExtensions(certificate.getExtensions()))
        .map(SubjectKeyIdentifier::getKeyIdentifier);
  }

  private static boolean names(X509CertificateHolder child, X509CertificateHolder parent) {
    return Arrays.equals(
        authorityKeyId(child).orElse(new byte[0]), subjectKeyId(parent).orElse(new byte[0]));
  }

  /** Whether it names no other certificate as its issuer. */
  public static boolean isRoot(X509CertificateHolder certificate) {
    return authorityKeyId(certificate).isEmpty() || names(certificate, certificate);
  }

  /**
   * Leaf first, root last, by key identifiers alone: this orders and proves nothing. Fails unless
   * they make one chain.
   */
  public static List<X509CertificateHolder> ordered(
      List<X509CertificateHolder> certificates, Budget budget) throws Failure {
    int[] parents = new int[certificates.size()];
    Set<Integer> isParent = new HashSet<>();
    for (int i = 0; i < parents.length; i++) {
      parents[i] = -1;
      for (int j = 0; j < parents.length && parents[i] < 0; j++) {
        budget.spend(10);
        if (i != j && names(certificates.get(i), certificates.get(j))) {
          parents[i] = j;
          isParent.add(j);
        }
      }
    }
    int leaf = -1;
    for (int i = 0; i < parents.length; i++) {
      if (!isParent.contains(i)) {
        if (leaf >= 0) {
          throw Failure.because("found multiple leaf or disjunct certificates");
        }
        leaf = i;
      }
    }
    if (leaf < 0) {
      throw Failure.because("no leaf certificate found");
    }
    List<X509CertificateHolder> chain = new ArrayList<>();
    for (int i = leaf; i >= 0; i = parents[i]) {
      if (chain.size() == parents.length) {
        throw Failure.because("the chain of certificates is a circle");
      }
      chain.add(certificates.get(i));
    }
    return chain;
  }

  /** Names of the kinds DNS, IP address, e-mail and URI, in this order. */
  public static List<String> names(X509CertificateHolder certificate) throws Failure {
    List<String> names = new ArrayList<>();
    Extension extension = certificate.getExtension(Extension.subjectAlternativeName);
    if (extension == null) {
      return names;
    }
    try {
      GeneralName[] all = GeneralNames.getInstance(extension.getParsedValue()).getNames();
      int[] kinds = {
        GeneralName.dNSName,
        GeneralName.iPAddress,
        GeneralName.rfc822Name,
        GeneralName.uniformResourceIdentifier
      };
      for (int kind : kinds) {
        for (GeneralName name : all) {
          if (name.getTagNo() == kind) {
            names.add(text(name));
          }
        }
      }
      return names;
    } catch (IllegalArgumentException e) {
      throw Failure.because("unable to parse the names of the certificate");
    }
  }

  private static String text(GeneralName name) throws Failure {
    if (name.getTagNo() == GeneralName.iPAddress) {
      return IpText.of(ASN1OctetString.getInstance(name.getName()).getOctets());
    }
    String text = Utf8.ofUnicode(name.getName().toString());
    return name.getTagNo() == GeneralName.uniformResourceIdentifier ? Url.parse(text).text() : text;
  }
}
