package dev.keyturn.source;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 under a key that only the operator has, so that what it writes to a status cannot be
 * tested against guessed passwords.
 */
public final class KeyedHash {
  private final String keyId;
  private final SecretKeySpec key;

  /**
   * @param key at least 32 random bytes
   */
  public KeyedHash(String keyId, byte[] key) {
    this.keyId = keyId;
    this.key = new SecretKeySpec(key, "HmacSHA256");
  }

  /** Names the key in what is stored, so that a lost or rotated key is noticed. */
  public String keyId() {
    return keyId;
  }

  /** Hexadecimal hash of the parts, each framed by its length. */
  public String of(byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      for (byte[] part : parts) {
        mac.update(
            new byte[] {
              (byte) (part.length >>> 24),
              (byte) (part.length >>> 16),
              (byte) (part.length >>> 8),
              (byte) part.length
            });
        mac.update(part);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }

  @Override
  public String toString() {
    return "KeyedHash[" + keyId + "]";
  }
}
