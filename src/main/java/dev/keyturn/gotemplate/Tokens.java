package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.Token.Kind;
import dev.keyturn.gotemplate.value.Failure;
import java.util.ArrayList;
import java.util.List;

/** The tokens of a template, with as much looking ahead as the grammar needs. */
final class Tokens {

  private static final int MOST = 50_000;

  private final Lexer lexer;
  private final List<Token> returned = new ArrayList<>();
  private int line = 1;
  private int read;

  Tokens(Lexer lexer) {
    this.lexer = lexer;
  }

  /** The line of what was read last, for messages. */
  int line() {
    return line;
  }

  Token next() {
    Token token = returned.isEmpty() ? read() : returned.removeLast();
    line = token.line();
    return token;
  }

  private Token read() {
    read++;
    return lexer.next();
  }

  void giveBack(Token token) {
    returned.add(token);
  }

  /** Fails once more were read than a parsed template may hold in memory. */
  void requireFew() throws Failure {
    if (read > MOST) {
      throw Failure.limit("has more than " + MOST + " words, signs and pieces of text");
    }
  }

  Token peek() {
    if (returned.isEmpty()) {
      returned.add(read());
    }
    Token token = returned.getLast();
    line = token.line();
    return token;
  }

  Token nextNonSpace() {
    Token token = next();
    while (token.is(Kind.SPACE)) {
      token = next();
    }
    return token;
  }

  Token peekNonSpace() {
    Token token = peek();
    while (token.is(Kind.SPACE)) {
      returned.removeLast();
      token = peek();
    }
    return token;
  }

  Token expect(Kind kind, String context) throws Failure {
    Token token = nextNonSpace();
    if (!token.is(kind)) {
      throw unexpected(token, context);
    }
    return token;
  }

  Failure unexpected(Token token, String context) {
    line = token.line();
    return token.is(Kind.ERROR)
        ? Failure.because(token.text())
        : Failure.because("unexpected " + token.shown() + " in " + context);
  }
}
