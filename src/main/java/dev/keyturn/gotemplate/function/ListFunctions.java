package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Slice.Element;
import dev.keyturn.gotemplate.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Sprig's functions on lists. Each but {@code list} and {@code concat} has a {@code must} twin. */
final class ListFunctions {

  private ListFunctions() {}

  static List<Function> functions() {
    List<Type> one = List.of(Type.ANY);
    List<Type> two = List.of(Type.ANY, Type.ANY);
    Function list = Function.of("list", List.of(), ListFunctions::list).andMore(Type.ANY);
    Function append = Function.of("append", two, ListFunctions::append);
    Stream<Function> twins =
        Stream.of(
            append,
            append.named("push"),
            Function.of("prepend", two, ListFunctions::prepend),
            Function.of("first", one, a -> atEnd(items(a, 0), true)),
            Function.of("last", one, a -> atEnd(items(a, 0), false)),
            Function.of("rest", one, a -> part(items(a, 0), 1, 0)),
            Function.of("initial", one, a -> part(items(a, 0), 0, 1)),
            Function.of("reverse", one, a -> Slice.any(items(a, 0).reversed())),
            Function.of("compact", one, ListFunctions::compact),
            Function.of("uniq", one, ListFunctions::unique),
            Function.of("without", one, ListFunctions::without).andMore(Type.ANY),
            Function.of("has", two, ListFunctions::has),
            Function.of("slice", one, ListFunctions::slice).andMore(Type.ANY),
            Function.of("chunk", List.of(Type.INT, Type.ANY), ListFunctions::chunk));
    List<Function> all =
        new ArrayList<>(
            List.of(
                list,
                list.named("tuple"),
                Function.of("concat", List.of(), ListFunctions::concat).andMore(Type.ANY)));
    twins.forEach(
        function -> {
          all.add(function);
          String name = function.name();
          String upper = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
          all.add(function.named("must" + upper));
        });
    return Collections.unmodifiableList(all);
  }

  private static Value list(Arguments a) throws Failure {
    a.budget().allocateEntries(1L + a.count());
    return Slice.any(a.from(0));
  }

  private static Slice asSlice(Value value) throws Failure {
    if (!(value instanceof Slice slice)) {
      throw Failure.because("needs a list, got a " + value.kind());
    }
    return slice;
  }

  private static List<Value> items(Arguments a, int index) throws Failure {
    Slice slice = asSlice(a.get(index));
    a.budget().allocateEntries(slice.length());
    return slice.items();
  }

  private static Value append(Arguments a) throws Failure {
    List<Value> items = new ArrayList<>(items(a, 0));
    items.add(a.get(1));
    return Slice.any(items);
  }

  private static Value prepend(Arguments a) throws Failure {
    List<Value> items = new ArrayList<>(items(a, 0));
    items.addFirst(a.get(1));
    return Slice.any(items);
  }

  private static Value atEnd(List<Value> items, boolean first) {
    if (items.isEmpty()) {
      return Nil.NIL;
    }
    return first ? items.getFirst() : items.getLast();
  }

  private static Value part(List<Value> items, int dropFirst, int dropLast) {
    return items.isEmpty()
        ? Slice.nil(Element.ANY)
        : Slice.any(items.subList(dropFirst, items.size() - dropLast));
  }

  private static Value compact(Arguments a) throws Failure {
    return Slice.any(items(a, 0).stream().filter(Value::isTrue).toList());
  }

  private static Value unique(Arguments a) throws Failure {
    List<Value> found = new ArrayList<>();
    for (Value item : items(a, 0)) {
      if (!Equality.contains(found, item, a.budget())) {
        found.add(item);
      }
    }
    return Slice.any(found);
  }

  private static Value without(Arguments a) throws Failure {
    List<Value> kept = new ArrayList<>();
    for (Value item : items(a, 0)) {
      if (!Equality.contains(a.from(1), item, a.budget())) {
        kept.add(item);
      }
    }
    return Slice.any(kept);
  }

  private static Value has(Arguments a) throws Failure {
    boolean nothing = a.get(1) == Nil.NIL;
    return Bool.of(!nothing && Equality.contains(items(a, 1), a.get(0), a.budget()));
  }

  private static Value slice(Arguments a) throws Failure {
    Slice slice = asSlice(a.get(0));
    if (slice.length() == 0) {
      return Nil.NIL;
    }
    long start = a.count() > 1 ? Convert.toLong(a.get(1)) : 0;
    long end = a.count() > 2 ? Convert.toLong(a.get(2)) : slice.length();
    if (start < 0 || end < start || end > slice.capacity()) {
      throw Failure.because("slice bounds out of range");
    }
    return slice.cut((int) start, (int) end);
  }

  private static Value concat(Arguments a) throws Failure {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < a.count(); i++) {
      all.addAll(items(a, i));
    }
    return all.isEmpty() ? Slice.nil(Element.ANY) : Slice.any(all);
  }

  private static Value chunk(Arguments a) throws Failure {
    List<Value> items = items(a, 1);
    if (a.integer(0) < 1) {
      throw Failure.because("the size of chunks must be at least 1");
    }
    int size = (int) Math.min(a.integer(0), Integer.MAX_VALUE);
    List<Value> chunks = new ArrayList<>();
    for (int i = 0; i < items.size(); ) {
      int end = Math.min(items.size() - i, size) + i;
      a.budget().allocateEntries(1);
      chunks.add(Slice.any(items.subList(i, end)));
      i = end;
    }
    return Slice.of(Element.LIST, chunks);
  }
}
