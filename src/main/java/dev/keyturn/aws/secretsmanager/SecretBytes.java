package dev.keyturn.aws.secretsmanager;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/** The bytes of a secret, which AWS gives as a string or as binary. */
final class SecretBytes {
  private static final byte[] NONE = {};

  private SecretBytes() {}

  static byte[] of(@Nullable String string, @Nullable SdkBytes binary) {
    if (string != null) {
      return string.getBytes(StandardCharsets.UTF_8);
    }
    return binary == null ? NONE : binary.asByteArrayUnsafe();
  }
}
