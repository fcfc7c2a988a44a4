package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** What Sprig draws by lot; here always by the secure generator that the rendering is given. */
final class RandomFunctions {

  private static final String DIGITS = "0123456789";
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private RandomFunctions() {}

  static List<Function> functions() {
    List<Type> count = List.of(Type.INT);
    return List.of(
        Function.of("randAlphaNum", count, a -> random(a, DIGITS + LETTERS)).varying(),
        Function.of("randAlpha", count, a -> random(a, LETTERS)).varying(),
        Function.of("randNumeric", count, a -> random(a, DIGITS)).varying(),
        Function.of("randAscii", count, a -> random(a, ascii())).varying(),
        Function.of("randBytes", count, RandomFunctions::bytes).varying(),
        Function.of("randInt", List.of(Type.INT, Type.INT), RandomFunctions::integer).varying(),
        Function.of("shuffle", List.of(Type.STRING), RandomFunctions::shuffle).varying(),
        Function.of("uuidv4", List.of(), RandomFunctions::uuid).varying());
  }

  private static String ascii() {
    StringBuilder all = new StringBuilder();
    for (char c = ' '; c <= '~'; c++) {
      all.append(c);
    }
    return all.toString();
  }

  private static Value random(Arguments a, String alphabet) throws Failure {
    long count = Math.max(a.integer(0), 0);
    a.budget().allocate(Math.min(count, 1L << 40) * 4);
    StringBuilder out = new StringBuilder();
    for (long i = 0; i < count; i++) {
      out.append(alphabet.charAt(a.world().random().nextInt(alphabet.length())));
    }
    return new Text(out.toString());
  }

  private static Value bytes(Arguments a) throws Failure {
    if (a.integer(0) < 0) {
      throw Failure.because("negative count");
    }
    a.budget().allocate(Math.min(a.integer(0), 1L << 40) * 4);
    byte[] bytes = new byte[(int) a.integer(0)];
    a.world().random().nextBytes(bytes);
    return new Text(Base64.getEncoder().encodeToString(bytes));
  }

  private static Value integer(Arguments a) throws Failure {
    if (a.integer(1) <= a.integer(0)) {
      throw Failure.because("the upper bound must be larger than the lower");
    }
    return Int.of(a.world().random().nextLong(a.integer(0), a.integer(1)));
  }

  private static Value shuffle(Arguments a) throws Failure {
    a.budget().allocate(a.text(0).length() * 4L);
    int[] runes = Utf8.runes(a.text(0));
    for (int i = runes.length - 1; i > 0; i--) {
      int other = a.world().random().nextInt(i + 1);
      int rune = runes[i];
      runes[i] = runes[other];
      runes[other] = rune;
    }
    return new Text(Utf8.ofRunes(runes));
  }

  private static Value uuid(Arguments a) {
    byte[] bytes = new byte[16];
    a.world().random().nextBytes(bytes);
    bytes[6] = (byte) ((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (byte) ((bytes[8] & 0x3F) | 0x80);
    String hex = HexFormat.of().formatHex(bytes);
    return new Text(
        String.join(
            "-",
            hex.substring(0, 8),
            hex.substring(8, 12),
            hex.substring(12, 16),
            hex.substring(16, 20),
            hex.substring(20)));
  }
}
