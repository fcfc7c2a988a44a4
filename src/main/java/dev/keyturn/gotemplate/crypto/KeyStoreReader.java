package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.operator.InputDecryptor;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.operator.MacCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDefaultDigestProvider;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.bc.BcPKCS12MacCalculatorBuilderProvider;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;

/** Opens PKCS#12. A store says how often to hash; more than the budget allows is refused. */
public final class KeyStoreReader {

  /** What is in a store: one key, its certificate, and others. */
  public record Contents(AsymmetricKeyParameter key, List<X509CertificateHolder> certificates) {

    public Contents {
      certificates = List.copyOf(certificates);
    }
  }

  private static final char[] NONE = {};

  /** A hash of two blocks, twice. */
  private static final int STEPS_PER_ITERATION = 4;

  private final Budget budget;
  private final char[] password;
  private final List<X509CertificateHolder> certificates = new ArrayList<>();
  private final List<AsymmetricKeyParameter> keys = new ArrayList<>();

  private KeyStoreReader(Budget budget, String password) {
    this.budget = budget;
    this.password = KeyStores.password(password);
  }

  /** Opens a store with exactly one key. */
  public static Contents read(String store, String password, Budget budget) throws Failure {
    KeyStoreReader reader = new KeyStoreReader(budget, password);
    budget.spend(1 + store.length() / 16);
    try {
      reader.open(Utf8.toBytes(store));
    } catch (IOException | PKCSException | RuntimeException e) {
      // Wrong password and broken store look alike, and the library's words may quote the store.
      throw Failure.because("unable to open the PKCS#12 store (wrong password, or none)");
    }
    if (reader.certificates.isEmpty()) {
      throw Failure.because("there is no certificate in the PKCS#12 store");
    }
    if (reader.keys.size() != 1) {
      throw Failure.because("there is not exactly one key in the PKCS#12 store");
    }
    return new Contents(reader.keys.getFirst(), reader.certificates);
  }

  private void open(byte[] bytes) throws Failure, IOException, PKCSException {
    Pfx pfx = Pfx.getInstance(bytes);
    PKCS12PfxPdu store = new PKCS12PfxPdu(pfx);
    if (store.hasMac()) {
      boolean valid = isMacValid(pfx, password) || (password[0] == 0 && isMacValid(pfx, NONE));
      if (!valid) {
        throw Failure.because("wrong password for the PKCS#12 store");
      }
    }
    for (ContentInfo content : store.getContentInfos()) {
      boolean encrypted = content.getContentType().equals(PKCSObjectIdentifiers.encryptedData);
      PKCS12SafeBagFactory bags =
          encrypted
              ? new PKCS12SafeBagFactory(content, decryptor())
              : new PKCS12SafeBagFactory(content);
      for (PKCS12SafeBag bag : bags.getSafeBags()) {
        take(bag);
      }
    }
  }

  /** By the digest alone: the library compares whole structures, which Go encodes differently. */
  private boolean isMacValid(Pfx pfx, char[] candidate) throws Failure, IOException {
    MacData data = pfx.getMacData();
    payIterations(data.getIterationCount().longValueExact());
    try {
      MacCalculator calculator =
          new BcPKCS12MacCalculatorBuilderProvider(BcDefaultDigestProvider.INSTANCE)
              .get(
                  new AlgorithmIdentifier(
                      data.getMac().getAlgorithmId().getAlgorithm(),
                      new PKCS12PBEParams(
                          data.getSalt(), data.getIterationCount().intValueExact())))
              .build(candidate);
      try (OutputStream out = calculator.getOutputStream()) {
        out.write(ASN1OctetString.getInstance(pfx.getAuthSafe().getContent()).getOctets());
      }
      return MessageDigest.isEqual(calculator.getMac(), data.getMac().getDigest());
    } catch (OperatorCreationException e) {
      throw Failure.because("the PKCS#12 store is sealed in an unsupported way");
    }
  }

  private void payIterations(long iterations) throws Failure {
    budget.spend(Math.clamp(iterations, 0, 1L << 40) * STEPS_PER_ITERATION);
  }

  private void take(PKCS12SafeBag bag) throws Failure, IOException, PKCSException {
    switch (bag.getBagValue()) {
      case X509CertificateHolder certificate -> certificates.add(certificate);
      case PKCS8EncryptedPrivateKeyInfo encrypted ->
          keys.add(Keys.readAny(encrypted.decryptPrivateKeyInfo(decryptor()).getEncoded(), budget));
      case PrivateKeyInfo plain -> keys.add(Keys.readAny(plain.getEncoded(), budget));
      default -> {
        // Go skips bags of other types, too.
      }
    }
  }

  private InputDecryptorProvider decryptor() throws Failure {
    InputDecryptorProvider library =
        new JcePKCSPBEInputDecryptorProviderBuilder()
            .setProvider(BouncyCastle.provider(budget))
            .build(password);
    return new InputDecryptorProvider() {
      @Override
      public InputDecryptor get(AlgorithmIdentifier algorithm) throws OperatorCreationException {
        try {
          payIterations(iterations(algorithm));
        } catch (Failure failure) {
          throw new OperatorCreationException(failure.reason(), failure);
        }
        return library.get(algorithm);
      }
    };
  }

  private static long iterations(AlgorithmIdentifier algorithm) throws Failure {
    if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
      return PKCS12PBEParams.getInstance(algorithm.getParameters())
          .getIterations()
          .longValueExact();
    }
    var derivation = PBES2Parameters.getInstance(algorithm.getParameters()).getKeyDerivationFunc();
    if (!derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      throw Failure.because("the PKCS#12 store derives its key in an unsupported way");
    }
    return PBKDF2Params.getInstance(derivation.getParameters())
        .getIterationCount()
        .longValueExact();
  }
}
