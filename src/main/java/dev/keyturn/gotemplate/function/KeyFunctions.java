package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.crypto.Certificates;
import dev.keyturn.gotemplate.crypto.Issuing;
import dev.keyturn.gotemplate.crypto.KeyGeneration;
import dev.keyturn.gotemplate.crypto.Keys;
import dev.keyturn.gotemplate.crypto.Pem;
import dev.keyturn.gotemplate.value.BaseEncoding;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.KeyPair;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;

/** Sprig's keys and certificates. */
final class KeyFunctions {

  private KeyFunctions() {}

  static List<Function> functions() {
    List<Type> authority = List.of(Type.STRING, Type.INT);
    List<Type> subject = List.of(Type.STRING, Type.LIST, Type.LIST, Type.INT);
    return Stream.of(
            Function.of("genPrivateKey", List.of(Type.STRING), KeyFunctions::generate).varying(),
            Function.of(
                    "genCA", authority, a -> issuing(a).selfSigned(authority(a), true, newKey(a)))
                .varying(),
            Function.of(
                    "genCAWithKey",
                    with(authority, Type.STRING),
                    a -> issuing(a).selfSigned(authority(a), true, key(a, 2)))
                .varying(),
            Function.of(
                    "genSelfSignedCert",
                    subject,
                    a -> issuing(a).selfSigned(subject(a), false, newKey(a)))
                .varying(),
            Function.of(
                    "genSelfSignedCertWithKey",
                    with(subject, Type.STRING),
                    a -> issuing(a).selfSigned(subject(a), false, key(a, 4)))
                .varying(),
            Function.of(
                    "genSignedCert",
                    with(subject, Type.KEY_PAIR),
                    a -> issuing(a).signed(subject(a), newKey(a), a.keyPair(4)))
                .varying(),
            Function.of(
                    "genSignedCertWithKey",
                    with(with(subject, Type.KEY_PAIR), Type.STRING),
                    a -> issuing(a).signed(subject(a), key(a, 5), a.keyPair(4)))
                .varying(),
            Function.of("buildCustomCert", List.of(Type.STRING, Type.STRING), KeyFunctions::custom))
        .map(Function::costly)
        .toList();
  }

  private static List<Type> with(List<Type> types, Type last) {
    List<Type> all = new ArrayList<>(types);
    all.add(last);
    return all;
  }

  private static Issuing issuing(Arguments a) {
    return new Issuing(a.budget(), a.world().random(), a.world().clock().instant());
  }

  private static AsymmetricKeyParameter newKey(Arguments a) throws Failure {
    return KeyGeneration.rsa(2048, a.budget(), a.world().random());
  }

  private static AsymmetricKeyParameter key(Arguments a, int index) throws Failure {
    return Keys.readPem(Pem.first(a.text(index), a.budget()), a.budget());
  }

  private static Issuing.Subject authority(Arguments a) {
    return new Issuing.Subject(a.text(0), List.of(), List.of(), a.integer(1));
  }

  private static Issuing.Subject subject(Arguments a) throws Failure {
    return new Issuing.Subject(a.text(0), texts(a.list(1)), texts(a.list(2)), a.integer(3));
  }

  private static List<String> texts(Slice list) throws Failure {
    List<String> texts = new ArrayList<>();
    for (Value item : list.items()) {
      if (!(item instanceof Text text)) {
        throw Failure.because("an IP address or a name is a " + item.type() + ", not a string");
      }
      texts.add(text.bytes());
    }
    return texts;
  }

  private static Value generate(Arguments a) throws Failure {
    Budget budget = a.budget();
    SecureRandom random = a.world().random();
    return switch (a.text(0)) {
      case "", "rsa" -> pem(KeyGeneration.rsa(4096, budget, random));
      case "dsa" -> pem(KeyGeneration.dsa(budget, random));
      case "ecdsa" -> pem(KeyGeneration.p256(budget, random));
      case "ed25519" -> pem(KeyGeneration.ed25519(budget, random));
      default -> throw Failure.because("unknown type of key: rsa, dsa, ecdsa or ed25519");
    };
  }

  private static Value pem(AsymmetricKeyParameter key) throws Failure {
    return new Text(Keys.writePem(key));
  }

  private static Value custom(Arguments a) throws Failure {
    String certificate = decoded(a.text(0));
    String key = decoded(a.text(1));
    Certificates.parse(Pem.first(certificate, a.budget()).bytes());
    Keys.readPem(Pem.first(key, a.budget()), a.budget());
    return new KeyPair(certificate, key);
  }

  private static String decoded(String base64) throws Failure {
    return BaseEncoding.decoded64(base64)
        .orElseThrow(() -> Failure.because("certificate and key must be base64"));
  }
}
