package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Quote;
import dev.keyturn.gotemplate.value.Runes;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Sprig's functions that cut, join, search and indent strings. */
final class TextFunctions {

  private TextFunctions() {}

  static List<Function> functions() {
    List<Type> text = List.of(Type.STRING);
    List<Type> texts = List.of(Type.STRING, Type.STRING);
    List<Type> three = List.of(Type.STRING, Type.STRING, Type.STRING);
    List<Type> intText = List.of(Type.INT, Type.STRING);
    Function trimAll = Function.of("trimAll", texts, a -> new Text(trimAll(a.text(0), a.text(1))));
    return List.of(
        Function.of("hello", List.of(), _ -> new Text("Hello!")),
        Function.of("trim", text, a -> new Text(Runes.trimSpace(a.text(0)))),
        trimAll,
        trimAll.named("trimall"),
        Function.of("trimSuffix", texts, a -> new Text(trimSuffix(a.text(0), a.text(1)))),
        Function.of("trimPrefix", texts, a -> new Text(trimPrefix(a.text(0), a.text(1)))),
        Function.of("trunc", intText, a -> new Text(truncate(a.integer(0), a.text(1)))),
        Function.of("substr", List.of(Type.INT, Type.INT, Type.STRING), TextFunctions::substring),
        Function.of("repeat", intText, TextFunctions::repeat),
        Function.of("contains", texts, TextFunctions::contains),
        Function.of("hasPrefix", texts, a -> Bool.of(a.text(1).startsWith(a.text(0)))),
        Function.of("hasSuffix", texts, a -> Bool.of(a.text(1).endsWith(a.text(0)))),
        Function.of("quote", List.of(), TextFunctions::quote).andMore(Type.ANY),
        Function.of("squote", List.of(), TextFunctions::singleQuote).andMore(Type.ANY),
        Function.of("cat", List.of(), TextFunctions::concatenate).andMore(Type.ANY),
        Function.of("indent", intText, a -> new Text(indent(a))),
        Function.of("nindent", intText, a -> new Text("\n" + indent(a))),
        Function.of("replace", three, TextFunctions::replace),
        Function.of(
            "plural",
            List.of(Type.STRING, Type.STRING, Type.INT),
            a -> a.get(a.integer(2) == 1 ? 0 : 1)),
        Function.of(
            "toString", List.of(Type.ANY), a -> new Text(Convert.toText(a.get(0), a.budget()))),
        Function.of("split", texts, a -> numbered(pieces(a, 0, 1, -1), a)),
        Function.of(
            "splitn",
            List.of(Type.STRING, Type.INT, Type.STRING),
            a -> numbered(pieces(a, 0, 2, a.integer(1)), a)),
        Function.of("splitList", texts, a -> Slice.ofStrings(pieces(a, 0, 1, -1))),
        Function.of("toStrings", List.of(Type.ANY), a -> Slice.ofStrings(strings(a.get(0), a))),
        Function.of("join", List.of(Type.STRING, Type.ANY), TextFunctions::join),
        Function.of("sortAlpha", List.of(Type.ANY), TextFunctions::sortAlpha));
  }

  private static String trimAll(String cutset, String text) {
    BitSet runes = new BitSet();
    for (int i = 0; i < cutset.length(); i += Utf8.widthAt(cutset, i)) {
      runes.set(Utf8.runeAt(cutset, i));
    }
    return Runes.trim(text, runes::get);
  }

  private static Value contains(Arguments a) throws Failure {
    a.budget().search(a.text(1), a.text(0));
    return Bool.of(a.text(1).contains(a.text(0)));
  }

  private static String trimSuffix(String suffix, String text) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static String trimPrefix(String prefix, String text) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String truncate(long count, String text) {
    if (count < 0 && text.length() + count > 0) {
      return text.substring((int) (text.length() + count));
    }
    return count >= 0 && text.length() > count ? text.substring(0, (int) count) : text;
  }

  private static Value substring(Arguments a) throws Failure {
    String text = a.text(2);
    long start = Math.max(a.integer(0), 0);
    boolean toEnd = a.integer(0) >= 0 && (a.integer(1) < 0 || a.integer(1) > text.length());
    long end = toEnd ? text.length() : a.integer(1);
    if (end < start || end > text.length()) {
      throw Failure.because("bounds out of range");
    }
    return new Text(text.substring((int) start, (int) end));
  }

  private static Value repeat(Arguments a) throws Failure {
    long count = a.integer(0);
    if (count < 0) {
      throw Failure.because("negative count");
    }
    String text = a.text(1);
    if (text.isEmpty()) {
      return Text.EMPTY;
    }
    a.budget().allocate(count, text.length());
    return new Text(text.repeat((int) count));
  }

  private static Value quote(Arguments a) throws Failure {
    List<String> quoted = new ArrayList<>();
    for (Value value : a.from(0)) {
      if (value != Nil.NIL) {
        String text = Convert.toText(value, a.budget());
        a.budget().allocate(text.length() * 4L);
        quoted.add(Quote.quote(text, false));
      }
    }
    return new Text(String.join(" ", quoted));
  }

