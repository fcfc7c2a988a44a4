package dev.keyturn.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.gotemplate.TemplateCorpus.Outcome;
import dev.keyturn.render.GoOracle;
import dev.keyturn.render.GoOracle.Answer;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is random or salted is compared by opening it: ours by Go and the JDK, Go's by ours. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("one core: all of these compute, while others wait")
class TemplateCryptoIT {

  private static GoOracle go;

  @BeforeAll
  static void start() {
    go = GoOracle.start();
  }

  @AfterAll
  static void stop() {
    go.close();
  }

  private static Map<String, byte[]> bytes(Map<String, String> latin1) {
    Map<String, byte[]> bytes = new TreeMap<>();
    latin1.forEach((key, value) -> bytes.put(key, value.getBytes(StandardCharsets.ISO_8859_1)));
    return bytes;
  }

  private static String ours(String template, Map<String, String> data) {
    return TemplateCorpus.render(template, bytes(data)) instanceof Outcome.Rendered(String text)
        ? text
        : "failed: " + TemplateCorpus.render(template, bytes(data));
  }

  private static String gos(String template, Map<String, String> data) {
    return go.template(template.getBytes(StandardCharsets.UTF_8), bytes(data))
            instanceof Answer.Output output
        ? output.latin1()
        : "Go failed: " + go.template(template.getBytes(StandardCharsets.UTF_8), bytes(data));
  }

