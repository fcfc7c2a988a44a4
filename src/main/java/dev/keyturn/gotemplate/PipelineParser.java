package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.Expression.Chain;
import dev.keyturn.gotemplate.Expression.Command;
import dev.keyturn.gotemplate.Expression.Dot;
import dev.keyturn.gotemplate.Expression.Field;
import dev.keyturn.gotemplate.Expression.Literal;
import dev.keyturn.gotemplate.Expression.Name;
import dev.keyturn.gotemplate.Expression.NilLiteral;
import dev.keyturn.gotemplate.Expression.NumberLiteral;
import dev.keyturn.gotemplate.Expression.Pipeline;
import dev.keyturn.gotemplate.Expression.Variable;
import dev.keyturn.gotemplate.Token.Kind;
import dev.keyturn.gotemplate.function.Function;
import dev.keyturn.gotemplate.function.Library;
import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Quote;
import dev.keyturn.gotemplate.value.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses what stands inside an action. Knows which variables are in scope. */
final class PipelineParser {

  private final Tokens tokens;
  private final int maxDepth;
  private final List<String> variables = new ArrayList<>(List.of("$"));
  private boolean deterministic = true;
  private int depth;

  PipelineParser(Tokens tokens, int maxDepth) {
    this.tokens = tokens;
    this.maxDepth = maxDepth;
  }

  /** Whether no function seen so far is random, salted or reads the clock. */
  boolean isDeterministic() {
    return deterministic;
  }

  /** How many variables are in scope; {@link #leaveScope} goes back to it. */
  int scope() {
    return variables.size();
  }

  void leaveScope(int scope) {
    variables.subList(scope, variables.size()).clear();
  }

  /** Sets the variables aside while a definition, which sees none of them, is parsed. */
  List<String> hideVariables() {
    List<String> hidden = List.copyOf(variables);
    variables.clear();
    variables.add("$");
    return hidden;
  }

  void restoreVariables(List<String> hidden) {
    variables.clear();
    variables.addAll(hidden);
  }

  Pipeline pipeline(String context, Kind end) throws Failure {
    if (++depth > maxDepth) {
      throw Failure.limit("is nested deeper than the " + maxDepth + " levels allowed");
    }
    int line = tokens.peekNonSpace().line();
    List<String> declared = new ArrayList<>();
    boolean assigns = declarations(context, declared);
    List<Command> commands = new ArrayList<>();
    boolean more = true;
    while (more) {
      Token token = tokens.nextNonSpace();
      if (token.is(end)) {
        more = false;
      } else if (startsOperand(token.kind())) {
        tokens.giveBack(token);
        commands.add(command());
      } else {
        throw tokens.unexpected(token, context);
      }
    }
    check(commands, context);
    depth--;
    return new Pipeline(declared, assigns, commands, line);
  }

  private static boolean startsOperand(Kind kind) {
    return switch (kind) {
      case BOOL,
          CHARACTER_CONSTANT,
          DOT,
          FIELD,
          IDENTIFIER,
          NUMBER,
          NIL,
          RAW_STRING,
          STRING,
          VARIABLE,
          LEFT_PARENTHESIS ->
          true;
      default -> false;
    };
  }

  /** Reads {@code $x :=}, {@code $x =} or {@code $i, $x :=}; says whether it assigns. */
  private boolean declarations(String context, List<String> declared) throws Failure {
    while (true) {
      Token variable = tokens.nextNonSpace();
      if (!variable.is(Kind.VARIABLE)) {
        tokens.giveBack(variable);
        return false;
      }
      Token after = tokens.next();
      Token next = after.is(Kind.SPACE) ? tokens.nextNonSpace() : after;
      if (next.is(Kind.ASSIGN) || next.is(Kind.DECLARE)) {
        declare(variable, declared);
        return next.is(Kind.ASSIGN);
      }
      if (!next.is(Kind.CHARACTER) || !next.text().equals(",")) {
        tokens.giveBack(next);
        if (after.is(Kind.SPACE)) {
          tokens.giveBack(after);
        }
        tokens.giveBack(variable);
        return false;
      }
      declare(variable, declared);
      if (!context.equals("range") || declared.size() > 1) {
        throw Failure.because("too many declarations in " + context);
      }
      switch (tokens.peekNonSpace().kind()) {
        case VARIABLE, RIGHT_DELIMITER, RIGHT_PARENTHESIS -> {}
        default -> throw Failure.because("range can only initialize variables");
      }
    }
  }

