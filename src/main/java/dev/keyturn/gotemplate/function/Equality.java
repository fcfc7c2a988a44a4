package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Real;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Go's {@code reflect.DeepEqual}: equal types and equal contents. */
final class Equality {

  private Equality() {}

  static boolean deep(Value left, Value right, Budget budget) throws Failure {
    budget.spend(1);
    return switch (left) {
      case Real number -> right instanceof Real other && number.value() == other.value();
      case Slice slice -> right instanceof Slice other && slices(slice, other, budget);
      case Dict dict -> right instanceof Dict other && dicts(dict, other, budget);
      default -> left.equals(right);
    };
  }

  private static boolean slices(Slice left, Slice right, Budget budget) throws Failure {
    boolean alike =
        left.element() == right.element()
            && left.isNil() == right.isNil()
            && left.length() == right.length();
    budget.enter();
    for (int i = 0; alike && i < left.length(); i++) {
      alike = deep(left.get(i), right.get(i), budget);
    }
    budget.leave();
    return alike;
  }

  private static boolean dicts(Dict left, Dict right, Budget budget) throws Failure {
    boolean alike =
        left.isOfStrings() == right.isOfStrings()
            && left.isNil() == right.isNil()
            && left.size() == right.size();
    if (left == right) {
      return true;
    }
    budget.enter();
    for (Map.Entry<String, Value> entry : left.entries().entrySet()) {
      Optional<Value> other = right.get(entry.getKey());
      alike = alike && other.isPresent() && deep(entry.getValue(), other.get(), budget);
    }
    budget.leave();
    return alike;
  }

  static boolean contains(List<Value> items, Value wanted, Budget budget) throws Failure {
    for (Value item : items) {
      if (deep(wanted, item, budget)) {
        return true;
      }
    }
    return false;
  }
}
