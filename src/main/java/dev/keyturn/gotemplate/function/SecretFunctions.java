package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.BaseEncoding;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.generators.SCrypt;

/** Password hashes, derived passwords and AES. */
final class SecretFunctions {

  private static final long COST_BCRYPT = 400_000;
  private static final long COST_SCRYPT = 1_000_000;
  private static final int BLOCK = 16;
  private static final String SEED = "com.lyndir.masterpassword";

  /** How passwords of a type are made up, letter by letter, by {@link #CHARACTERS}. */
  private static final Map<String, List<String>> SHAPES =
      Map.of(
          "maximum", List.of("anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"),
          "long",
              List.of(
                  "CvcvnoCvcvCvcv",
                  "CvcvCvcvnoCvcv",
                  "CvcvCvcvCvcvno",
                  "CvccnoCvcvCvcv",
                  "CvccCvcvnoCvcv",
                  "CvccCvcvCvcvno",
                  "CvcvnoCvccCvcv",
                  "CvcvCvccnoCvcv",
                  "CvcvCvccCvcvno",
                  "CvcvnoCvcvCvcc",
                  "CvcvCvcvnoCvcc",
                  "CvcvCvcvCvccno",
                  "CvccnoCvccCvcv",
                  "CvccCvccnoCvcv",
                  "CvccCvccCvcvno",
                  "CvcvnoCvccCvcc",
                  "CvcvCvccnoCvcc",
                  "CvcvCvccCvccno",
                  "CvccnoCvcvCvcc",
                  "CvccCvcvnoCvcc",
                  "CvccCvcvCvccno"),
          "medium", List.of("CvcnoCvc", "CvcCvcno"),
          "short", List.of("Cvcn"),
          "basic", List.of("aaanaaan", "aannaaan", "aaannaaa"),
          "pin", List.of("nnnn"));

  private static final Map<Character, String> CHARACTERS =
      Map.of(
          'V', "AEIOU",
          'C', "BCDFGHJKLMNPQRSTVWXYZ",
          'v', "aeiou",
          'c', "bcdfghjklmnpqrstvwxyz",
          'A', "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
          'a', "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
          'n', "0123456789",
          'o', "@&%?,=[]_:-+*$#!'^~;()/.",
          'x', "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()");

  private SecretFunctions() {}

  static List<Function> functions() {
    List<Type> two = List.of(Type.STRING, Type.STRING);
    return Stream.of(
            Function.of("bcrypt", List.of(Type.STRING), a -> new Text(bcrypt(a, a.text(0))))
                .varying(),
            Function.of("htpasswd", two, SecretFunctions::htpasswd).andMore(Type.HASH).varying(),
            Function.of(
                "derivePassword",
                List.of(Type.UINT32, Type.STRING, Type.STRING, Type.STRING, Type.STRING),
                SecretFunctions::derive),
            Function.of("encryptAES", two, SecretFunctions::encrypt).varying(),
            Function.of("decryptAES", two, SecretFunctions::decrypt))
        .map(Function::costly)
        .toList();
  }

  private static String bcrypt(Arguments a, String password) throws Failure {
    if (password.length() > 72) {
      throw Failure.because("a password of more than 72 bytes, which bcrypt cannot hash");
    }
    a.budget().spend(COST_BCRYPT);
    byte[] salt = new byte[16];
    a.world().random().nextBytes(salt);
    return OpenBSDBCrypt.generate("2a", Utf8.toBytes(password), salt, 10);
  }

  private static Value htpasswd(Arguments a) throws Failure {
    // Sprig 3.3 has two parameters, what External Secrets Operator made of it three.
    if (a.count() > 3) {
      throw Failure.because("wrong number of arguments: want 2 or 3");
    }
    String user = a.text(0);
    if (user.indexOf(':') >= 0) {
      throw Failure.because("a colon in the name of the user");
    }
    if (a.count() > 2 && a.text(2).equals("sha")) {
      byte[] sum = digest("SHA-1", Utf8.toBytes(a.text(1)));
      return new Text(user + ":{SHA}" + Base64.getEncoder().encodeToString(sum));
    }
    return new Text(user + ":" + bcrypt(a, a.text(1)));
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The master password algorithm. */
  private static Value derive(Arguments a) throws Failure {
    List<String> shapes = SHAPES.getOrDefault(a.text(1), List.of());
    if (shapes.isEmpty()) {
      throw Failure.because("unknown type of password");
    }
    a.budget().spend(COST_SCRYPT);
    byte[] salt = lengthAndText(a.text(3), 0);
    byte[] key = SCrypt.generate(Utf8.toBytes(a.text(2)), salt, 32768, 8, 2, 64);
    byte[] site = lengthAndText(a.text(4), 4);
    ByteBuffer.wrap(site).putInt(site.length - 4, (int) a.integer(0));
    byte[] seed = hmac(key, site);
    String shape = shapes.get((seed[0] & 0xFF) % shapes.size());
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < shape.length(); i++) {
      String characters = CHARACTERS.getOrDefault(shape.charAt(i), "?");
      out.append(characters.charAt((seed[i + 1] & 0xFF) % characters.length()));
    }
    return new Text(out.toString());
  }

  private static byte[] lengthAndText(String text, int spare) {
    return ByteBuffer.allocate(SEED.length() + 4 + text.length() + spare)
        .put(SEED.getBytes(StandardCharsets.US_ASCII))
        .putInt(text.length())
        .put(Utf8.toBytes(text))
        .array();
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] aes(int mode, String password, byte[] iv, byte[] content, int from)
      throws Failure {
    try {
      byte[] key = Arrays.copyOf(Utf8.toBytes(password), 32);
      Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(content, from, content.length - from);
    } catch (GeneralSecurityException e) {
      throw Failure.because("AES needs whole blocks");
    }
  }

  private static Value encrypt(Arguments a) throws Failure {
    String plain = a.text(1);
    if (plain.isEmpty()) {
      return Text.EMPTY;
    }
    a.budget().allocate(plain.length() * 3L);
    int padding = BLOCK - plain.length() % BLOCK;
    byte[] content = Utf8.toBytes(plain + String.valueOf((char) padding).repeat(padding));
    byte[] iv = new byte[BLOCK];
    a.world().random().nextBytes(iv);
    byte[] encrypted = aes(Cipher.ENCRYPT_MODE, a.text(0), iv, content, 0);
    return new Text(
        Base64.getEncoder()
            .encodeToString(
                ByteBuffer.allocate(BLOCK + encrypted.length).put(iv).put(encrypted).array()));
  }

  private static Value decrypt(Arguments a) throws Failure {
    if (a.text(1).isEmpty()) {
      return Text.EMPTY;
    }
    byte[] content =
        Utf8.toBytes(
            BaseEncoding.decoded64(a.text(1))
                .orElseThrow(() -> Failure.because("the text is not base64")));
    if (content.length <= BLOCK) {
      throw Failure.because("the text is too short");
    }
    byte[] iv = Arrays.copyOf(content, BLOCK);
    byte[] plain = aes(Cipher.DECRYPT_MODE, a.text(0), iv, content, BLOCK);
    int padding = plain[plain.length - 1] & 0xFF;
    if (padding > plain.length) {
      throw Failure.because("wrong password");
    }
    return new Text(Utf8.ofBytes(Arrays.copyOf(plain, plain.length - padding)));
  }
}
