package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.Expression.Pipeline;
import dev.keyturn.gotemplate.function.World;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Format;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;
import java.util.Map;

/** Runs a template once. */
final class Evaluator {

  /** How a piece of a loop's body ended. */
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Map<String, List<Statement>> definitions;
  private final World world;
  private final StringBuilder out = new StringBuilder();
  private Expressions expressions;
  private String template = "";
  private int line = 1;

  Evaluator(Map<String, List<Statement>> definitions, World world) {
    this.definitions = definitions;
    this.world = world;
    this.expressions = new Expressions(world, this::at);
  }

  private void at(int newLine) {
    line = newLine;
  }

  /** The line that is being evaluated, for messages. */
  int line() {
    return line;
  }

  /** The template that is being evaluated, for messages. */
  String template() {
    return template;
  }

  String run(String name, Value data) throws Failure {
    call(name, data);
    return out.toString();
  }

  private void call(String name, Value data) throws Failure {
    if (!definitions.containsKey(name)) {
      throw Failure.because("template \"" + Utf8.toUnicode(name) + "\" is not defined");
    }
    world.budget().enter();
    Expressions outerExpressions = expressions;
    String outerTemplate = template;
    template = name;
    expressions = new Expressions(world, this::at);
    expressions.variables().declare("$", data);
    statements(definitions.getOrDefault(name, List.of()), data);
    template = outerTemplate;
    expressions = outerExpressions;
    world.budget().leave();
  }

  private Flow statements(List<Statement> statements, Value dot) throws Failure {
    world.budget().enter();
    for (Statement statement : statements) {
      Flow flow = statement(statement, dot);
      if (flow != Flow.NEXT) {
        world.budget().leave();
        return flow;
      }
    }
    world.budget().leave();
    return Flow.NEXT;
  }

  private Flow statement(Statement statement, Value dot) throws Failure {
    world.budget().spend(1);
    return switch (statement) {
      case Statement.Plain(String text) -> {
        write(text);
        yield Flow.NEXT;
      }
      case Statement.Action(Pipeline pipeline) -> {
        Value value = expressions.pipeline(dot, pipeline);
        if (pipeline.variables().isEmpty()) {
          print(value);
        }
        yield Flow.NEXT;
      }
      case Statement.If branch -> {
        int mark = expressions.variables().mark();
        boolean truth = expressions.pipeline(dot, branch.condition()).isTrue();
        Flow flow = statements(truth ? branch.then() : branch.otherwise(), dot);
        expressions.variables().popTo(mark);
        yield flow;
      }
      case Statement.With with -> {
        int mark = expressions.variables().mark();
        Value value = expressions.pipeline(dot, with.value());
        Flow flow =
            value.isTrue() ? statements(with.then(), value) : statements(with.otherwise(), dot);
        expressions.variables().popTo(mark);
        yield flow;
      }
      case Statement.Range range -> range(range, dot);
      case Statement.Call call -> {
        line = call.line();
        Value argument =
            call.argument().isPresent()
                ? expressions.pipeline(dot, call.argument().get())
                : Nil.NIL;
        call(call.name(), argument);
        yield Flow.NEXT;
      }
      case Statement.Break _ -> Flow.BREAK;
      case Statement.Continue _ -> Flow.CONTINUE;
    };
  }

  private void print(Value value) throws Failure {
    write(value == Nil.NIL ? "<no value>" : Format.print(value, world.budget()));
  }

  private void write(String text) throws Failure {
    long limit = world.budget().allowance().output();
    if (out.length() + text.length() > limit) {
      throw Failure.limit("makes more than the " + limit + " bytes that are allowed");
    }
    world.budget().allocate(text.length());
    out.append(text);
  }

  private Flow range(Statement.Range range, Value dot) throws Failure {
    Variables variables = expressions.variables();
    int outer = variables.mark();
    Value over = expressions.pipeline(dot, range.over());
    Loop loop = new Loop(range, variables.mark());
    boolean ran =
        switch (over) {
          case Slice slice -> overSlice(loop, slice);
          case Dict dict -> overDict(loop, dict);
          case Int number -> overNumber(loop, number);
          case Nil _ -> false;
          default -> throw Failure.because("range cannot iterate over a " + over.type());
        };
    Flow flow = ran ? Flow.NEXT : statements(range.otherwise(), dot);
    variables.popTo(outer);
    // A break in the else ends this loop, a continue goes on with the one around it.
    return flow == Flow.CONTINUE ? flow : Flow.NEXT;
  }

  /** A loop that runs; the mark is that of the variables outside its body. */
  private record Loop(Statement.Range range, int mark) {}

  private boolean overSlice(Loop loop, Slice slice) throws Failure {
    for (int i = 0; i < slice.length(); i++) {
      if (iteration(loop, Int.of(i), slice.get(i)) == Flow.BREAK) {
        break;
      }
    }
    return slice.length() > 0;
  }

  private boolean overDict(Loop loop, Dict dict) throws Failure {
    world.budget().allocateEntries(dict.size());
    for (Map.Entry<String, Value> entry : dict.snapshot().entrySet()) {
      Value key = new dev.keyturn.gotemplate.value.Text(entry.getKey());
      if (iteration(loop, key, entry.getValue()) == Flow.BREAK) {
        break;
      }
    }
    return dict.size() > 0;
  }

  private boolean overNumber(Loop loop, Int number) throws Failure {
    if (loop.range().over().variables().size() > 1) {
      throw Failure.because("range over a number has one variable only");
    }
    for (long i = 0; i < number.value(); i++) {
      Value element = new Int(i, number.width());
      if (iteration(loop, Nil.NIL, element) == Flow.BREAK) {
        break;
      }
    }
    return number.value() > 0;
  }

  private Flow iteration(Loop loop, Value index, Value element) throws Failure {
    Variables variables = expressions.variables();
    Pipeline over = loop.range().over();
    List<String> names = over.variables();
    if (over.assigns()) {
      if (names.size() > 1) {
        variables.assign(names.get(0), index);
      }
      if (!names.isEmpty()) {
        variables.assign(names.getLast(), element);
      }
    } else {
      if (!names.isEmpty()) {
        variables.setTop(1, element);
      }
      if (names.size() > 1) {
        variables.setTop(2, index);
      }
    }
    Flow flow = statements(loop.range().body(), element);
    variables.popTo(loop.mark());
    return flow;
  }
}
