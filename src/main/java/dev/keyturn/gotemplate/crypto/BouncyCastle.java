package dev.keyturn.gotemplate.crypto;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Failure;
import java.security.Provider;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Bouncy Castle's ciphers, loaded when they are first needed and never registered with the JVM. */
final class BouncyCastle {

  private BouncyCastle() {}

  private static final class Holder {
    private static final Provider PROVIDER = new BouncyCastleProvider();
  }

  /** Loading takes long, once, and no template is to blame for it. */
  static Provider provider(Budget budget) throws Failure {
    return budget.offTheClock(() -> Holder.PROVIDER);
  }
}
