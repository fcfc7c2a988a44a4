package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPairGenerator;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/** New private keys. Large ones take seconds; they end where the time is used up. */
public final class KeyGeneration {

  private static final long COST_RSA_2048 = 1_000_000;
  private static final long COST_RSA_4096 = 4_000_000;
  private static final long COST_DSA = 1_000_000;
  private static final long COST_CURVE = 20_000;

  private KeyGeneration() {}

  /** RSA of 2048 or 4096 bits. */
  public static AsymmetricKeyParameter rsa(int bits, Budget budget, SecureRandom random)
      throws Failure {
    return byLibrary("RSA", bits, bits > 2048 ? COST_RSA_4096 : COST_RSA_2048, budget, random);
  }

  /** DSA of 2048 bits. */
  public static AsymmetricKeyParameter dsa(Budget budget, SecureRandom random) throws Failure {
    return byLibrary("DSA", 2048, COST_DSA, budget, random);
  }

  private static AsymmetricKeyParameter byLibrary(
      String algorithm, int bits, long cost, Budget budget, SecureRandom random) throws Failure {
    budget.spend(cost);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits, new TimedRandom(random, budget));
      return PrivateKeyFactory.createKey(generator.generateKeyPair().getPrivate().getEncoded());
    } catch (GeneralSecurityException | IOException e) {
      throw Failure.because("unable to generate a key");
    } catch (TimedRandom.TimeIsUp e) {
      throw e.failure();
    }
  }

  /** ECDSA on P-256. */
  public static AsymmetricKeyParameter p256(Budget budget, SecureRandom random) throws Failure {
    budget.spend(COST_CURVE);
    AsymmetricCipherKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(
        new ECKeyGenerationParameters(
            new ECNamedDomainParameters(
                X9ObjectIdentifiers.prime256v1, ECNamedCurveTable.getByName("P-256")),
            random));
    return generator.generateKeyPair().getPrivate();
  }

  /** Ed25519. */
  public static AsymmetricKeyParameter ed25519(Budget budget, SecureRandom random) throws Failure {
    budget.spend(COST_CURVE);
    return new Ed25519PrivateKeyParameters(random);
  }
}
