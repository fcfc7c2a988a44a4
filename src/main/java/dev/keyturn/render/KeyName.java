package dev.keyturn.render;

import dev.keyturn.api.ConversionStrategy;
import java.util.HexFormat;

/** What Kubernetes accepts as the key of a Secret, and how other names become one. */
final class KeyName {
  private static final int MAX_LENGTH = 253;

  private KeyName() {}

  static boolean isValid(String key) {
    return !key.isEmpty()
        && key.length() <= MAX_LENGTH
        && !key.startsWith("..")
        && !key.equals(".")
        && isLegal(key);
  }

  private static boolean isLegal(String key) {
    for (int i = 0; i < key.length(); i++) {
      if (!isLegal(key.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLegal(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }

  /** A format string would take ten times as long, and a secret may have 60,000 of them. */
  private static String hex(int c) {
    return c > 0xFFFF ? Integer.toHexString(c) : HexFormat.of().toHexDigits((char) c);
  }

  /** Replaces each illegal character. */
  static String convert(ConversionStrategy strategy, String name) {
    if (isLegal(name)) {
      return name;
    }
    StringBuilder key = new StringBuilder(name.length());
    name.codePoints()
        .forEach(
            c -> {
              if (isLegal(c)) {
                key.appendCodePoint(c);
              } else {
                key.append(
                    switch (strategy) {
                      case DEFAULT -> "_";
                      case UNICODE -> "_U" + hex(c) + "_";
                    });
              }
            });
    return key.toString();
  }
}