  private static Value singleQuote(Arguments a) throws Failure {
    List<String> quoted = new ArrayList<>();
    for (Value value : a.from(0)) {
      if (value != Nil.NIL) {
        quoted.add("'" + Convert.toText(value, a.budget()) + "'");
      }
    }
    return new Text(String.join(" ", quoted));
  }

  private static Value concatenate(Arguments a) throws Failure {
    List<String> parts = new ArrayList<>();
    for (Value value : a.from(0)) {
      if (value != Nil.NIL) {
        parts.add(Convert.toText(value, a.budget()));
      }
    }
    return new Text(String.join(" ", parts));
  }

  private static String indent(Arguments a) throws Failure {
    long spaces = a.integer(0);
    String text = a.text(1);
    if (spaces < 0) {
      throw Failure.because("negative count");
    }
    long lines = text.chars().filter(c -> c == '\n').count() + 1;
    a.budget().allocate(spaces, lines);
    a.budget().allocate(text.length());
    String pad = " ".repeat((int) spaces);
    return pad + text.replace("\n", "\n" + pad);
  }

  private static Value replace(Arguments a) throws Failure {
    String old = a.text(0);
    String with = a.text(1);
    String text = a.text(2);
    if (old.isEmpty()) {
      a.budget().allocate((Utf8.count(text) + 1L) * with.length() + text.length());
      StringBuilder out = new StringBuilder(with);
      for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
        out.append(text, i, i + Utf8.widthAt(text, i)).append(with);
      }
      return new Text(out.toString());
    }
    a.budget().search(text, old);
    a.budget().allocate(text.length() + (text.length() / old.length()) * (long) with.length());
    return new Text(text.replace(old, with));
  }

  /** Go's {@code strings.SplitN}: at most so many pieces, all of them if the number is negative. */
  private static List<String> pieces(Arguments a, int separatorAt, int textAt, long most)
      throws Failure {
    String separator = a.text(separatorAt);
    String text = a.text(textAt);
    List<String> pieces = new ArrayList<>();
    if (most == 0 || (separator.isEmpty() && text.isEmpty())) {
      return pieces;
    }
    a.budget().search(text, separator);
    a.budget().allocate(text.length());
    int start = 0;
    while (most < 0 || pieces.size() < most - 1) {
      int end;
      if (separator.isEmpty()) {
        end = start + (start < text.length() ? Utf8.widthAt(text, start) : 0);
        end = end >= text.length() ? -1 : end;
      } else {
        end = text.indexOf(separator, start);
      }
      if (end < 0) {
        break;
      }
      a.budget().allocateEntries(1);
      pieces.add(text.substring(start, end));
      start = end + separator.length();
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  private static Value numbered(List<String> pieces, Arguments a) throws Failure {
    Dict dict = Dict.ofStrings();
    a.budget().allocateEntries(pieces.size());
    for (int i = 0; i < pieces.size(); i++) {
      dict.put("_" + i, new Text(pieces.get(i)));
    }
    return dict;
  }

  /** Sprig's {@code strslice}: a list as strings without nils; anything else is a list of one. */
  private static List<String> strings(Value value, Arguments a) throws Failure {
    List<String> texts = new ArrayList<>();
    List<Value> items =
        switch (value) {
          case Nil _ -> List.of();
          case Slice slice -> slice.items();
          default -> List.of(value);
        };
    a.budget().allocateEntries(items.size());
    for (Value item : items) {
      if (item != Nil.NIL) {
        texts.add(Convert.toText(item, a.budget()));
      }
    }
    return texts;
  }

  private static Value join(Arguments a) throws Failure {
    List<String> texts = strings(a.get(1), a);
    a.budget().allocate((long) texts.size() * a.text(0).length());
    return new Text(String.join(a.text(0), texts));
  }

  private static Value sortAlpha(Arguments a) throws Failure {
    if (!(a.get(0) instanceof Slice slice)) {
      return Slice.ofStrings(List.of(Convert.toText(a.get(0), a.budget())));
    }
    // A list of strings is sorted in place, and whoever shares it sees that.
    Slice sorted =
        slice.element() == Slice.Element.STRING ? slice : Slice.ofStrings(strings(slice, a));
    a.budget().allocateEntries(sorted.length());
    a.budget().spend(comparisons(sorted));
    sorted.sort((left, right) -> ((Text) left).bytes().compareTo(((Text) right).bytes()));
    return sorted;
  }

  /** What sorting costs: each text is compared about log n times, at the worst all of it. */
  private static long comparisons(Slice texts) {
    long steps = 0;
    for (Value item : texts.items()) {
      steps += 1 + ((Text) item).bytes().length() / 64;
    }
    return steps * (64 - Long.numberOfLeadingZeros(texts.length()));
  }
}
