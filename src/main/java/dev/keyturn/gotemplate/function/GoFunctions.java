package dev.keyturn.gotemplate.function;

import dev.keyturn.gotemplate.value.Bool;
import dev.keyturn.gotemplate.value.Dict;
import dev.keyturn.gotemplate.value.Failure;
import dev.keyturn.gotemplate.value.Format;
import dev.keyturn.gotemplate.value.Int;
import dev.keyturn.gotemplate.value.Nil;
import dev.keyturn.gotemplate.value.Quote;
import dev.keyturn.gotemplate.value.Slice;
import dev.keyturn.gotemplate.value.Text;
import dev.keyturn.gotemplate.value.Utf8;
import dev.keyturn.gotemplate.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What text/template itself brings, without comparisons. Its {@code slice} is hidden by Sprig's.
 */
final class GoFunctions {

  private GoFunctions() {}

  static List<Function> functions() {
    List<Type> none = List.of();
    List<Type> one = List.of(Type.ANY);
    return List.of(
        // The evaluator runs these two itself: they evaluate no more arguments than they need.
        Function.of("and", one, a -> a.get(0)).andMore(Type.ANY),
        Function.of("or", one, a -> a.get(0)).andMore(Type.ANY),
        Function.of("not", one, a -> Bool.of(!a.get(0).isTrue())),
        Function.of("call", one, GoFunctions::call).andMore(Type.ANY),
        Function.of("len", one, a -> Int.of(length(a.get(0)))),
        Function.of("index", one, GoFunctions::index).andMore(Type.ANY),
        Function.of("print", none, a -> new Text(print(a))).andMore(Type.ANY),
        Function.of("println", none, a -> new Text(Format.println(a.from(0), a.budget())))
            .andMore(Type.ANY),
        Function.of("printf", List.of(Type.STRING), GoFunctions::printf).andMore(Type.ANY),
        Function.of("html", none, a -> html(text(a), a)).andMore(Type.ANY),
        Function.of("js", none, a -> javaScript(text(a), a)).andMore(Type.ANY),
        Function.of("urlquery", none, a -> urlQuery(text(a), a)).andMore(Type.ANY));
  }

  private static Value call(Arguments a) throws Failure {
    throw Failure.because("a " + a.get(0).type() + " cannot be called");
  }

  private static long length(Value value) throws Failure {
    return switch (value) {
      case Text text -> text.bytes().length();
      case Slice slice -> slice.length();
      case Dict dict -> dict.size();
      default -> throw Failure.because("a " + value.type() + " has no length");
    };
  }

  private static Value index(Arguments a) throws Failure {
    Value item = a.get(0);
    if (item == Nil.NIL) {
      throw Failure.because("index of untyped nil");
    }
    for (Value index : a.from(1)) {
      item =
          switch (item) {
            case Nil _ -> throw Failure.because("index of nil pointer");
            case Text text ->
                new Int(text.bytes().charAt(place(index, text.bytes().length())), Int.Width.UINT8);
            case Slice slice -> slice.get(place(index, slice.length()));
            case Dict dict -> dict.get(key(index)).orElse(dict.zero());
            default -> throw Failure.because("cannot index a " + item.type());
          };
    }
    return item;
  }

  private static int place(Value index, int length) throws Failure {
    if (!(index instanceof Int number)) {
      throw Failure.because("cannot index with a " + index.type());
    }
    if (number.value() < 0 || number.value() >= length) {
      throw Failure.because("index out of range");
    }
    return (int) number.value();
  }

  private static String key(Value index) throws Failure {
    if (!(index instanceof Text text)) {
      throw Failure.because("the key is a " + index.type() + "; should be a string");
    }
    return text.bytes();
  }

  private static String print(Arguments a) throws Failure {
    return Format.print(a.from(0), a.budget());
  }

  private static Value printf(Arguments a) throws Failure {
    return new Text(Format.printf(a.text(0), a.from(1), a.budget()));
  }

  /** Arguments as they are printed, nil as nothing that there is. */
  private static String text(Arguments a) throws Failure {
    List<Value> values = new ArrayList<>();
    for (Value value : a.from(0)) {
      values.add(value == Nil.NIL ? new Text("<no value>") : value);
    }
    return Format.print(values, a.budget());
  }

  private static Value html(String text, Arguments a) throws Failure {
    a.budget().allocate(text.length() * 5L);
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case 0 -> Utf8.append(out, Utf8.ERROR);
        case '"' -> out.append("&#34;");
        case '\'' -> out.append("&#39;");
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        default -> out.append(text.charAt(i));
      }
    }
    return new Text(out.toString());
  }

  private static Value javaScript(String text, Arguments a) throws Failure {
    a.budget().allocate(text.length() * 6L);
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i += Utf8.widthAt(text, i)) {
      int rune = Utf8.runeAt(text, i);
      switch (rune) {
        case '\\' -> out.append("\\\\");
        case '\'' -> out.append("\\'");
        case '"' -> out.append("\\\"");
        case '<', '>', '&', '=' -> appendHex(out, rune);
        default -> {
          if (rune < ' ' || !isPrintable(text, i, rune)) {
            appendHex(out, rune);
          } else {
            // An invalid byte passes through, though it is decoded as U+FFFD.
            out.append(text, i, i + Utf8.widthAt(text, i));
          }
        }
      }
    }
    return new Text(out.toString());
  }

  private static boolean isPrintable(String text, int at, int rune) {
    return rune == 0x7F || Utf8.isInvalidAt(text, at) || Quote.isPrint(rune);
  }

  private static void appendHex(StringBuilder out, int rune) {
    String hex = Integer.toHexString(rune).toUpperCase(Locale.ROOT);
    out.append("\\u").repeat('0', Math.max(4 - hex.length(), 0)).append(hex);
  }

  private static Value urlQuery(String text, Arguments a) throws Failure {
    a.budget().allocate(text.length() * 3L);
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-_.~".indexOf(c) >= 0;
      if (plain) {
        out.append(c);
      } else if (c == ' ') {
        out.append('+');
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return new Text(out.toString());
  }
}
