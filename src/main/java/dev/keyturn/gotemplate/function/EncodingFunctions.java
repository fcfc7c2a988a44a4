package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.BaseEncoding;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.Adler32;

/** Base64, base32, hexadecimal and checksums. */
final class EncodingFunctions {

  private EncodingFunctions() {}

  static List<Function> functions() {
    List<Type> text = List.of(Type.STRING);
    return List.of(
        Function.of(
            "b64enc",
            text,
            a -> new Text(Base64.getEncoder().encodeToString(Utf8.toBytes(a.text(0))))),
        Function.of("b64dec", text, a -> decoded(BaseEncoding.decoded64(a.text(0)), "base64")),
        Function.of("b32enc", text, a -> new Text(BaseEncoding.encode32(a.text(0)))),
        Function.of("b32dec", text, a -> decoded(BaseEncoding.decoded32(a.text(0)), "base32")),
        Function.of("hexdec", text, EncodingFunctions::hexDecode),
        Function.of("sha1sum", text, a -> digest(a, "SHA-1")),
        Function.of("sha256sum", text, a -> digest(a, "SHA-256")),
        Function.of("sha512sum", text, a -> digest(a, "SHA-512")),
        Function.of("adler32sum", text, EncodingFunctions::adler32));
  }

  private static Value decoded(Optional<String> bytes, String encoding) throws Failure {
    return new Text(bytes.orElseThrow(() -> Failure.because("not " + encoding)));
  }

  private static Value hexDecode(Arguments a) throws Failure {
    try {
      return new Text(Utf8.ofBytes(HexFormat.of().parseHex(a.text(0))));
    } catch (IllegalArgumentException e) {
      throw Failure.because("not hexadecimal");
    }
  }

  private static Value digest(Arguments a, String algorithm) throws Failure {
    a.budget().spend(a.text(0).length() / 64);
    try {
      byte[] sum = MessageDigest.getInstance(algorithm).digest(Utf8.toBytes(a.text(0)));
      return new Text(HexFormat.of().formatHex(sum));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Value adler32(Arguments a) {
    Adler32 sum = new Adler32();
    sum.update(Utf8.toBytes(a.text(0)));
    return new Text(Long.toString(sum.getValue()));
  }
}
