package dev.keyturn.gotemplate;

import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Value;
import java.util.ArrayList;
import java.util.List;

/** The variables of one running template, innermost last. */
final class Variables {

  private record Variable(String name, Value value) {}

  private final List<Variable> stack = new ArrayList<>();

  int mark() {
    return stack.size();
  }

  void popTo(int mark) {
    stack.subList(mark, stack.size()).clear();
  }

  void declare(String name, Value value) {
    stack.add(new Variable(name, value));
  }

  /** Sets the variable that was declared last, or the last but one, and so on. */
  void setTop(int fromTop, Value value) {
    int index = stack.size() - fromTop;
    stack.set(index, new Variable(stack.get(index).name(), value));
  }

  void assign(String name, Value value) throws Failure {
    stack.set(find(name), new Variable(name, value));
  }

  Value get(String name) throws Failure {
    return stack.get(find(name)).value();
  }

  private int find(String name) throws Failure {
    for (int i = stack.size() - 1; i >= 0; i--) {
      if (stack.get(i).name().equals(name)) {
        return i;
      }
    }
    throw Failure.because("undefined variable " + name);
  }
}
