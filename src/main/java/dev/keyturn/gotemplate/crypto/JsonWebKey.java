package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.BaseEncoding;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.JsonReader;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** RSA, EC and Ed25519 keys from JSON. */
public final class JsonWebKey {

  private final Dict members;
  private final Budget budget;

  private JsonWebKey(Dict members, Budget budget) {
    this.members = members;
    this.budget = budget;
  }

  /** Reads a key; what is wrong with it is found when it is converted. */
  public static JsonWebKey parse(String json, Budget budget) throws Failure {
    if (JsonReader.read(json, budget).value() instanceof Dict members) {
      return new JsonWebKey(members, budget);
    }
    throw Failure.because("a JSON web key must be an object");
  }

  private String text(String member) throws Failure {
    if (members.get(member).orElse(Text.EMPTY) instanceof Text text) {
      return text.bytes();
    }
    throw Failure.because("the member " + member + " of the JSON web key must be a string");
  }

  private byte[] bytes(String member) throws Failure {
    String base64 = text(member).replace('-', '+').replace('_', '/').replace("=", "");
    if (base64.isEmpty()) {
      throw Failure.because("the member " + member + " of the JSON web key is missing");
    }
    String padded = base64 + "=".repeat((4 - base64.length() % 4) % 4);
    return Utf8.toBytes(
        BaseEncoding.decoded64(padded)
            .orElseThrow(
                () ->
                    Failure.because("the member " + member + " of the JSON web key is no base64")));
  }

  private BigInteger number(String member) throws Failure {
    BigInteger number = new BigInteger(1, bytes(member));
    if (number.bitLength() > Keys.MOST_BITS) {
      throw Failure.because("the JSON web key is too large");
    }
    return number;
  }

  private boolean isPrivate() {
    return members.has("d");
  }

  /** PEM of the public key; a private key is refused, as in the original. */
  public String publicPem() throws Failure {
    if (isPrivate()) {
      throw Failure.because("the JSON web key is a private one");
    }
    try {
      AsymmetricKeyParameter key =
          switch (text("kty")) {
            case "RSA" -> {
              Keys.payRsa(number("n"), budget);
              yield new RSAKeyParameters(false, number("n"), number("e"));
            }
            case "EC" -> point(curve());
            case "OKP" -> new Ed25519PublicKeyParameters(edwards("x"));
            default -> throw unsupported();
          };
      return Pem.write(
          "PUBLIC KEY", SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded());
    } catch (IOException | RuntimeException e) {
      throw Failure.because("the JSON web key is not a valid key");
    }
  }

  /** PEM of the private key. */
  public String privatePem() throws Failure {
    if (!isPrivate()) {
      throw Failure.because("the JSON web key is not a private one");
    }
    try {
      AsymmetricKeyParameter key =
          switch (text("kty")) {
            case "RSA" -> rsa();
            case "EC" -> ec();
            case "OKP" -> {
              bytes("x");
              yield new Ed25519PrivateKeyParameters(edwards("d"));
            }
            default -> throw unsupported();
          };
      return Pem.write("PRIVATE KEY", Keys.writePkcs8(key));
    } catch (RuntimeException e) {
      throw Failure.because("the JSON web key is not a valid key");
    }
  }

  private static Failure unsupported() {
    return Failure.because("JSON web keys of this type are not supported");
  }

  private byte[] edwards(String member) throws Failure {
    if (!text("crv").equals("Ed25519")) {
      throw unsupported();
    }
    return bytes(member);
  }

  private AsymmetricKeyParameter rsa() throws Failure {
    BigInteger n = number("n");
    BigInteger d = number("d");
    BigInteger p = number("p");
    BigInteger q = number("q");
    if (!p.multiply(q).equals(n)) {
      throw Failure.because("the numbers of the JSON web key do not fit together");
    }
    Keys.payRsa(n, budget);
    return new RSAPrivateCrtKeyParameters(
        n,
        number("e"),
        d,
        p,
        q,
        d.mod(p.subtract(BigInteger.ONE)),
        d.mod(q.subtract(BigInteger.ONE)),
        q.modInverse(p));
  }

  private ECNamedDomainParameters curve() throws Failure {
    return switch (text("crv")) {
      case "P-256", "P-384", "P-521" -> {
        String name = text("crv");
        yield new ECNamedDomainParameters(
            ECNamedCurveTable.getOID(name), ECNamedCurveTable.getByName(name));
      }
      default -> throw unsupported();
    };
  }

  private ECPublicKeyParameters point(ECNamedDomainParameters curve) throws Failure {
    // The constructor refuses what is not on the curve.
    return new ECPublicKeyParameters(curve.getCurve().createPoint(number("x"), number("y")), curve);
  }

  private AsymmetricKeyParameter ec() throws Failure {
    ECNamedDomainParameters curve = curve();
    point(curve);
    return new ECPrivateKeyParameters(number("d"), curve);
  }
}
