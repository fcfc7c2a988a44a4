package dev.keyturn.gotemplate.value;

import java.util.Optional;

/** Go's base64 and base32. */
public final class BaseEncoding {

  private static final String ALPHABET_64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final String ALPHABET_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final String source;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private boolean wrong;

  private BaseEncoding(String source) {
    this.source = source;
  }

  /** The bytes, or nothing if a byte is wrong. */
  public static Optional<String> decoded64(String text) {
    BaseEncoding run = new BaseEncoding(text);
    while (!run.wrong && run.at < text.length()) {
      run.quantum64();
    }
    return run.result();
  }

  /** The bytes, or nothing if a byte is wrong. */
  public static Optional<String> decoded32(String text) {
    BaseEncoding run = new BaseEncoding(text.replace("\r", "").replace("\n", ""));
    boolean more = true;
    while (more && !run.wrong && run.at < run.source.length()) {
      more = run.quantum32();
    }
    return run.result();
  }

  private Optional<String> result() {
    return wrong ? Optional.empty() : Optional.of(out.toString());
  }

  private void quantum64() {
    int bits = 0;
    int count = 0;
    while (count < 4) {
      if (at == source.length()) {
        wrong = count > 0;
        return;
      }
      char c = source.charAt(at++);
      int digit = ALPHABET_64.indexOf(c);
      if (digit >= 0) {
        bits = bits << 6 | digit;
        count++;
      } else if (c == '=') {
        if (!endsHere(count)) {
          return;
        }
        break;
      } else if (c != '\n' && c != '\r') {
        wrong = true;
        return;
      }
    }
    for (int i = 0; i < count - 1; i++) {
      out.append((char) (bits >> (count * 6 - 8 - 8 * i) & 0xFF));
    }
  }

  /** After the first padding character; whether what was read so far counts. */
  private boolean endsHere(int count) {
    if (count < 2) {
      wrong = true;
      return false;
    }
    if (count == 2) {
      skipNewLines();
      if (at == source.length()) {
        wrong = true;
        return false;
      }
      if (source.charAt(at) != '=') {
        wrong = true;
        return false;
      }
      at++;
    }
    skipNewLines();
    if (at < source.length()) {
      wrong = true;
    }
    return true;
  }

  private void skipNewLines() {
    while (at < source.length() && (source.charAt(at) == '\n' || source.charAt(at) == '\r')) {
      at++;
    }
  }

  /** Whether another quantum may follow. */
  private boolean quantum32() {
    long bits = 0;
    int count = 0;
    boolean end = false;
    while (count < 8 && !end) {
      if (at == source.length()) {
        wrong = true;
        return false;
      }
      char c = source.charAt(at++);
      int left = source.length() - at;
      if (c == '=' && count >= 2 && left < 8) {
        if (!paddingFits(count, left)) {
          return false;
        }
        end = true;
      } else {
        int digit = ALPHABET_32.indexOf(c);
        if (digit < 0) {
          wrong = true;
          return false;
        }
        bits = bits << 5 | digit;
        count++;
      }
    }
    for (int i = 0; i < count * 5 / 8; i++) {
      out.append((char) (bits >> (count * 5 - 8 - 8 * i) & 0xFF));
    }
    return !end;
  }

  private boolean paddingFits(int count, int left) {
    if (left + count < 7) {
      wrong = true;
      return false;
    }
    for (int k = 0; k < 7 - count; k++) {
      if (left > k && source.charAt(at + k) != '=') {
        wrong = true;
        return false;
      }
    }
    if (count == 3 || count == 6) {
      wrong = true;
      return false;
    }
    return true;
  }

  /** Base32 with padding. */
  public static String encode32(String text) {
    StringBuilder out = new StringBuilder(text.length() * 8 / 5 + 8);
    for (int i = 0; i < text.length(); i += 5) {
      int bytes = Math.min(5, text.length() - i);
      long bits = 0;
      for (int k = 0; k < 5; k++) {
        bits = bits << 8 | (k < bytes ? text.charAt(i + k) : 0);
      }
      int digits = (bytes * 8 + 4) / 5;
      for (int k = 0; k < 8; k++) {
        out.append(k < digits ? ALPHABET_32.charAt((int) (bits >> (35 - 5 * k) & 31)) : '=');
      }
    }
    return out.toString();
  }
}