  private static X509Certificate parse(String pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private static void same(String template, Map<String, String> data) {
    String expected = gos(template, data);
    String actual = ours(template, data);
    if (expected.startsWith("Go failed")) {
      assertThat(actual).as(template + " " + expected).startsWith("failed");
    } else {
      assertThat(actual).as(template).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "secp256r1", "secp384r1", "secp521r1", "Ed25519"})
  void keyStoresOpenInGoAndInJava(String kind) throws Exception {
    KeyPair root = TestKeys.generate(kind);
    KeyPair leaf = TestKeys.generate(kind);
    X509Certificate rootCertificate =
        TestKeys.certificate(
            "root", root.getPublic(), "root", root.getPublic(), root.getPrivate(), true);
    X509Certificate leafCertificate =
        TestKeys.certificate(
            "leaf", leaf.getPublic(), "root", root.getPublic(), root.getPrivate(), false);
    Map<String, String> pems =
        Map.of(
            "cert", TestKeys.pem(leafCertificate),
            "chain", TestKeys.pem(leafCertificate) + TestKeys.pem(rootCertificate),
            "key", TestKeys.pem(leaf.getPrivate()));
    Map<String, String> stores =
        Map.of(
            "pemToPkcs12 .cert .key", "",
            "pemToPkcs12Pass .cert .key \"pass\"", "pass",
            "fullPemToPkcs12 .chain .key", "",
            "fullPemToPkcs12Pass .chain .key \"p\u00e4ss\"", "p\u00e4ss");
    for (var store : stores.entrySet()) {
      String template = "{{ " + store.getKey() + " | b64dec }}";
      String password = utf8(store.getValue());
      Map<String, String> byUs = Map.of("store", ours(template, pems), "pass", password);
      Map<String, String> byGo = Map.of("store", gos(template, pems), "pass", password);
      for (String opener :
          List.of("{{ pkcs12keyPass .pass .store }}", "{{ pkcs12certPass .pass .store }}")) {
        String expected = gos(opener, byGo);
        assertThat(expected).contains("BEGIN");
        assertThat(gos(opener, byUs)).as("ours, opened by Go").isEqualTo(expected);
        assertThat(ours(opener, byGo)).as("Go's, opened by us").isEqualTo(expected);
        assertThat(ours(opener, byUs)).as("ours, opened by us").isEqualTo(expected);
      }
      KeyStore java = KeyStore.getInstance("PKCS12");
      java.load(
          new ByteArrayInputStream(byUs.get("store").getBytes(StandardCharsets.ISO_8859_1)),
          store.getValue().toCharArray());
      String alias = java.aliases().nextElement();
      assertThat(secretOf(java.getKey(alias, store.getValue().toCharArray())))
          .isEqualTo(secretOf(leaf.getPrivate()));
      assertThat(java.getCertificateChain(alias)[0]).isEqualTo(leafCertificate);
      same("{{ pkcs12key .store }}", Map.of("store", byUs.get("store").substring(1)));
      same("{{ pkcs12keyPass \"wrong\" .store }}", byUs);
    }
  }

  /** The JDK compares encodings, of which an EC key has several. */
  private static Object secretOf(java.security.Key key) {
    return key instanceof ECPrivateKey ec ? ec.getS() : key;
  }

  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void keyStoresOfTheJdkOpen() throws Exception {
    KeyPair pair = TestKeys.generate("RSA");
    X509Certificate certificate =
        TestKeys.certificate("x", pair.getPublic(), "x", pair.getPublic(), pair.getPrivate(), true);
    KeyStore java = KeyStore.getInstance("PKCS12");
    java.load(null, null);
    java.setKeyEntry(
        "a", pair.getPrivate(), "changeit".toCharArray(), new Certificate[] {certificate});
    var out = new java.io.ByteArrayOutputStream();
    java.store(out, "changeit".toCharArray());
    Map<String, String> data =
        Map.of("store", out.toString(StandardCharsets.ISO_8859_1), "pass", "changeit");
    same("{{ pkcs12keyPass .pass .store }}{{ pkcs12certPass .pass .store }}", data);
    assertThat(ours("{{ pkcs12certPass .pass .store }}", data))
        .isEqualTo(TestKeys.pem(certificate));
  }

  @Test
  void trustStoresAreTrustedByJava() throws Exception {
    KeyPair pair = TestKeys.generate("RSA");
    X509Certificate certificate =
        TestKeys.certificate("x", pair.getPublic(), "x", pair.getPublic(), pair.getPrivate(), true);
    for (String password : List.of("", "changeit")) {
      String template =
          password.isEmpty()
              ? "{{ pemTruststoreToPKCS12 .c | b64dec }}"
              : "{{ pemTruststoreToPKCS12Pass .c .p | b64dec }}";
      KeyStore java = KeyStore.getInstance("PKCS12");
      java.load(
          new ByteArrayInputStream(
              ours(template, Map.of("c", TestKeys.pem(certificate), "p", password))
                  .getBytes(StandardCharsets.ISO_8859_1)),
          password.toCharArray());
      String alias = java.aliases().nextElement();
      assertThat(java.isCertificateEntry(alias)).isTrue();
      assertThat(java.getCertificate(alias)).isEqualTo(certificate);
    }
  }

  @Test
  void generatedCertificatesVerify() throws Exception {
    String template =
        """
        {{- $ca := genCA "authority" 365 }}
        {{- $cert := genSignedCert "host" (list "10.0.0.1" "::1") (list "a.example" "b.example") 30 $ca }}
        {{- $cert.Cert }}{{ $ca.Cert }}{{ $cert.Key }}""";
    String rendered = ours(template, Map.of());
    List<String> blocks = Arrays.asList(rendered.split("(?<=-----\n)(?=-----BEGIN)"));
    X509Certificate leaf = parse(blocks.get(0));
    X509Certificate authority = parse(blocks.get(1));
    leaf.verify(authority.getPublicKey());
    authority.verify(authority.getPublicKey());
    leaf.checkValidity();
    assertThat(authority.getBasicConstraints()).isGreaterThanOrEqualTo(0);
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
    assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=host");
    assertThat(leaf.getExtendedKeyUsage()).hasSize(2);
    assertThat(gos("{{ certSANs .c }}", Map.of("c", rendered)))
        .isEqualTo("[a.example b.example 10.0.0.1 ::1]");
    same("{{ certSANs .c }}|{{ filterPEM \"CERTIFICATE\" .c }}", Map.of("c", rendered));
    for (String kind : List.of("leaf", "intermediate", "root")) {
      same(
          "{{ filterCertChain \"" + kind + "\" (filterPEM \"CERTIFICATE\" .c) }}",
          Map.of("c", rendered));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ecdsa", "ed25519", "dsa"})
  void generatedKeysAreReadByGoAndSignCertificates(String kind) throws Exception {
    String key = ours("{{ genPrivateKey \"" + kind + "\" }}", Map.of());
    assertThat(key).startsWith("-----BEGIN");
    if (kind.equals("dsa")) {
      return;
    }
    String own = "{{ (genSelfSignedCertWithKey \"x\" (list) (list \"n\") 1 .k).Cert }}";
    X509Certificate byUs = parse(ours(own, Map.of("k", key)));
    X509Certificate byGo = parse(gos(own, Map.of("k", key)));
    byUs.verify(byUs.getPublicKey());
    assertThat(byUs.getPublicKey()).isEqualTo(byGo.getPublicKey());
    assertThat(byUs.getSigAlgName()).isEqualTo(byGo.getSigAlgName());
    assertThat(byUs.getKeyUsage()).isEqualTo(byGo.getKeyUsage());
    assertThat(byUs.getNonCriticalExtensionOIDs()).isEqualTo(byGo.getNonCriticalExtensionOIDs());
    assertThat(byUs.getCriticalExtensionOIDs()).isEqualTo(byGo.getCriticalExtensionOIDs());
    String authority = "{{ $c := genCAWithKey \"ca\" 1 .k }}{{ $c.Cert }}";
    X509Certificate caByUs = parse(ours(authority, Map.of("k", key)));
    X509Certificate caByGo = parse(gos(authority, Map.of("k", key)));
    assertThat(caByUs.getKeyUsage()).isEqualTo(caByGo.getKeyUsage());
    assertThat(caByUs.getNonCriticalExtensionOIDs())
        .isEqualTo(caByGo.getNonCriticalExtensionOIDs());
    same("{{ (genCAWithKey \"ca\" 1 .k).Key }}", Map.of("k", key));
    String signed =
        "{{ $c := buildCustomCert (b64enc .c) (b64enc .k) }}"
            + "{{ (genSignedCertWithKey \"h\" nil nil 1 $c .k).Cert }}";
    X509Certificate leaf =
        parse(ours(signed, Map.of("k", key, "c", ours(authority, Map.of("k", key)))));
    leaf.verify(caByUs.getPublicKey());
  }

  @Test
  void chainsAreOrderedAndFilteredAsInGo() throws Exception {
    KeyPair root = TestKeys.generate("secp256r1");
    KeyPair middle = TestKeys.generate("secp256r1");
    KeyPair leaf = TestKeys.generate("secp256r1");
    String rootPem =
        TestKeys.pem(
            TestKeys.certificate(
                "root", root.getPublic(), "root", root.getPublic(), root.getPrivate(), true));
    String middlePem =
        TestKeys.pem(
            TestKeys.certificate(
                "mid", middle.getPublic(), "root", root.getPublic(), root.getPrivate(), true));
    String leafPem =
        TestKeys.pem(
            TestKeys.certificate(
                "leaf",
                leaf.getPublic(),
                "mid",
                middle.getPublic(),
                middle.getPrivate(),
                false,
                new GeneralName(GeneralName.dNSName, "a.example"),
                new GeneralName(GeneralName.iPAddress, "192.0.2.1"),
                new GeneralName(GeneralName.iPAddress, "2001:db8::1:0:0:1"),
                new GeneralName(GeneralName.rfc822Name, "x@example.com"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://a/b c")));
    String key = TestKeys.pem(leaf.getPrivate());
    for (String text :
        List.of(
            rootPem + leafPem + middlePem,
            leafPem + middlePem,
            leafPem,
            rootPem,
            middlePem + rootPem,
            leafPem + rootPem,
            leafPem + leafPem,
            "",
            "junk",
            "junk " + leafPem + key,
            "# comment\n" + leafPem + "between\n" + key + "after",
            leafPem.replace("\n", "\r\n"),
            key,
            leafPem.substring(0, 200),
            leafPem.replace("-----END CERTIFICATE-----\n", "-----END CERTIFICATE-----"),
            "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nA: b\n\naGk=\n-----END X-----\n",
            "-----BEGIN X-----\n-----END X-----\n",
            "-----BEGIN X-----\nnot base64!\n-----END X-----\n" + leafPem,
            "-----BEGIN X-----\naGk=\n-----END Y-----\n" + leafPem,
            "-----BEGIN CERTIFICATE-----\n" + leafPem)) {
      Map<String, String> data = Map.of("t", text, "k", key);
      for (String kind : List.of("leaf", "intermediate", "root", "other")) {
        same("{{ filterCertChain \"" + kind + "\" .t }}", data);
      }
      for (String kind : List.of("CERTIFICATE", "private key", "X", "nope")) {
        same("{{ filterPEM \"" + kind + "\" .t }}", data);
      }
      same("{{ certSANs .t }}", data);
      same("{{ fullPemToPkcs12 .t .k | len | lt 0 }}", data);
      same("{{ pemToPkcs12 .t .k | len | lt 0 }}", data);
      same("{{ pemTruststoreToPKCS12 .t | len | lt 0 }}", data);
      same("{{ pemTruststoreToPKCS12Pass .t \"p\" | len | lt 0 }}", data);
    }
  }

  @Test
  void passwordHashesVerify() {
    String hash = ours("{{ bcrypt .p }}", Map.of("p", "secret"));
    assertThat(hash).startsWith("$2a$10$");
    assertThat(OpenBSDBCrypt.checkPassword(hash, "secret".toCharArray())).isTrue();
    assertThat(OpenBSDBCrypt.checkPassword(hash, "other".toCharArray())).isFalse();
    String byGo = gos("{{ bcrypt .p }}", Map.of("p", "secret"));
    assertThat(OpenBSDBCrypt.checkPassword(byGo, "secret".toCharArray())).isTrue();
    String line = ours("{{ htpasswd .u .p }}", Map.of("u", "user", "p", "secret"));
    assertThat(line).startsWith("user:$2a$10$");
    assertThat(OpenBSDBCrypt.checkPassword(line.substring(5), "secret".toCharArray())).isTrue();
  }

  @Test
  void whatIsEncryptedHereIsDecryptedThere() {
    Map<String, String> data = Map.of("k", "a key", "t", "text of any length");
    String byUs = ours("{{ encryptAES .k .t }}", data);
    String byGo = gos("{{ encryptAES .k .t }}", data);
    assertThat(gos("{{ decryptAES .k .t }}", Map.of("k", "a key", "t", byUs)))
        .isEqualTo("text of any length");
    assertThat(ours("{{ decryptAES .k .t }}", Map.of("k", "a key", "t", byGo)))
        .isEqualTo("text of any length");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA1", "SHA256", "SHA512", "None"})
  void rsaDecryptsWithEachHash(String name) throws Exception {
    KeyPair pair = TestKeys.generate("RSA");
    String hash =
        switch (name) {
          case "SHA1" -> "SHA-1";
          case "SHA512" -> "SHA-512";
          default -> "SHA-256";
        };
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        pair.getPublic(),
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    String encrypted =
        new String(
            cipher.doFinal("secret".getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
    Map<String, String> data =
        Map.of("in", encrypted, "key", TestKeys.pem(pair.getPrivate()), "hash", name);
    assertThat(ours("{{ rsaDecrypt \"RSA-OAEP\" .hash .in .key }}", data)).isEqualTo("secret");
    same("{{ rsaDecrypt \"RSA-OAEP\" .hash .in .key }}", data);
    same("{{ rsaDecrypt \"None\" .hash \"x\" .key }}", data);
    same("{{ rsaDecrypt \"Nope\" .hash .in .key }}", data);
    same("{{ rsaDecrypt \"RSA-OAEP\" .hash \"short\" .key }}", data);
    same("{{ rsaDecrypt \"RSA-OAEP\" .hash .in \"no key\" }}", data);
  }

  private static String base64Url(BigInteger number, int bits) {
    byte[] bytes = number.toByteArray();
    int length = (bits + 7) / 8;
    byte[] fixed = new byte[length];
    int copied = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - copied, fixed, length - copied, copied);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
  }

  private static String json(Map<String, String> members) {
    StringBuilder out = new StringBuilder("{");
    members.forEach(
        (key, value) ->
            out.append(out.length() > 1 ? "," : "")
                .append('"')
                .append(key)
                .append("\":\"")
                .append(value)
                .append('"'));
    return out.append('}').toString();
  }

  private static void sameKeys(Map<String, String> members) {
    Map<String, String> publicOnly = new TreeMap<>(members);
    publicOnly.keySet().removeAll(List.of("d", "p", "q", "dp", "dq", "qi"));
    for (Map<String, String> one : List.of(members, publicOnly)) {
      same("{{ jwkPrivateKeyPem .k }}", Map.of("k", json(one)));
      same("{{ jwkPublicKeyPem .k }}", Map.of("k", json(one)));
    }
    for (String member : List.of("n", "e", "d", "p", "q", "x", "y", "crv", "kty")) {
      if (members.containsKey(member)) {
        Map<String, String> without = new TreeMap<>(members);
        without.remove(member);
        same("{{ jwkPrivateKeyPem .k }}", Map.of("k", json(without)));
      }
    }
  }

  @Test
  void jsonWebKeysBecomeTheSamePem() throws Exception {
    if (TestKeys.generate("RSA").getPrivate() instanceof RSAPrivateCrtKey rsa) {
      sameKeys(
          new TreeMap<>(
              Map.of(
                  "kty", "RSA",
                  "n", base64Url(rsa.getModulus(), 2048),
                  "e", base64Url(rsa.getPublicExponent(), 24),
                  "d", base64Url(rsa.getPrivateExponent(), 2048),
                  "p", base64Url(rsa.getPrimeP(), 1024),
                  "q", base64Url(rsa.getPrimeQ(), 1024),
                  "dp", base64Url(rsa.getPrimeExponentP(), 1024),
                  "dq", base64Url(rsa.getPrimeExponentQ(), 1024),
                  "qi", base64Url(rsa.getCrtCoefficient(), 1024))));
    }
    Map<String, String> curves =
        Map.of("secp256r1", "P-256", "secp384r1", "P-384", "secp521r1", "P-521");
    for (var curve : curves.entrySet()) {
      KeyPair pair = TestKeys.generate(curve.getKey());
      if (pair.getPublic() instanceof ECPublicKey open
          && pair.getPrivate() instanceof ECPrivateKey secret) {
        int bits = open.getParams().getCurve().getField().getFieldSize();
        sameKeys(
            new TreeMap<>(
                Map.of(
                    "kty", "EC",
                    "crv", curve.getValue(),
                    "x", base64Url(open.getW().getAffineX(), bits),
                    "y", base64Url(open.getW().getAffineY(), bits),
                    "d", base64Url(secret.getS(), bits))));
      }
    }
    byte[] secret = TestKeys.generate("Ed25519").getPrivate().getEncoded();
    var key =
        new org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters(secret, secret.length - 32);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    sameKeys(
        new TreeMap<>(
            Map.of(
                "kty",
                "OKP",
                "crv",
                "Ed25519",
                "x",
                base64.encodeToString(key.generatePublicKey().getEncoded()),
                "d",
                base64.encodeToString(key.getEncoded()))));
    for (String bad :
        List.of("", "{}", "[]", "null", "{\"kty\":\"oct\",\"k\":\"aGk\"}", "{\"kty\":\"X\"}")) {
      same("{{ jwkPublicKeyPem .k }}", Map.of("k", bad));
      same("{{ jwkPrivateKeyPem .k }}", Map.of("k", bad));
    }
  }
}
