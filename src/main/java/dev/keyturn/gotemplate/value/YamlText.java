package dev.keyturn.gotemplate.value;

/** How libyaml, and so go-yaml, may write a string: what in it forbids which style. */
final class YamlText {

  final boolean multiline;
  final boolean plainAllowed;
  final boolean singleQuotedAllowed;
  final boolean literalAllowed;

  private boolean indicators;
  private boolean special;
  private boolean edges;
  private boolean trailingSpace;
  private boolean breakSpace;
  private boolean spaceBreak;
  private boolean breaks;

  YamlText(String text) {
    analyze(text);
    multiline = breaks;
    plainAllowed = !edges && !breakSpace && !spaceBreak && !special && !breaks && !indicators;
    singleQuotedAllowed = !breakSpace && !spaceBreak && !special;
    literalAllowed = !text.isEmpty() && !trailingSpace && !spaceBreak && !special;
  }

  private void analyze(String text) {
    indicators = text.startsWith("---") || text.startsWith("...");
    boolean afterBlank = true;
    boolean afterSpace = false;
    boolean afterBreak = false;
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      int rune = Utf8.runeAt(text, i);
      int next = i + Utf8.widthAt(text, i);
      boolean last = next >= text.length();
      boolean beforeBlank = last || text.charAt(next) == ' ' || text.charAt(next) == '\t';
      indicators |= isIndicator(rune, i == 0, afterBlank, beforeBlank);
      special |= !isPrintable(rune);
      if (rune == ' ') {
        edges |= i == 0 || last;
        trailingSpace |= last;
        breakSpace |= afterBreak;
      } else if (isBreak(rune)) {
        breaks = true;
        edges |= i == 0 || last;
        spaceBreak |= afterSpace;
      }
      afterSpace = rune == ' ';
      afterBreak = isBreak(rune);
      afterBlank = rune == ' ' || rune == '\t' || isBreak(rune);
    }
  }

  private static boolean isIndicator(
      int rune, boolean first, boolean afterBlank, boolean beforeBlank) {
    if (first) {
      return switch (rune) {
        case '#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`' ->
            true;
        case '?', ':', '-' -> beforeBlank;
        default -> false;
      };
    }
    return (rune == ':' && beforeBlank) || (rune == '#' && afterBlank);
  }

  static boolean isBreak(int rune) {
    return rune == '\r' || rune == '\n' || rune == 0x85 || rune == 0x2028 || rune == 0x2029;
  }

  /** Characters beyond the first plane are not, for go-yaml. */
  static boolean isPrintable(int rune) {
    return rune == '\n'
        || (rune >= ' ' && rune <= '~')
        || (rune >= 0xA0 && rune <= 0xD7FF)
        || (rune >= 0xE000 && rune <= 0xFFFD && rune != 0xFEFF);
  }
}
