package dev.keyturn.gotemplate;

import java.util.Map;

/**
 * A piece of template text.
 *
 * @param line where it starts, from 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    ERROR,
    END_OF_FILE,
    TEXT,
    LEFT_DELIMITER,
    RIGHT_DELIMITER,
    SPACE,
    ASSIGN,
    DECLARE,
    PIPE,
    LEFT_PARENTHESIS,
    RIGHT_PARENTHESIS,
    CHARACTER,
    BOOL,
    CHARACTER_CONSTANT,
    NUMBER,
    STRING,
    RAW_STRING,
    FIELD,
    VARIABLE,
    IDENTIFIER,
    DOT,
    NIL,
    BLOCK,
    BREAK,
    CONTINUE,
    DEFINE,
    ELSE,
    END,
    IF,
    RANGE,
    TEMPLATE,
    WITH
  }

  private static final Map<String, Kind> KEYWORDS =
      Map.ofEntries(
          Map.entry(".", Kind.DOT),
          Map.entry("block", Kind.BLOCK),
          Map.entry("break", Kind.BREAK),
          Map.entry("continue", Kind.CONTINUE),
          Map.entry("define", Kind.DEFINE),
          Map.entry("else", Kind.ELSE),
          Map.entry("end", Kind.END),
          Map.entry("if", Kind.IF),
          Map.entry("range", Kind.RANGE),
          Map.entry("nil", Kind.NIL),
          Map.entry("template", Kind.TEMPLATE),
          Map.entry("with", Kind.WITH),
          Map.entry("true", Kind.BOOL),
          Map.entry("false", Kind.BOOL));

  /** The kind of a word: that of the keyword that it is, or another. */
  static Kind kindOf(String word, Kind otherwise) {
    return KEYWORDS.getOrDefault(word, otherwise);
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  /** For messages: text of a template is not secret, but may be long. */
  String shown() {
    if (kind == Kind.END_OF_FILE) {
      return "the end of the template";
    }
    return "\"" + (text.length() > 20 ? text.substring(0, 20) + "..." : text) + "\"";
  }
}
