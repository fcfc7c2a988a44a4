package dev.keyturn.render;

import dev.keyturn.api.DecodingStrategy;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Decodes values as Go does: padding is needed, line breaks are skipped. */
final class Decoding {
  private Decoding() {}

  /** Empty if the value is not what the strategy asks for. */
  static Optional<byte[]> decode(DecodingStrategy strategy, byte[] value) {
    return switch (strategy) {
      case NONE -> Optional.of(value);
      case BASE64 -> base64(Base64.getDecoder(), value);
      case BASE64_URL -> base64(Base64.getUrlDecoder(), value);
      case AUTO ->
          base64(Base64.getDecoder(), value)
              .or(() -> base64(Base64.getUrlDecoder(), value))
              .or(() -> Optional.of(value));
    };
  }

  private static Optional<byte[]> base64(Base64.Decoder decoder, byte[] value) {
    byte[] text = withoutLineBreaks(value);
    if (text.length % 4 != 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(decoder.decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] withoutLineBreaks(byte[] value) {
    byte[] kept = new byte[value.length];
    int length = 0;
    for (byte b : value) {
      if (b != '\n' && b != '\r') {
        kept[length++] = b;
      }
    }
    return length == value.length ? value : Arrays.copyOf(kept, length);
  }
}
