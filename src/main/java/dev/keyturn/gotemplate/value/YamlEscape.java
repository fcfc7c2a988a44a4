package dev.keyturn.gotemplate.value;

import java.util.Locale;

/** What follows the backslash in a double-quoted YAML string. */
final class YamlEscape {

  private YamlEscape() {}

  static String of(int rune) {
    return switch (rune) {
      case 0 -> "0";
      case 7 -> "a";
      case '\b' -> "b";
      case '\t' -> "t";
      case '\n' -> "n";
      case 0x0B -> "v";
      case '\f' -> "f";
      case '\r' -> "r";
      case 0x1B -> "e";
      case '"' -> "\"";
      case '\\' -> "\\";
      case 0x85 -> "N";
      case 0xA0 -> "_";
      case 0x2028 -> "L";
      case 0x2029 -> "P";
      default -> {
        int digits = rune <= 0xFF ? 2 : rune <= 0xFFFF ? 4 : 8;
        String hex = Integer.toHexString(rune).toUpperCase(Locale.ROOT);
        yield (digits == 2 ? "x" : digits == 4 ? "u" : "U")
            + "0".repeat(digits - hex.length())
            + hex;
      }
    };
  }
}
