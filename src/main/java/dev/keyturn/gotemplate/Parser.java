package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.Expression.Pipeline;
import dev.keyturn.gotemplate.Token.Kind;
import dev.keyturn.gotemplate.value.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parses a template and what it defines. */
final class Parser {

  private final Tokens tokens;
  private final PipelineParser pipelines;
  private final Map<String, List<Statement>> definitions = new HashMap<>();
  private final int maxDepth;
  private int ranges;
  private int depth;

  Parser(Tokens tokens, int maxDepth) {
    this.tokens = tokens;
    this.maxDepth = maxDepth;
    this.pipelines = new PipelineParser(tokens, maxDepth);
  }

  boolean isDeterministic() {
    return pipelines.isDeterministic();
  }

  /** Everything that the text defines; the text itself under the given name. */
  Map<String, List<Statement>> parse(String name) throws Failure {
    List<Statement> root = new ArrayList<>();
    while (!tokens.peek().is(Kind.END_OF_FILE)) {
      Token token = tokens.next();
      if (token.is(Kind.LEFT_DELIMITER)) {
        Token inner = tokens.nextNonSpace();
        if (inner.is(Kind.DEFINE)) {
          definition();
          continue;
        }
        tokens.giveBack(inner);
      }
      tokens.giveBack(token);
      switch (next()) {
        case Found(Statement statement) -> root.add(statement);
        case End _ -> throw Failure.because("unexpected {{end}}");
        case Else _ -> throw Failure.because("unexpected {{else}}");
      }
    }
    define(name, root);
    return definitions;
  }

  private void define(String name, List<Statement> statements) throws Failure {
    List<Statement> before = definitions.getOrDefault(name, List.of());
    if (Statement.isEmpty(before)) {
      definitions.put(name, statements);
    } else if (!Statement.isEmpty(statements)) {
      throw Failure.because("multiple definition of template \"" + name + "\"");
    }
  }

  private void definition() throws Failure {
    Token name = tokens.nextNonSpace();
    String text = templateName(name, "define clause");
    tokens.expect(Kind.RIGHT_DELIMITER, "define clause");
    define(text, separateBody("define clause"));
  }

  private String templateName(Token token, String context) throws Failure {
    if (!token.is(Kind.STRING) && !token.is(Kind.RAW_STRING)) {
      throw tokens.unexpected(token, context);
    }
    return PipelineParser.string(token);
  }

  /** The body of a definition, which sees neither variables nor ranges around it. */
  private List<Statement> separateBody(String context) throws Failure {
    List<String> hidden = pipelines.hideVariables();
    int outerRanges = ranges;
    ranges = 0;
    Body body = body();
    if (!(body.end() instanceof End)) {
      throw Failure.because("unexpected {{else}} in " + context);
    }
    ranges = outerRanges;
    pipelines.restoreVariables(hidden);
    return body.statements();
  }

  /** What the next piece of the template is. */
  private sealed interface Piece {}

  private record Found(Statement statement) implements Piece {}

  private record End() implements Piece {}

  /** An else; the token after it tells {@code else if} and {@code else with}. */
  private record Else() implements Piece {}

  private record Body(List<Statement> statements, Piece end) {}

  private Body body() throws Failure {
    if (++depth > maxDepth) {
      throw Failure.limit("is nested deeper than the " + maxDepth + " levels allowed");
    }
    List<Statement> statements = new ArrayList<>();
    while (!tokens.peekNonSpace().is(Kind.END_OF_FILE)) {
      Piece piece = next();
      if (!(piece instanceof Found(Statement statement))) {
        depth--;
        return new Body(statements, piece);
      }
      statements.add(statement);
    }
    throw Failure.because("unexpected end of the template: an {{end}} is missing");
  }

  private Piece next() throws Failure {
    tokens.requireFew();
    Token token = tokens.nextNonSpace();
    return switch (token.kind()) {
      case TEXT -> new Found(new Statement.Plain(token.text()));
      case LEFT_DELIMITER -> action();
      default -> throw tokens.unexpected(token, "input");
    };
  }

