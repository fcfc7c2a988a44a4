package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.DSAParameters;
import org.bouncycastle.crypto.params.DSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.DSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.util.BigIntegers;

/** Private keys: read from any of the usual encodings, written byte for byte as Go writes them. */
public final class Keys {

  /**
   * Larger numbers are no keys that anybody uses, and slow: twice the bits, eight times the work.
   */
  static final int MOST_BITS = 8192;

  private static final long COST_RSA_1024 = 10_000;

  private Keys() {}

  /** PKCS#1, PKCS#8 or SEC 1, whichever it is. */
  public static AsymmetricKeyParameter readAny(byte[] der, Budget budget) throws Failure {
    try {
      ASN1Sequence sequence = ASN1Sequence.getInstance(der);
      if (sequence.size() >= 9) {
        return pkcs1(der, budget);
      }
      return sequence.getObjectAt(1) instanceof ASN1Sequence ? pkcs8(der, budget) : sec1(der);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw Failure.because("unable to parse the private key");
    }
  }

  /** The first block of a PEM text, by what its type says. */
  public static AsymmetricKeyParameter readPem(Pem.Block block, Budget budget) throws Failure {
    return switch (block.type()) {
      case "PRIVATE KEY" -> pkcs8(block.bytes(), budget);
      case "RSA PRIVATE KEY" -> pkcs1(block.bytes(), budget);
      case "EC PRIVATE KEY" -> sec1(block.bytes());
      case "DSA PRIVATE KEY" -> dsa(block.bytes());
      default -> throw Failure.because("no private key of a known type in the PEM block");
    };
  }

  private static AsymmetricKeyParameter pkcs1(byte[] der, Budget budget) throws Failure {
    try {
      RSAPrivateKey key = RSAPrivateKey.getInstance(der);
      requireSize(
          key.getModulus(),
          key.getPublicExponent(),
          key.getPrivateExponent(),
          key.getPrime1(),
          key.getPrime2(),
          key.getExponent1(),
          key.getExponent2(),
          key.getCoefficient());
      payRsa(key.getModulus(), budget);
      return new RSAPrivateCrtKeyParameters(
          key.getModulus(),
          key.getPublicExponent(),
          key.getPrivateExponent(),
          key.getPrime1(),
          key.getPrime2(),
          key.getExponent1(),
          key.getExponent2(),
          key.getCoefficient());
    } catch (IllegalArgumentException e) {
      throw Failure.because("unable to parse the RSA private key");
    }
  }

  /** Pays for the library's tests of a modulus, and for using the key once. */
  static void payRsa(BigInteger modulus, Budget budget) throws Failure {
    long size = 1L + modulus.bitLength() / 1024;
    budget.spend(size * size * size * COST_RSA_1024);
  }

  private static void requireSize(BigInteger... numbers) throws Failure {
    for (BigInteger number : numbers) {
      if (number.bitLength() > MOST_BITS) {
        throw Failure.because("the private key has more than " + MOST_BITS + " bits");
      }
    }
  }

  private static AsymmetricKeyParameter pkcs8(byte[] der, Budget budget) throws Failure {
    try {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(der);
      if (info.getPrivateKeyAlgorithm()
          .getAlgorithm()
          .equals(PKCSObjectIdentifiers.rsaEncryption)) {
        return pkcs1(info.getPrivateKey().getOctets(), budget);
      }
      AsymmetricKeyParameter key = PrivateKeyFactory.createKey(info);
      if (key instanceof DSAPrivateKeyParameters dsa) {
        requireSize(dsa);
      }
      return key;
    } catch (IOException | RuntimeException e) {
      // The library throws what its parsers throw; none of it may be shown.
      throw Failure.because("unable to parse the PKCS#8 private key");
    }
  }

  private static AsymmetricKeyParameter sec1(byte[] der) throws Failure {
    try {
      ECPrivateKey key = ECPrivateKey.getInstance(der);
      AlgorithmIdentifier algorithm =
          new AlgorithmIdentifier(
              X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject().toASN1Primitive());
      return PrivateKeyFactory.createKey(new PrivateKeyInfo(algorithm, key));
    } catch (IOException | RuntimeException e) {
      throw Failure.because("unable to parse the EC private key");
    }
  }

  /** OpenSSL's form: version, p, q, g, y, x. */
  private static AsymmetricKeyParameter dsa(byte[] der) throws Failure {
    try {
      ASN1Sequence numbers = ASN1Sequence.getInstance(der);
      BigInteger p = number(numbers, 1);
      BigInteger q = number(numbers, 2);
      BigInteger g = number(numbers, 3);
      DSAPrivateKeyParameters key =
          new DSAPrivateKeyParameters(number(numbers, 5), new DSAParameters(p, q, g));
      requireSize(key);
      return key;
    } catch (RuntimeException e) {
      throw Failure.because("unable to parse the DSA private key");
    }
  }

