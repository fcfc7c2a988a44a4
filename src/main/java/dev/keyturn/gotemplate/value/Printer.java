package dev.keyturn.gotemplate.value;

import java.util.List;
import java.util.Map;

/** Go's fmt: prints any value by any verb, also those that do not fit, as Go does. */
final class Printer {

  private final StringBuilder out;
  private final Layout layout;
  private final BasicVerbs basic;
  private final Budget budget;

  /** While a wrong verb is reported, values do not print themselves their own way. */
  private boolean reporting;

  Printer(StringBuilder out, Budget budget) {
    this.out = out;
    this.budget = budget;
    this.layout = new Layout(out, budget);
    this.basic = new BasicVerbs(layout, budget);
  }

  Layout layout() {
    return layout;
  }

  /** Prints an argument: {@code %T} and {@code %p} are of the argument, not of what it holds. */
  void argument(Value value, int verb) throws Failure {
    if (verb == 'T') {
      layout.pad(layout.truncate(value.type()));
    } else if (verb == 'p' && (value instanceof Slice || value instanceof Dict)) {
      throw Failure.because("%p would print an address, which is never the same");
    } else {
      value(value, verb, 0);
    }
  }

  void value(Value value, int verb, int depth) throws Failure {
    switch (value) {
      case Nil _ -> nil(verb, depth);
      case Bool bool -> report(basic.bool(bool.isTrue(), verb), bool, verb);
      case Int number -> integer(number, verb);
      case Real number -> report(basic.real(number.value(), verb), number, verb);
      case Text text -> report(basic.text(text.bytes(), verb), text, verb);
      case Slice slice -> slice(slice, verb, depth);
      case Dict dict -> dict(dict, verb, depth);
      case Struct struct -> struct(struct, verb, depth);
    }
  }

  private void nil(int verb, int depth) throws Failure {
    if (depth > 0) {
      // An element without a value is printed by its static type, which takes every verb.
      layout.append(layout.sharpV ? "interface {}(nil)" : "<nil>");
    } else if (verb == 'v') {
      layout.pad("<nil>");
    } else {
      badVerb(Nil.NIL, verb);
    }
  }

  private void integer(Int number, int verb) throws Failure {
    String name = Moment.nameOf(number);
    boolean named = !name.isEmpty() && !reporting && !layout.sharpV;
    if (named && "vsxXq".indexOf(verb) >= 0) {
      report(basic.text(name, verb), number, verb);
    } else {
      report(basic.integer(number, verb), number, verb);
    }
  }

  private void struct(Struct struct, int verb, int depth) throws Failure {
    boolean asText = "vsxXq".indexOf(verb) >= 0 && !reporting;
    switch (struct) {
      case KeyPair pair -> {
        layout.append(layout.sharpV ? pair.type() + "{" : "{");
        field("Cert", pair.cert(), verb, depth);
        layout.append(layout.sharpV ? ", " : " ");
        field("Key", pair.key(), verb, depth);
        layout.append("}");
      }
      case Moment moment -> {
        if (!asText) {
          throw Failure.because("a time can be printed by %v, %s and %q only");
        }
        basic.text(moment.text(), verb);
      }
      case SemanticVersion version -> {
        if (!asText) {
          throw Failure.because("a version can be printed by %v, %s and %q only");
        }
        basic.text(version.text(), verb);
      }
    }
  }

  private void field(String name, String text, int verb, int depth) throws Failure {
    if (layout.plusV || layout.sharpV) {
      layout.append(name + ":");
    }
    value(new Text(text), verb, depth + 1);
  }

  private void slice(Slice slice, int verb, int depth) throws Failure {
    budget.enter();
    boolean go = layout.sharpV;
    layout.append(go ? slice.type() : "");
    if (go && slice.isNil()) {
      layout.append("(nil)");
    } else {
      layout.append(go ? "{" : "[");
      for (int i = 0; i < slice.length(); i++) {
        if (i > 0) {
          layout.append(go ? ", " : " ");
        }
        value(slice.get(i), verb, depth + 1);
      }
      layout.append(go ? "}" : "]");
    }
    budget.leave();
  }

  private void dict(Dict dict, int verb, int depth) throws Failure {
    budget.enter();
    boolean go = layout.sharpV;
    layout.append(go ? dict.type() : "map");
    if (go && dict.isNil()) {
      layout.append("(nil)");
    } else {
      layout.append(go ? "{" : "[");
      boolean first = true;
      for (Map.Entry<String, Value> entry : dict.entries().entrySet()) {
        layout.append(first ? "" : go ? ", " : " ");
        first = false;
        value(new Text(entry.getKey()), verb, depth + 1);
        layout.append(":");
        value(entry.getValue(), verb, depth + 1);
      }
      layout.append(go ? "}" : "]");
    }
    budget.leave();
  }

  private void report(boolean known, Value value, int verb) throws Failure {
    if (!known) {
      badVerb(value, verb);
    }
  }

  private void badVerb(Value value, int verb) throws Failure {
    boolean before = reporting;
    reporting = true;
    out.append("%!");
    Utf8.append(out, verb);
    if (value == Nil.NIL) {
      layout.append("(<nil>");
    } else {
      layout.append("(" + value.type() + "=");
      value(value, 'v', 0);
    }
    layout.append(")");
    reporting = before;
  }

  /** What {@code Printf} adds for arguments that no verb asked for. */
  void extra(List<Value> values) throws Failure {
    layout.clear();
    layout.append("%!(EXTRA ");
    for (int i = 0; i < values.size(); i++) {
      layout.append(i > 0 ? ", " : "");
      Value value = values.get(i);
      if (value == Nil.NIL) {
        layout.append("<nil>");
      } else {
        layout.append(value.type() + "=");
        argument(value, 'v');
      }
    }
    layout.append(")");
  }
}