  private Piece action() throws Failure {
    Token token = tokens.nextNonSpace();
    return switch (token.kind()) {
      case BLOCK -> new Found(block());
      case BREAK -> loopControl(new Statement.Break(), "{{break}}");
      case CONTINUE -> loopControl(new Statement.Continue(), "{{continue}}");
      case ELSE -> elseControl();
      case END -> {
        tokens.expect(Kind.RIGHT_DELIMITER, "end");
        yield new End();
      }
      case IF -> new Found(ifControl());
      case RANGE -> new Found(rangeControl());
      case TEMPLATE -> new Found(call());
      case WITH -> new Found(withControl());
      default -> {
        tokens.giveBack(token);
        yield new Found(new Statement.Action(pipelines.pipeline("command", Kind.RIGHT_DELIMITER)));
      }
    };
  }

  private Piece loopControl(Statement statement, String shown) throws Failure {
    tokens.expect(Kind.RIGHT_DELIMITER, shown);
    if (ranges == 0) {
      throw Failure.because(shown + " outside {{range}}");
    }
    return new Found(statement);
  }

  private Piece elseControl() throws Failure {
    Kind next = tokens.peekNonSpace().kind();
    if (next != Kind.IF && next != Kind.WITH) {
      tokens.expect(Kind.RIGHT_DELIMITER, "else");
    }
    return new Else();
  }

  private Statement ifControl() throws Failure {
    int scope = pipelines.scope();
    Pipeline condition = pipelines.pipeline("if", Kind.RIGHT_DELIMITER);
    Body then = body();
    List<Statement> otherwise = List.of();
    if (then.end() instanceof Else) {
      otherwise = nextIs(Kind.IF) ? List.of(nested(this::ifControl)) : last();
    }
    pipelines.leaveScope(scope);
    return new Statement.If(condition, then.statements(), otherwise);
  }

  private Statement withControl() throws Failure {
    int scope = pipelines.scope();
    Pipeline value = pipelines.pipeline("with", Kind.RIGHT_DELIMITER);
    Body then = body();
    List<Statement> otherwise = List.of();
    if (then.end() instanceof Else) {
      otherwise = nextIs(Kind.WITH) ? List.of(nested(this::withControl)) : last();
    }
    pipelines.leaveScope(scope);
    return new Statement.With(value, then.statements(), otherwise);
  }

  private Statement rangeControl() throws Failure {
    int scope = pipelines.scope();
    Pipeline over = pipelines.pipeline("range", Kind.RIGHT_DELIMITER);
    ranges++;
    Body body = body();
    ranges--;
    List<Statement> otherwise = body.end() instanceof Else ? last() : List.of();
    pipelines.leaveScope(scope);
    return new Statement.Range(over, body.statements(), otherwise);
  }

  /** Parses one control structure; its {@code end} is ours, too. */
  @FunctionalInterface
  private interface Control {
    Statement parse() throws Failure;
  }

  private Statement nested(Control control) throws Failure {
    if (++depth > maxDepth) {
      throw Failure.limit("is nested deeper than the " + maxDepth + " levels allowed");
    }
    Statement statement = control.parse();
    depth--;
    return statement;
  }

  /** After an {@code else}: whether it goes on with this keyword, which is then read. */
  private boolean nextIs(Kind keyword) {
    Token token = tokens.next();
    Token next = token.is(Kind.SPACE) ? tokens.nextNonSpace() : token;
    if (next.is(keyword)) {
      return true;
    }
    tokens.giveBack(next);
    return false;
  }

  /** The branch after the last {@code else}. */
  private List<Statement> last() throws Failure {
    Body body = body();
    if (!(body.end() instanceof End)) {
      throw Failure.because("expected {{end}}, found another {{else}}");
    }
    return body.statements();
  }

  private Statement block() throws Failure {
    Token token = tokens.nextNonSpace();
    String name = templateName(token, "block clause");
    Pipeline argument = pipelines.pipeline("block clause", Kind.RIGHT_DELIMITER);
    define(name, separateBody("block clause"));
    return new Statement.Call(name, Optional.of(argument), token.line());
  }

  private Statement call() throws Failure {
    Token token = tokens.nextNonSpace();
    String name = templateName(token, "template clause");
    Token next = tokens.nextNonSpace();
    Optional<Pipeline> argument = Optional.empty();
    if (!next.is(Kind.RIGHT_DELIMITER)) {
      tokens.giveBack(next);
      argument = Optional.of(pipelines.pipeline("template clause", Kind.RIGHT_DELIMITER));
    }
    return new Statement.Call(name, argument, token.line());
  }
}
