package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.crypto.Certificates;
import dev.keyturn.gotemplate.crypto.JsonWebKey;
import dev.keyturn.gotemplate.crypto.KeyStoreReader;
import dev.keyturn.gotemplate.crypto.KeyStores;
import dev.keyturn.gotemplate.crypto.Keys;
import dev.keyturn.gotemplate.crypto.Pem;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;

/** What External Secrets Operator adds to Sprig: key stores, PEM, JSON web keys, RSA. */
final class OperatorFunctions {

  private static final long COST_RSA = 50_000;

  private OperatorFunctions() {}

  static List<Function> functions() {
    List<Type> one = List.of(Type.STRING);
    List<Type> two = List.of(Type.STRING, Type.STRING);
    List<Type> three = List.of(Type.STRING, Type.STRING, Type.STRING);
    return Stream.of(
            Function.of("pkcs12key", one, a -> key(a, "", 0)),
            Function.of("pkcs12keyPass", two, a -> key(a, a.text(0), 1)),
            Function.of("pkcs12cert", one, a -> certificates(a, "", 0)),
            Function.of("pkcs12certPass", two, a -> certificates(a, a.text(0), 1)),
            Function.of("pemToPkcs12", two, a -> store(a, "", false)).varying(),
            Function.of("pemToPkcs12Pass", three, a -> store(a, a.text(2), false)).varying(),
            Function.of("fullPemToPkcs12", two, a -> store(a, "", true)).varying(),
            Function.of("fullPemToPkcs12Pass", three, a -> store(a, a.text(2), true)).varying(),
            Function.of("pemTruststoreToPKCS12", one, a -> trustStore(a, "")).varying(),
            Function.of("pemTruststoreToPKCS12Pass", two, a -> trustStore(a, a.text(1))).varying(),
            Function.of("filterPEM", two, OperatorFunctions::filterPem),
            Function.of("filterCertChain", two, OperatorFunctions::filterChain),
            Function.of("certSANs", one, OperatorFunctions::names),
            Function.of(
                "jwkPublicKeyPem",
                one,
                a -> new Text(JsonWebKey.parse(a.text(0), a.budget()).publicPem())),
            Function.of(
                "jwkPrivateKeyPem",
                one,
                a -> new Text(JsonWebKey.parse(a.text(0), a.budget()).privatePem())),
            Function.of(
                "rsaDecrypt",
                List.of(Type.STRING, Type.STRING, Type.STRING, Type.STRING),
                OperatorFunctions::rsaDecrypt))
        .map(Function::costly)
        .toList();
  }

  private static Value key(Arguments a, String password, int storeAt) throws Failure {
    var contents = KeyStoreReader.read(a.text(storeAt), password, a.budget());
    return new Text(Pem.write("PRIVATE KEY", Keys.writePkcs8(contents.key())));
  }

  private static Value certificates(Arguments a, String password, int storeAt) throws Failure {
    var contents = KeyStoreReader.read(a.text(storeAt), password, a.budget());
    return new Text(Certificates.write(orderedIfPossible(contents.certificates(), a)));
  }

  private static List<X509CertificateHolder> orderedIfPossible(
      List<X509CertificateHolder> certificates, Arguments a) throws Failure {
    try {
      return Certificates.ordered(certificates, a.budget());
    } catch (Failure failure) {
      if (failure.kind() == Failure.Kind.LIMIT) {
        throw failure;
      }
      return certificates;
    }
  }

  private static Value store(Arguments a, String password, boolean withIssuers) throws Failure {
    Pem.Blocks blocks = Pem.read(a.text(0), a.budget());
    if (blocks.blocks().isEmpty()) {
      throw Failure.because("there is no certificate in the PEM text");
    }
    if (withIssuers && !blocks.rest().isEmpty()) {
      throw Failure.because("something that is not PEM follows the certificates");
    }
    List<X509CertificateHolder> all =
        withIssuers
            ? Certificates.parseAll(a.text(0), a.budget())
            : List.of(Certificates.parse(blocks.blocks().getFirst().bytes()));
    var key = Keys.readAny(Pem.first(a.text(1), a.budget()).bytes(), a.budget());
    KeyStores stores = new KeyStores(a.budget(), a.world().random(), password);
    return new Text(stores.withKey(key, all.getFirst(), all.subList(1, all.size())));
  }

  private static Value trustStore(Arguments a, String password) throws Failure {
    if (!Pem.read(a.text(0), a.budget()).rest().isEmpty()) {
      throw Failure.because("something that is not PEM follows the certificates");
    }
    KeyStores stores = new KeyStores(a.budget(), a.world().random(), password);
    return new Text(stores.ofTrusted(Certificates.parseAll(a.text(0), a.budget())));
  }

  /** Text before the first block on its line is no reason to miss the block. */
  private static String fromFirstBlock(String text) {
    int begin = text.indexOf("-----BEGIN");
    return begin < 0 ? text : text.substring(begin);
  }

  private static Value filterPem(Arguments a) throws Failure {
    Pem.Blocks blocks = Pem.read(fromFirstBlock(a.text(1)), a.budget());
    StringBuilder out = new StringBuilder();
    for (Pem.Block block : blocks.blocks()) {
      if (block.type().equalsIgnoreCase(a.text(0))) {
        out.append(block.text());
      }
    }
    if (out.isEmpty() && !blocks.rest().isEmpty()) {
      throw Failure.because("error filtering pem: found junk");
    }
    return new Text(out.toString());
  }

  private static Value filterChain(Arguments a) throws Failure {
    List<X509CertificateHolder> chain =
        Certificates.ordered(Certificates.parseAll(a.text(1), a.budget()), a.budget());
    List<X509CertificateHolder> wanted =
        switch (a.text(0)) {
          case "leaf" -> chain.subList(0, 1).stream().filter(c -> !Certificates.isRoot(c)).toList();
          case "intermediate" ->
              chain.stream().skip(1).takeWhile(c -> !Certificates.isRoot(c)).toList();
          case "root" ->
              chain.subList(chain.size() - 1, chain.size()).stream()
                  .filter(Certificates::isRoot)
                  .toList();
          default -> List.of();
        };
    return new Text(Certificates.write(wanted));
  }

  private static Value names(Arguments a) throws Failure {
    Pem.Block block = Pem.first(fromFirstBlock(a.text(0)), a.budget());
    return Slice.ofStrings(Certificates.names(Certificates.parse(block.bytes())));
  }

  private static Value rsaDecrypt(Arguments a) throws Failure {
    if (a.text(0).equals("None")) {
      return a.get(2);
    }
    if (!a.text(0).equals("RSA-OAEP")) {
      throw Failure.because("the decryption scheme is not supported");
    }
    a.budget().spend(COST_RSA);
    Digest digest =
        switch (a.text(1)) {
          case "SHA1" -> new SHA1Digest();
          case "SHA512" -> new SHA512Digest();
          default -> new SHA256Digest();
        };
    var key = Keys.readAny(Pem.first(a.text(3), a.budget()).bytes(), a.budget());
    if (!(key instanceof RSAPrivateCrtKeyParameters)) {
      throw Failure.because("the key is no RSA private key");
    }
    try {
      OAEPEncoding cipher = new OAEPEncoding(new RSABlindedEngine(), digest);
      cipher.init(false, key);
      byte[] in = Utf8.toBytes(a.text(2));
      return new Text(Utf8.ofBytes(cipher.processBlock(in, 0, in.length)));
    } catch (InvalidCipherTextException | RuntimeException e) {
      throw Failure.because("error decrypting data with RSA");
    }
  }
}