  private void declare(Token variable, List<String> declared) {
    declared.add(variable.text());
    variables.add(variable.text());
  }

  private static void check(List<Command> commands, String context) throws Failure {
    if (commands.isEmpty()) {
      throw Failure.because("missing value for " + context);
    }
    for (Command command : commands.subList(1, commands.size())) {
      switch (command.first()) {
        case Literal _, NumberLiteral _, NilLiteral _, Dot _ ->
            throw Failure.because("a value cannot take the result of a pipe");
        default -> {}
      }
    }
  }

  private Command command() throws Failure {
    int line = tokens.peekNonSpace().line();
    List<Expression> operands = new ArrayList<>();
    while (true) {
      operand().ifPresent(operands::add);
      Token token = tokens.next();
      if (token.is(Kind.SPACE)) {
        continue;
      }
      if (token.is(Kind.RIGHT_DELIMITER) || token.is(Kind.RIGHT_PARENTHESIS)) {
        tokens.giveBack(token);
      } else if (!token.is(Kind.PIPE)) {
        throw tokens.unexpected(token, "operand");
      }
      if (operands.isEmpty()) {
        throw Failure.because("empty command");
      }
      return new Command(operands.getFirst(), operands.subList(1, operands.size()), line);
    }
  }

  private Optional<Expression> operand() throws Failure {
    tokens.requireFew();
    Optional<Expression> term = term();
    if (term.isEmpty() || !tokens.peek().is(Kind.FIELD)) {
      return term;
    }
    Expression first = term.get();
    List<String> names = new ArrayList<>();
    while (tokens.peek().is(Kind.FIELD)) {
      names.add(tokens.next().text().substring(1));
    }
    return Optional.of(
        switch (first) {
          case Field field -> new Field(joined(field.names(), names), field.line());
          case Variable variable ->
              new Variable(variable.variable(), joined(variable.names(), names), variable.line());
          case Pipeline _, Name _, Chain _ -> new Chain(first, names, first.line());
          case Literal _, NumberLiteral _, NilLiteral _, Dot _ ->
              throw Failure.because("unexpected . after a value");
        });
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private Optional<Expression> term() throws Failure {
    Token token = tokens.nextNonSpace();
    int line = token.line();
    Expression term =
        switch (token.kind()) {
          case IDENTIFIER -> new Name(function(token.text()), line);
          case DOT -> new Dot(line);
          case NIL -> new NilLiteral(line);
          case VARIABLE -> variable(token);
          case FIELD -> new Field(List.of(token.text().substring(1)), line);
          case BOOL -> new Literal(Bool.of(token.text().equals("true")), line);
          case CHARACTER_CONSTANT -> NumberSyntax.character(token.text(), line);
          case NUMBER -> NumberSyntax.number(token.text(), line);
          case LEFT_PARENTHESIS -> pipeline("parenthesized pipeline", Kind.RIGHT_PARENTHESIS);
          case STRING, RAW_STRING -> new Literal(new Text(string(token)), line);
          default -> {
            tokens.giveBack(token);
            yield new NilLiteral(0);
          }
        };
    boolean none = term instanceof NilLiteral && !token.is(Kind.NIL);
    return none ? Optional.empty() : Optional.of(term);
  }

  private Function function(String name) throws Failure {
    Function function =
        Library.find(name)
            .orElseThrow(() -> Failure.because("function \"" + name + "\" is not defined"));
    deterministic &= function.deterministic();
    return function;
  }

  private Variable variable(Token token) throws Failure {
    if (!variables.contains(token.text())) {
      throw Failure.because("undefined variable \"" + token.text() + "\"");
    }
    return new Variable(token.text(), List.of(), token.line());
  }

  /** The text of a string token. */
  static String string(Token token) throws Failure {
    return Quote.unquote(token.text())
        .orElseThrow(() -> Failure.because("malformed string: unknown escape"));
  }
}
