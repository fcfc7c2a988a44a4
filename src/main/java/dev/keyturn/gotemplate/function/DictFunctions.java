package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Budget;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sprig's functions on dictionaries. {@code set}, {@code unset} and merges change them in place.
 */
final class DictFunctions {

  private DictFunctions() {}

  static List<Function> functions() {
    List<Type> dict = List.of(Type.DICT);
    List<Type> dictKey = List.of(Type.DICT, Type.STRING);
    Function merge = Function.of("merge", dict, a -> merge(a, false)).andMore(Type.DICT);
    Function overwrite =
        Function.of("mergeOverwrite", dict, a -> merge(a, true)).andMore(Type.DICT);
    Function copy = Function.of("deepCopy", List.of(Type.ANY), a -> copy(a.get(0), a.budget()));
    return List.of(
        Function.of("dict", List.of(), DictFunctions::dict).andMore(Type.ANY),
        Function.of("get", dictKey, a -> a.dict(0).get(a.text(1)).orElse(Text.EMPTY)),
        Function.of("set", List.of(Type.DICT, Type.STRING, Type.ANY), DictFunctions::set),
        Function.of("unset", dictKey, DictFunctions::unset),
        Function.of("hasKey", dictKey, a -> Bool.of(a.dict(0).has(a.text(1)))),
        Function.of("pluck", List.of(Type.STRING), DictFunctions::pluck).andMore(Type.DICT),
        Function.of("keys", List.of(), DictFunctions::keys).andMore(Type.DICT),
        Function.of("values", dict, DictFunctions::values),
        Function.of("pick", dict, DictFunctions::pick).andMore(Type.STRING),
        Function.of("omit", dict, DictFunctions::omit).andMore(Type.STRING),
        Function.of("dig", List.of(), DictFunctions::dig).andMore(Type.ANY),
        merge,
        merge.named("mustMerge"),
        overwrite,
        overwrite.named("mustMergeOverwrite"),
        copy,
        copy.named("mustDeepCopy"));
  }

  private static Value dict(Arguments a) throws Failure {
    Dict dict = Dict.any();
    a.budget().allocateEntries(1L + a.count());
    for (int i = 0; i < a.count(); i += 2) {
      String key = Convert.toText(a.get(i), a.budget());
      dict.put(key, i + 1 < a.count() ? a.get(i + 1) : Text.EMPTY);
    }
    return dict;
  }

  private static Value set(Arguments a) throws Failure {
    a.budget().allocateEntries(1);
    a.dict(0).put(a.text(1), a.get(2));
    return a.dict(0);
  }

  private static Value unset(Arguments a) {
    a.dict(0).remove(a.text(1));
    return a.dict(0);
  }

  private static Value pluck(Arguments a) {
    List<Value> found = new ArrayList<>();
    for (int i = 1; i < a.count(); i++) {
      a.dict(i).get(a.text(0)).ifPresent(found::add);
    }
    return Slice.any(found);
  }

  private static Value keys(Arguments a) throws Failure {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < a.count(); i++) {
      a.budget().allocateEntries(a.dict(i).size());
      keys.addAll(a.dict(i).entries().keySet());
    }
    return Slice.ofStrings(keys);
  }

  private static Value values(Arguments a) throws Failure {
    a.budget().allocateEntries(a.dict(0).size());
    return Slice.any(List.copyOf(a.dict(0).entries().values()));
  }

  private static Value pick(Arguments a) throws Failure {
    Dict picked = Dict.any();
    for (int i = 1; i < a.count(); i++) {
      String key = a.text(i);
      if (a.dict(0).has(key)) {
        picked.put(key, a.dict(0).get(key).orElse(Text.EMPTY));
      }
    }
    return picked;
  }

  private static Value omit(Arguments a) throws Failure {
    a.budget().allocateEntries(a.dict(0).size());
    Dict kept = Dict.any();
    for (Map.Entry<String, Value> entry : a.dict(0).entries().entrySet()) {
      kept.put(entry.getKey(), entry.getValue());
    }
    for (int i = 1; i < a.count(); i++) {
      kept.remove(a.text(i));
    }
    return kept;
  }

  /** {@code dig "a" "b" default dict}. */
  private static Value dig(Arguments a) throws Failure {
    if (a.count() < 3) {
      throw Failure.because("needs at least three arguments");
    }
    Value value = a.get(a.count() - 1);
    for (Value key : a.values().subList(0, a.count() - 2)) {
      if (!(value instanceof Dict dict) || dict.isOfStrings()) {
        throw Failure.because("a " + value.type() + " on the way is no dictionary");
      }
      if (!(key instanceof Text text)) {
        throw Failure.because("a key is a " + key.type() + ", not a string");
      }
      if (!dict.has(text.bytes())) {
        return a.get(a.count() - 2);
      }
      value = dict.get(text.bytes()).orElse(value);
    }
    return value;
  }

  private static Value merge(Arguments a, boolean overwrite) throws Failure {
    Dict target = a.dict(0).isNil() ? Dict.any() : a.dict(0);
    for (int i = 1; i < a.count(); i++) {
      merge(target, a.dict(i), overwrite, a.budget());
    }
    return target;
  }

  private static void merge(Dict target, Dict source, boolean overwrite, Budget budget)
      throws Failure {
    budget.enter();
    budget.allocateEntries(source.size());
    for (Map.Entry<String, Value> entry : source.snapshot().entrySet()) {
      Value before = target.get(entry.getKey()).orElse(Nil.NIL);
      Value after = entry.getValue();
      if (after instanceof Dict from
          && before instanceof Dict into
          && from.isOfStrings() == into.isOfStrings()) {
        merge(into, from, overwrite, budget);
        if (into.size() == 0) {
          target.put(entry.getKey(), after);
        }
      } else if (overwrite || (!before.isTrue() && after != Nil.NIL)) {
        target.put(entry.getKey(), after);
      }
    }
    budget.leave();
  }

  private static Value copy(Value value, Budget budget) throws Failure {
    budget.enter();
    Value copy =
        switch (value) {
          case Dict dict -> copyDict(dict, budget);
          case Slice slice -> copySlice(slice, budget);
          default -> value;
        };
    budget.leave();
    return copy;
  }

  private static Value copyDict(Dict dict, Budget budget) throws Failure {
    if (dict.isNil()) {
      return dict;
    }
    budget.allocateEntries(dict.size());
    Dict copy = dict.isOfStrings() ? Dict.ofStrings() : Dict.any();
    for (Map.Entry<String, Value> entry : dict.snapshot().entrySet()) {
      copy.put(entry.getKey(), copy(entry.getValue(), budget));
    }
    return copy;
  }

  private static Value copySlice(Slice slice, Budget budget) throws Failure {
    if (slice.isNil()) {
      return slice;
    }
    budget.allocateEntries(slice.length());
    List<Value> items = new ArrayList<>();
    for (Value item : slice.items()) {
      items.add(copy(item, budget));
    }
    return Slice.of(slice.element(), items);
  }
}