  private static void requireSize(DSAPrivateKeyParameters key) throws Failure {
    DSAParameters parameters = key.getParameters();
    requireSize(parameters.getP(), parameters.getQ(), parameters.getG(), key.getX());
  }

  private static BigInteger number(ASN1Sequence numbers, int index) {
    return ASN1Integer.getInstance(numbers.getObjectAt(index)).getValue();
  }

  /** The public half. */
  static AsymmetricKeyParameter publicOf(AsymmetricKeyParameter key) throws Failure {
    return switch (key) {
      case RSAPrivateCrtKeyParameters rsa ->
          new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
      case ECPrivateKeyParameters ec ->
          new ECPublicKeyParameters(
              ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
      case Ed25519PrivateKeyParameters ed -> ed.generatePublicKey();
      case DSAPrivateKeyParameters dsa ->
          new DSAPublicKeyParameters(
              dsa.getParameters().getG().modPow(dsa.getX(), dsa.getParameters().getP()),
              dsa.getParameters());
      default -> throw unsupported();
    };
  }

  private static Failure unsupported() {
    return Failure.because("keys of this type are not supported");
  }

  /** PKCS#8. */
  public static byte[] writePkcs8(AsymmetricKeyParameter key) throws Failure {
    return encode(pkcs8Info(key));
  }

  /** PKCS#8, not yet encoded. */
  static PrivateKeyInfo pkcs8Info(AsymmetricKeyParameter key) throws Failure {
    try {
      return switch (key) {
        case RSAPrivateCrtKeyParameters rsa ->
            new PrivateKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                rsaStructure(rsa));
        case ECPrivateKeyParameters ec ->
            new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve(ec)),
                ecStructure(ec, false));
        case Ed25519PrivateKeyParameters ed ->
            new PrivateKeyInfo(
                new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519),
                new DEROctetString(ed.getEncoded()));
        default -> throw unsupported();
      };
    } catch (IOException e) {
      throw Failure.because("unable to encode the private key");
    }
  }

  /** PEM as Sprig writes generated keys: PKCS#1, SEC 1 or PKCS#8 by type. */
  public static String writePem(AsymmetricKeyParameter key) throws Failure {
    return switch (key) {
      case RSAPrivateCrtKeyParameters rsa ->
          Pem.write("RSA PRIVATE KEY", encode(rsaStructure(rsa)));
      case ECPrivateKeyParameters ec -> Pem.write("EC PRIVATE KEY", encode(ecStructure(ec, true)));
      case DSAPrivateKeyParameters dsa -> Pem.write("DSA PRIVATE KEY", encode(dsaStructure(dsa)));
      default -> Pem.write("PRIVATE KEY", writePkcs8(key));
    };
  }

  private static byte[] encode(org.bouncycastle.asn1.ASN1Object object) throws Failure {
    try {
      return object.getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw Failure.because("unable to encode the private key");
    }
  }

  private static RSAPrivateKey rsaStructure(RSAPrivateCrtKeyParameters rsa) {
    return new RSAPrivateKey(
        rsa.getModulus(),
        rsa.getPublicExponent(),
        rsa.getExponent(),
        rsa.getP(),
        rsa.getQ(),
        rsa.getDP(),
        rsa.getDQ(),
        rsa.getQInv());
  }

  private static ASN1ObjectIdentifier curve(ECPrivateKeyParameters ec) throws Failure {
    if (ec.getParameters() instanceof ECNamedDomainParameters named) {
      return named.getName();
    }
    throw Failure.because("only named curves are supported");
  }

  /** Go leaves the curve out where PKCS#8 around it names it. */
  private static DERSequence ecStructure(ECPrivateKeyParameters ec, boolean withCurve)
      throws Failure {
    int length = (ec.getParameters().getN().bitLength() + 7) / 8;
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(new ASN1Integer(1));
    parts.add(new DEROctetString(BigIntegers.asUnsignedByteArray(length, ec.getD())));
    if (withCurve) {
      parts.add(new DERTaggedObject(true, 0, curve(ec)));
    }
    if (publicOf(ec) instanceof ECPublicKeyParameters point) {
      parts.add(new DERTaggedObject(true, 1, new DERBitString(point.getQ().getEncoded(false))));
    }
    return new DERSequence(parts);
  }

  private static DERSequence dsaStructure(DSAPrivateKeyParameters dsa) throws Failure {
    ASN1EncodableVector numbers = new ASN1EncodableVector();
    numbers.add(new ASN1Integer(0));
    numbers.add(new ASN1Integer(dsa.getParameters().getP()));
    numbers.add(new ASN1Integer(dsa.getParameters().getQ()));
    numbers.add(new ASN1Integer(dsa.getParameters().getG()));
    if (publicOf(dsa) instanceof DSAPublicKeyParameters point) {
      numbers.add(new ASN1Integer(point.getY()));
    }
    numbers.add(new ASN1Integer(dsa.getX()));
    return new DERSequence(numbers);
  }
}
